"""The shelf: what the files hold, without loading them, and every way in which they can be broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from demo.learners import ENTRIES, store
from demo.training import shelf
from demo.training.apart import APART, load
from demo.training.shelf import Broken, Model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("maml", "fomaml", "sine-maml", "reptile", "ntm-copy"):
        for path in shelf.FOLDER.glob(f"{name}.*"):
            shutil.copy(path, tmp_path)
    return tmp_path


def test_every_weights_file_is_on_the_shelf_and_intact() -> None:
    found = shelf.models()
    assert {model.key for model in found} == {*ENTRIES, *APART, "paper/maml", "paper/reptile"}
    for model in found:
        assert isinstance(model, Model)
        assert model.intact, model.key
        assert model.size == (shelf.FOLDER / f"{model.key}.safetensors").stat().st_size
        assert [bool(figures) for figures in (model.figures, model.errors, model.own)].count(True) == 1
        if model.own:
            assert model.parameters == sum(w.numel() for w in load(model.name).values())
            continue
        learner = store.load(model.name, shelf.FOLDER / model.folder)
        assert model.parameters == sum(w.numel() for w in learner.theta.values())
        assert model.steps == learner.steps


def test_the_best_comes_first_within_each_use() -> None:
    whole = [model for model in shelf.models() if isinstance(model, Model)]
    assert [model.use for model in whole] == sorted((model.use for model in whole), key=shelf.USES.index)
    for use in ("drawings", "paper"):
        accuracies = [model.main.accuracy for model in whole if model.use == use and model.main]
        assert accuracies == sorted(accuracies, reverse=True)
    errors = [model.errors[10] for model in whole if model.use == "sines"]
    assert errors == sorted(errors)


def test_comparing_takes_whoever_was_measured() -> None:
    found = shelf.models()
    for kind in shelf.kinds(found):
        accuracies = [figure.accuracy for _, figure in shelf.best(found, kind)]
        assert accuracies == sorted(accuracies, reverse=True)
    assert {model.key for model, _ in shelf.best(found, "20-way 5-shot")} == {"paper/maml", "paper/reptile"}
    assert shelf.best(found, "nothing") == []


def test_a_changed_byte_is_noticed(folder: Path) -> None:
    path = folder / "maml.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    state = {model.key: isinstance(model, Model) and model.intact for model in shelf.models(folder)}
    assert state == {"maml": False, "fomaml": True, "reptile": True, "sine-maml": True, "ntm-copy": True}


def card_without(key: str) -> Any:
    def change(path: Path) -> None:
        card = json.loads(path.read_text())
        del card[key]
        path.write_text(json.dumps(card))

    return change


@pytest.mark.parametrize(
    "file, change, problem",
    [
        ("maml.json", Path.unlink, "card-missing"),
        ("maml.json", lambda path: path.write_text("{"), "card-damaged"),
        ("maml.json", lambda path: path.write_text("[]"), "card-damaged"),
        ("maml.json", card_without("sha256"), "card-incomplete"),
        ("maml.json", card_without("evaluation"), "card-incomplete"),
        ("maml.json", card_without("inner"), "card-incomplete"),
        ("sine-maml.json", card_without("training"), "card-incomplete"),
        ("ntm-copy.json", card_without("evaluation"), "card-incomplete"),
        ("maml.safetensors", Path.unlink, "weights-missing"),
        ("maml.safetensors", lambda path: path.write_bytes(b""), "weights-damaged"),
        ("maml.safetensors", lambda path: path.write_bytes(b"not weights at all"), "weights-damaged"),
    ],
)
def test_what_is_broken_is_named_and_the_others_stay(folder: Path, file: str, change: Any, problem: str) -> None:
    change(folder / file)
    found = shelf.models(folder)
    [broken] = [model for model in found if isinstance(model, Broken)]
    assert broken.name == Path(file).stem
    assert broken.problem == problem
    assert {model.key for model in found} == {"maml", "fomaml", "reptile", "sine-maml", "ntm-copy"}
    assert found[-1] is broken
