"""Nothing that people bring is run, no path leads out of the app's folders, Streamlit's settings are safe."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.learners import store
from demo.learners.store import WeightsError
from demo.ui import examples
from demo.ui.examples import sheets
from tests.abuse.hostile import MARKUP, count
from tests.pages.opening import opened

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "demo").rglob("*.py"))
RUNS = {"eval", "exec", "compile", "__import__"}
WRITES = ("outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
UNPACKS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "yaml"}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call, by its dotted name as far as it is one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def option(call: ast.Call, name: str) -> object:
    return next((k.value.value for k in call.keywords if k.arg == name and isinstance(k.value, ast.Constant)), None)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(ROOT)))
def test_nothing_is_evaluated_or_unpickled(source: Path) -> None:
    tree = ast.parse(source.read_text())
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported & UNPACKS == set()
    for name, call in calls(tree):
        assert name not in RUNS, f"line {call.lineno}"
        assert not name.endswith((".system", ".popen")), f"line {call.lineno}"
        if name.startswith("subprocess."):
            assert option(call, "shell") is not True, f"line {call.lineno}"
        if name == "torch.load":  # checkpoints of one's own training: nobody brings them by the app
            assert option(call, "weights_only") is True, f"line {call.lineno}"
        if name in ("np.load", "numpy.load"):
            assert option(call, "allow_pickle") is not True, f"line {call.lineno}"


def test_scripts_in_pages_put_no_text_in_as_html() -> None:
    for source in (ROOT / "demo").rglob("*.js"):
        for line in source.read_text().splitlines():
            assert not any(word in line for word in WRITES), f"{source.name}: {line}"
            if "innerHTML" in line:  # only shapes: fixed ones, or with a path of numbers that we made
                assert "data." not in line, f"{source.name}: {line}"


PATHS = [
    "../README",
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    "maml/../maml",
    "paper/maml",
    "maml\x00",
    "C:\\x",
    "~root",
    *MARKUP,
]


@pytest.mark.parametrize("name", PATHS)
def test_no_name_of_weights_leads_out_of_their_folder(name: str) -> None:
    count("path")
    with pytest.raises(WeightsError):
        store.read_card(name)
    with pytest.raises(WeightsError):
        store.load(name)


@pytest.mark.parametrize("name", PATHS)
def test_no_address_opens_a_file(name: str) -> None:
    count("path")
    assert name not in sheets()
    if name.isprintable():
        app = opened("draw", example=name, learner=name, twin=name)
        assert app.session_state["sketch"].sheet.example == examples.OPENING
        assert app.error[0].value


SAFE = {
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "browser.gatherUsageStats": False,
    "server.enableStaticServing": False,
    "global.developmentMode": False,
    "server.fileWatcherType": "none",
}
ASKING = """
import json
from demo import server
server.prepare()
from streamlit import config
print(json.dumps({name: config.get_option(name) for name in %r}))
"""


def test_streamlits_settings_are_the_safe_ones_wherever_the_server_is_started(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("STREAMLIT_")}
    asked = subprocess.run(
        [sys.executable, "-c", ASKING % list(SAFE)],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(asked.stdout) == SAFE
