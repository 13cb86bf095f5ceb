"""Learners that are built otherwise than the body they go on from, and what they have besides."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from demo.learners import store
from demo.learners.objectives import Classification
from demo.models import CosineNet
from demo.tasks.splits import Split
from demo.training.outer import Outer
from demo.training.plan import planned
from demo.training.recipe import Recipe
from tests.training.conftest import COSINE

KINDS = {"meta-sgd": "MetaSGD", "maml-plus-plus": "PlusPlus", "taml-entropy": "LearntHead"}


@pytest.fixture
def body(tmp_path: Path) -> Path:
    """A folder with the weights "first" of a small CosineNet."""
    card = {"name": "first", "network": COSINE, "inner": {"rate": 0.05, "steps": 2}, "sharpness": 4.0}
    store.save(card, CosineNet(filters=4).initialise(torch.Generator().manual_seed(7)), tmp_path)
    return tmp_path


def recipe(name: str) -> Recipe:
    rule, rate = (name, 0.05) if name.startswith("taml") else ("descent", 1.0)
    network = {"kind": KINDS[name], "filters": 4}
    return Recipe(
        name, rule, network, rate=rate, steps=2, meta_steps=2, meta_batch=2, ways=3, outer_rate=1e-3, begin="first"
    )


@pytest.mark.parametrize("name", KINDS)
def test_it_begins_with_all_its_weights_and_two_meta_steps_move_them(
    name: str, tiny_split: Split, cache: Path, body: Path
) -> None:
    plan = planned(recipe(name), tiny_split, body)
    outer = Outer(recipe(name), plan)
    before = {key: w.clone() for key, w in outer.theta.items()}
    assert {key: w.shape for key, w in before.items()} == {
        key: w.shape for key, w in plan.network.initialise(torch.Generator()).items()
    }
    outer.step()
    outer.step()
    still = [key for key, w in outer.theta.items() if torch.equal(w, before[key])]
    assert still == []


@pytest.mark.parametrize("name", ["meta-sgd", "maml-plus-plus"])
def test_before_training_its_first_step_is_the_bodys(name: str, tiny_split: Split, cache: Path, body: Path) -> None:
    """The rates are equal, and the first step moves the head alone."""
    plan = planned(recipe(name), tiny_split, body)
    theta = plan.begin(torch.Generator().manual_seed(0))
    own = store.learner_of(name, plan.network, Classification(4.0), theta, 1.0, 1)
    plain = store.load("first", body)
    episodes = plan.sample(torch.Generator().manual_seed(1))
    for a, b in zip(own.adapt_all(episodes), plain.adapt_all(episodes, steps=1), strict=True):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-3)
