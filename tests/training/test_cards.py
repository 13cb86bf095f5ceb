"""Every card's figures, re-measured: a small sample, with the tolerance that its size allows."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch

from demo.learners import CLASSIFIERS, ENTRIES, REGRESSORS
from demo.learners.store import PAPER_FOLDER, load, read_card
from demo.tasks.characters import Characters
from demo.training import evaluate
from demo.training.cards import outlook
from demo.training.recipes import RECIPES, Recipe
from demo.training.table import PAPER_LEARNERS


@pytest.mark.parametrize("name", ENTRIES)
def test_card_names_its_making(name: str) -> None:
    card, recipe = read_card(name), RECIPES[name]
    assert card["name"] == name
    assert card["training"]["command"] == f"python -m demo train {name}"
    assert card["licence"] == "MIT"
    assert card["network"] == recipe.network
    assert card["training"]["longer"] == outlook(card["training"]["history"])
    written = {**card["training"]["recipe"], "name": name, "network": card["network"]}
    assert Recipe(**written) == recipe, "the recipe has changed since: train anew"
    assert all(torch.isfinite(w).all() for w in load(name).theta.values())


@pytest.mark.parametrize("name", [entry.name for entry in CLASSIFIERS if RECIPES[entry.name].steps])
def test_adaptation_can_be_watched(name: str) -> None:
    """The mean probability of the right class rises over at least the first five steps."""
    curve = read_card(name)["evaluation"]["random_classes"]["right_class_probability_after_steps"]
    assert len(curve) >= 6
    if name != "random":
        assert all(later > earlier for earlier, later in pairwise(curve[:6])), curve


@pytest.mark.parametrize("name", [entry.name for entry in REGRESSORS])
def test_sine_errors_are_those_of_the_card(name: str) -> None:
    """The same 600 sines, all 32 steps."""
    stated = read_card(name)["evaluation"]["mse_after_steps"]
    measured = evaluate.regression(load(name)).mean(dim=1).tolist()
    assert measured == pytest.approx(stated, rel=0.02, abs=2e-4)


def test_reptile_and_maml_reach_their_sine_targets() -> None:
    reptile = read_card("sine-reptile")["evaluation"]["mse_after_steps"]
    maml = read_card("sine-maml")["evaluation"]["mse_after_steps"]
    assert reptile[8] <= 0.3
    assert reptile[32] <= 0.2
    assert maml[1] <= 0.45  # the aim was 0.35, not reached: the README says so
    assert maml[10] <= 0.12


@pytest.mark.parametrize("same", [False, True], ids=["random_classes", "same_alphabet"])
@pytest.mark.parametrize("name", [entry.name for entry in CLASSIFIERS])
def test_accuracy_is_that_of_the_card(name: str, same: bool, evaluation: Characters) -> None:
    """200 tasks that the card's 5,000 do not begin with; three standard errors of both samples together."""
    stated = read_card(name)["evaluation"]["same_alphabet" if same else "random_classes"]
    protocol = evaluate.Protocol(tasks=200, same_alphabet=same, seed=1)
    measured, _ = evaluate.classification(load(name), evaluation, protocol)
    tolerance = 3 / 1.96 * math.hypot(measured.ci95, stated["ci95"])
    assert measured.accuracy == pytest.approx(stated["accuracy"], abs=max(tolerance, 0.01))


def test_outlook_compares_the_last_two_fifths() -> None:
    history = [{"validation": value} for value in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9, 0.8, 0.8)]
    assert "from 0.8000 to 0.8000" in outlook(history)
    assert outlook([]) == "never trained"


def test_targets() -> None:
    """One alphabet's aim was 0.965, and it was not reached: the README says so."""
    maml, reptile = (read_card(name)["evaluation"] for name in ("maml", "reptile"))
    assert maml["random_classes"]["accuracy"] >= 0.99
    assert maml["same_alphabet"]["accuracy"] >= 0.96
    assert maml["random_classes"]["ece"] <= 0.02
    assert reptile["random_classes"]["accuracy"] >= 0.98


@pytest.mark.parametrize("name", PAPER_LEARNERS)
def test_the_papers_split_has_weights_of_its_own(name: str) -> None:
    card = read_card(name, PAPER_FOLDER)
    assert card["training"]["command"] == f"python -m demo train {name} --characters paper"
    assert "random split" in card["training"]["data"]
    recipe = Recipe(**{**card["training"]["recipe"], "name": name, "network": card["network"]})
    assert recipe == RECIPES[name]
    learner = load(name, PAPER_FOLDER)
    assert any(not torch.equal(w, load(name).theta[key]) for key, w in learner.theta.items())
