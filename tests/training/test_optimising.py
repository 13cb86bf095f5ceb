"""Training optimisers, and the figures in their cards."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from demo.learners.learned_optimiser import Learnt
from demo.learners.optimisers import SGD, Adam, Optimiser, best_rate, follow
from demo.learners.store import read_card
from demo.tasks.optimisees import STEPS
from demo.training import apart, optimising
from demo.training.optimising import MAKERS, NETWORK, QUADRATIC, RATES, train


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation problems, so that a look takes no time."""
    monkeypatch.setattr(optimising, "LOOKED_AT", {"quadratic": 20, "sine": 2})


@pytest.mark.usefixtures("few")
def test_the_same_recipe_gives_the_same_weights_and_another_seed_others() -> None:
    runs = [train(replace(QUADRATIC, meta_steps=2, batch=4, seed=seed), progress=False).theta for seed in (1, 1, 2)]
    assert all(torch.equal(runs[0][name], w) for name, w in runs[1].items())
    assert not torch.equal(runs[0]["lstm1"], runs[2]["lstm1"])


@pytest.mark.usefixtures("few")
def test_what_is_kept_is_what_ended_lowest_on_validation_problems() -> None:
    trained = train(replace(QUADRATIC, meta_steps=8, batch=8), progress=False)
    costs = follow(
        Learnt(NETWORK, trained.theta), optimising.validating("quadratic", optimising.LOOKED_AT), STEPS
    ).costs
    assert costs[-1].mean().item() == pytest.approx(min(point["validation"] for point in trained.history), rel=1e-4)
    assert trained.history[-1]["loss"] < trained.history[0]["loss"]


@pytest.mark.parametrize("name, kind", [("sgd", SGD), ("adam", Adam)])
def test_the_rates_of_the_card_are_no_worse_than_their_neighbours(name: str, kind: type[SGD] | type[Adam]) -> None:
    rate = read_card("l2l-quadratic")["evaluation"][name]["rate"]
    place = RATES.index(rate)
    assert 0 < place < len(RATES) - 1, "the grid is wide enough"
    assert (
        best_rate(kind, optimising.validating("quadratic", optimising.RATED), STEPS, RATES[place - 1 : place + 2])
        == rate
    )


@pytest.mark.parametrize("problems, count, tolerance", [("quadratic", 1000, 0.02), ("sine", 100, 0.1)])
def test_figures_are_those_of_the_card(problems: str, count: int, tolerance: float) -> None:
    """The same problems, now; of the rivals those that are quick."""
    card = read_card(f"l2l-{problems}")["evaluation"]
    judged = MAKERS[problems](count, torch.Generator().manual_seed(optimising.EVALUATION_SEED))
    everybody: dict[str, Optimiser] = {"sgd": SGD(card["sgd"]["rate"]), "adam": Adam(card["adam"]["rate"])}
    if problems == "quadratic":
        everybody["learnt"] = Learnt(NETWORK, apart.load("l2l-quadratic"))
    for name, optimiser in everybody.items():
        costs = follow(optimiser, judged, STEPS).costs
        assert costs[-1].mean().item() == pytest.approx(card[name]["final"], rel=tolerance), name
        assert costs[1:].mean().item() == pytest.approx(card[name]["whole"], rel=tolerance), name
        assert costs[-1].median().item() == pytest.approx(card[name]["median"], rel=5 * tolerance), name


@pytest.mark.parametrize("name", ["l2l-quadratic", "l2l-sine"])
def test_somebody_ends_lowest_on_every_problem(name: str) -> None:
    figures = read_card(name)["evaluation"]
    assert sum(figures[each]["first"] for each in figures) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("name", ["l2l-quadratic", "l2l-sine"])
def test_learnt_optimisers_are_quicker_than_their_rivals(name: str) -> None:
    """Over the whole way, which is what they were trained for."""
    card = read_card(name)["evaluation"]
    assert card["learnt"]["whole"] < min(card["adam"]["whole"], card["sgd"]["whole"])
