"""Weights that somebody else trained: what their names and cards say is shown on the models page, and does nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo.training import shelf
from tests.abuse.conftest import CASES
from tests.abuse.quoting import LABELS, live
from tests.pages.opening import opened, plain

TITLE, SEARCH, KIND = LABELS
FILES = tuple(label.replace("/", "") for label in LABELS)


def hostile(card: dict[str, Any]) -> dict[str, Any]:
    """A card whose every text is a hostile one, but for those that say which network it is and what it was given."""
    CASES["card"] += 1
    training, evaluation = card["training"], card["evaluation"]
    said = {"command": TITLE, "data": SEARCH, "device": KIND, "torch": TITLE, "seed": SEARCH, "longer": KIND}
    figures = {name: {**each, "protocol": f"{TITLE}{name}", "command": KIND} for name, each in evaluation.items()}
    first, *others = figures
    own = {"use": KIND} if "use" in card else {}
    return {
        **card,
        **own,
        **dict(zip(("title", "summary", "licence", "credit"), (*LABELS, TITLE), strict=True)),
        "training": {**training, **said, "recipe": {**training["recipe"], "rule": SEARCH}},
        "evaluation": {KIND: {**figures[first], TITLE: 0.5}, **{name: figures[name] for name in others}},
    }


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a hostile card and its weights, those of a model that there is, into the folder that the page reads."""
    real = shelf.models
    monkeypatch.setattr(shelf, "models", lambda: real(tmp_path))

    def add(name: str, like: str) -> None:
        shutil.copy(shelf.FOLDER / f"{like}.safetensors", tmp_path / f"{name}.safetensors")
        card = hostile(json.loads((shelf.FOLDER / f"{like}.json").read_text(encoding="utf-8")))
        (tmp_path / f"{name}.json").write_text(json.dumps(card), encoding="utf-8")

    return add


@pytest.mark.parametrize("like", ["maml", "prototypical", "l2l-sine", "nav-random"])
def test_a_card_is_shown_and_does_nothing(own: Callable[[str, str], None], like: str) -> None:
    for name in FILES:
        own(name, like)
    app = opened("models", {f"model-{name}": True for name in FILES} | {"model_kind": KIND})
    labels = [plain(each.label) for each in app.expander]
    assert len(labels) == 3
    assert all(f"**{TITLE}**" in label and SEARCH in label for label in labels)
    assert live(app) == []


def test_names_of_broken_files_are_shown_and_do_nothing(own: Callable[[str, str], None], tmp_path: Path) -> None:
    for name in FILES:
        own(name, "random")
    damaged, cut, changed = (tmp_path / f"{name}.json" for name in FILES)
    damaged.write_text("{")
    cut.write_text(json.dumps({"title": TITLE, "training": {SEARCH: KIND}}))
    card = json.loads(changed.read_text())
    changed.write_text(json.dumps(card | {"sha256": hashlib.sha256(b"").hexdigest() + TITLE}))
    app = opened("models", {f"model-{FILES[2]}": True})
    errors = [plain(each.value) for each in app.error]
    assert len(errors) == 3
    assert all(name in error for name, error in zip(sorted(FILES[:2]), sorted(errors), strict=False))
    assert live(app) == []
