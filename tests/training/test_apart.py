"""Weights that stand apart: their cards, their way to disk and back, and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner

from demo.__main__ import main
from demo.learners.store import WeightsError, read_card
from demo.training import apart
from demo.training.apart import APART, Trained


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a row whose training and measuring take no time."""
    row = APART["ntm-copy"]
    monkeypatch.setitem(
        APART,
        row.name,
        replace(
            row,
            train=lambda bar: Trained(row.initialise(torch.Generator().manual_seed(3)), 1.5, []),
            measure=lambda theta: {"size": {"protocol": "all", "sum": float(theta["output"].sum())}},
        ),
    )
    return row.name


def command(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", APART)
def test_card_names_its_making(name: str) -> None:
    card, row = read_card(name), APART[name]
    assert {key: card[key] for key in ("name", "title", "summary", "use")} == {
        "name": name,
        "title": row.title,
        "summary": row.summary,
        "use": row.use,
    }
    assert card["training"]["command"] == f"python -m demo train {name}"
    assert card["training"]["recipe"] == json.loads(json.dumps(row.recipe)), "the recipe has changed: train anew"
    assert card["training"]["seed"] == row.recipe["seed"]
    assert card["training"]["data"] == row.data
    assert card["licence"] == "MIT"
    assert all({"meta_step", "loss"} <= point.keys() for point in card["training"]["history"])
    for entry in card["evaluation"].values():
        assert entry["command"] == f"python -m demo evaluate --learner {name}"
        assert entry["protocol"]
    assert all(torch.isfinite(w).all() for w in apart.load(name).values())


def test_made_weights_load_and_are_measured_anew(quick: str, tmp_path: Path) -> None:
    result = command("train", quick, "--output", tmp_path)
    assert result.exit_code == 0, result.output
    theta = apart.load(quick, tmp_path)
    expected = APART[quick].initialise(torch.Generator().manual_seed(3))
    assert all(torch.equal(theta[key], w) for key, w in expected.items())
    card = read_card(quick, tmp_path)
    assert card["training"]["seconds"] == 2
    assert card["evaluation"]["size"]["sum"] == pytest.approx(float(expected["output"].sum()))
    (tmp_path / f"{quick}.json").write_text(json.dumps({**card, "evaluation": {}}))
    assert command("measure", quick, "--weights", tmp_path).exit_code == 0
    assert read_card(quick, tmp_path) == card
    result = command("evaluate", "--learner", quick, "--weights", tmp_path, "--json")
    assert json.loads(result.output) == {"learner": quick, **card["evaluation"]}


def test_files_that_do_not_fit_are_refused(quick: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command("train", quick, "--output", tmp_path)
    monkeypatch.setitem(APART, quick, replace(APART[quick], initialise=lambda g: {"output": torch.zeros(2)}))
    with pytest.raises(WeightsError, match="controller has shape"):
        apart.load(quick, tmp_path)
    path = tmp_path / f"{quick}.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="sha256 differs"):
        apart.load(quick, tmp_path)


def test_tasks_of_drawings_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "task.json"
    file.write_text("{}")
    result = command("evaluate", file, "--learner", "ntm-copy")
    assert result.exit_code != 0
    assert "figures of its own" in result.output
