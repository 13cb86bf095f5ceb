"""What a stranger relies on, kept true: requirements, imports, commands, weights with cards, the image."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "demo").rglob("*.py"))

# A part imports from its own layer and from those below (DESIGN.md: pages -> ui -> learners, tasks -> models).
LAYERS = ["limits", "models", "tasks", "learners", "training", "lessons", "ui", "pages", "app", "server"]
PURE = {"limits", "models", "tasks", "learners", "training", "lessons"}


def requirements(name: str) -> dict[str, str]:
    """Distribution (normalised name) -> what is asked of its version."""
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    found = {}
    for line in lines:
        if line and not line.startswith("-"):
            match = re.fullmatch(r"([\w.-]+)(.*)", line)
            assert match, f"{name}: {line}"
            found[normalised(match[1])] = match[2]
    return found


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imports(source: Path) -> Iterator[str]:
    """Dotted names of the modules that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(source.read_text(), str(source))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{source}: relative imports hide the direction"
            if node.module == "demo":  # `from demo import models`
                yield from (f"demo.{alias.name}" for alias in node.names)
            else:
                yield node.module


def layer(source: Path) -> str:
    return source.relative_to(ROOT / "demo").parts[0].removesuffix(".py")


def third_party(sources: list[Path]) -> set[str]:
    """Normalised distributions of everything imported that is neither ours nor Python's."""
    distributions = packages_distributions()
    modules = {name.split(".")[0] for source in sources for name in imports(source)}
    outside = modules - set(sys.stdlib_module_names) - {"demo", "tests"}
    return {normalised(distributions[module][0]) for module in outside}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_exactly(name: str) -> None:
    pins = requirements(name)
    assert pins
    assert [f"{key}{pin}" for key, pin in pins.items() if not re.fullmatch(r"==\d+(\.\d+)+", pin)] == []


def test_whoever_installs_the_requirements_as_they_are_gets_pytorch_for_cpus() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    [option] = [line for line in lines if line.startswith("-")]
    [index] = re.findall(r"^CPU_INDEX=(\S+)$", (ROOT / ".ci" / "setup").read_text(), re.MULTILINE)
    assert option == f"--find-links {index}/torch/"


def test_set_up_leaves_out_where_pytorch_for_cpus_is_found(tmp_path: Path) -> None:
    [function] = re.findall(r"^wanted\(\) \{.*?^\}$", (ROOT / ".ci" / "setup").read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / ".venv").mkdir()
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    script = f"requirements=requirements-dev.txt\n{function}\nwanted"
    subprocess.run(["sh", "-euc", script], cwd=tmp_path, check=True)
    lines = (tmp_path / ".venv" / "wanted").read_text().splitlines()
    pins = {**requirements("requirements.txt"), **requirements("requirements-dev.txt")}
    assert {line for line in lines if not line.startswith("#")} == {f"{name}{pin}" for name, pin in pins.items()}


def test_the_app_asks_for_what_it_imports_and_for_nothing_else() -> None:
    assert third_party(SOURCES) == set(requirements("requirements.txt"))


def test_tests_ask_for_what_they_import() -> None:
    asked = set(requirements("requirements.txt")) | set(requirements("requirements-dev.txt"))
    assert third_party(sorted((ROOT / "tests").rglob("*.py"))) <= asked


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(ROOT)))
def test_imports_point_one_way(source: Path) -> None:
    own = layer(source)
    if own in ("__init__", "__main__", "options"):
        return  # the package itself has nothing in it, and the command line may use everything
    names = set(imports(source))
    below = {name.split(".")[1] for name in names if name.startswith("demo.")}
    assert {part for part in below if LAYERS.index(part) > LAYERS.index(own)} == set()
    if own in PURE:
        assert {name for name in names if name.startswith("streamlit")} == set()


def test_help_names_every_command() -> None:
    shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  make (\S+)", shown, re.MULTILINE))
    assert {"help", "run", "test", "lint", "train", "bench"} <= listed
    assert subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout == shown
    for command in listed:  # each exists: make knows what it would do
        subprocess.run(["make", "-n", command], cwd=ROOT, capture_output=True, check=True)


def test_the_image_holds_the_app_and_no_data() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = set()
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY"):
            copied.update(line.split()[1:-1])
    assert copied == let_in
    assert all((ROOT / path).exists() for path in copied)
    assert {path.suffix for path in (ROOT / "assets").rglob("*")}.isdisjoint({".zip", ".npz"})


def test_every_weights_file_has_its_card() -> None:
    weights = sorted((ROOT / "weights").glob("*.safetensors"))
    assert weights
    for path in weights:
        card = json.loads(path.with_suffix(".json").read_text())
        assert card["name"] == path.stem
        assert card["sha256"]
    assert {path.stem for path in (ROOT / "weights").glob("*.json")} == {path.stem for path in weights}


def test_weights_stay_small_enough_for_a_clone() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "weights").iterdir()) < 25e6


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(ROOT)))
def test_files_stay_short(source: Path) -> None:
    assert len(source.read_text().splitlines()) <= 260
