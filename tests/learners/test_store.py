"""Weights files and cards that are damaged: each is refused by name, with what to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from demo.learners.store import WeightsError, load, network_of, read_card, save
from demo.models import Weights

CARD: dict[str, Any] = {
    "name": "maml",
    "network": {"kind": "ConvNet", "filters": 4},
    "inner": {"rate": 0.05, "steps": 5},
    "sharpness": 2.0,
}


@pytest.fixture
def theta() -> Weights:
    return network_of(CARD["network"]).initialise(torch.Generator().manual_seed(0))


def test_saved_and_loaded_is_the_same(tmp_path: Path, theta: Weights) -> None:
    save(CARD, theta, tmp_path)
    learner = load("maml", tmp_path)
    assert learner.theta.keys() == theta.keys()
    assert all(torch.equal(learner.theta[name], w) for name, w in theta.items())
    assert (learner.rate, learner.steps) == (0.05, 5)
    assert len(read_card("maml", tmp_path)["sha256"]) == 64
    assert sorted(path.name for path in tmp_path.iterdir()) == ["maml.json", "maml.safetensors"]


def test_tensors_come_in_their_networks_order(tmp_path: Path, theta: Weights) -> None:
    """Optimisers, and ranks that train together, know weights by their place."""
    save(CARD, theta, tmp_path)
    assert list(load("maml", tmp_path).theta) == list(theta)


def truncate(folder: Path) -> None:
    path = folder / "maml.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def flip(folder: Path) -> None:
    path = folder / "maml.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-5] ^= 1
    path.write_bytes(raw)


def recard(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "maml.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return change


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (truncate, "sha256 differs"),
        (flip, "sha256 differs"),
        (lambda folder: (folder / "maml.safetensors").unlink(), "cannot be read"),
        (lambda folder: (folder / "maml.json").unlink(), "is missing"),
        (lambda folder: (folder / "maml.json").write_text("{"), "cannot be read"),
        (lambda folder: (folder / "maml.json").write_text("[]"), "is not a card"),
        (recard(network={"kind": "ConvNet", "filters": 5}), "conv1 has shape"),
        (recard(network={"kind": "Perceptron"}), "not a whole card"),
        (recard(inner={}), "not a whole card"),
    ],
)
def test_damage_is_named(damage: Callable[[Path], object], message: str, tmp_path: Path, theta: Weights) -> None:
    save(CARD, theta, tmp_path)
    damage(tmp_path)
    with pytest.raises(WeightsError, match=message) as caught:
        load("maml", tmp_path)
    assert "python -m demo train maml" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)  # pages show it
    assert caught.value.whole == f"{tmp_path}/{caught.value}"
    assert Path(caught.value.whole.split()[0]).parent == tmp_path


def test_not_safetensors_although_the_checksum_fits(tmp_path: Path, theta: Weights) -> None:
    save(CARD, theta, tmp_path)
    (tmp_path / "maml.safetensors").write_bytes(b"nonsense")
    recard(sha256=hashlib.sha256(b"nonsense").hexdigest())(tmp_path)
    with pytest.raises(WeightsError, match="damaged"):
        load("maml", tmp_path)


def test_weights_of_missing_tensors_are_refused(tmp_path: Path, theta: Weights) -> None:
    save(CARD, {name: w for name, w in theta.items() if name != "conv3"}, tmp_path)
    with pytest.raises(WeightsError, match="conv3 has shape None"):
        load("maml", tmp_path)
