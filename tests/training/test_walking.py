"""The policies' training and their cards: it repeats itself, it learns, and the shipped files do what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from demo.learners.store import read_card
from demo.training import apart, walked
from demo.training.walking import POLICY, RULES, WALKERS, Walker, train

LEARNING = [walker for walker in WALKERS.values() if walker.rule in RULES]


def short(walker: Walker, steps: int = 2) -> Walker:
    return replace(walker, meta_steps=steps, tasks=2)


@pytest.mark.parametrize("walker", LEARNING, ids=lambda walker: walker.name)
def test_training_repeats_itself_and_moves_every_weight(walker: Walker) -> None:
    one, again = train(short(walker), False), train(short(walker), False)
    first = walker.initialise(torch.Generator().manual_seed(walker.seed))
    assert {name: w.shape for name, w in one.theta.items()} == {name: w.shape for name, w in first.items()}
    for name, w in one.theta.items():
        assert torch.equal(w, again.theta[name])
        assert not torch.equal(w, first[name]), name
    assert [set(point) for point in one.history] == [{"meta_step", "loss"}] * 2
    other = train(replace(short(walker), seed=1), False)
    assert not torch.equal(other.theta["w1"], one.theta["w1"])


def test_imitation_learns_in_a_second() -> None:
    history = train(replace(WALKERS["nav-imitation"], meta_steps=100, tasks=20), False).history
    assert history[-1]["loss"] < 0.5 * history[0]["loss"]


def test_random_is_not_trained() -> None:
    walker = WALKERS["nav-random"]
    made = train(walker, False)
    assert made.history == []
    assert all(torch.equal(w, made.theta[name]) for name, w in apart.load("nav-random").items())


def test_meta_sgd_has_a_rate_for_every_weight_of_its_policy() -> None:
    theta, alpha = WALKERS["nav-metasgd"].parted(apart.load("nav-metasgd"))
    assert isinstance(alpha, dict)
    shapes = {name: w.shape for name, w in POLICY.initialise(torch.Generator()).items()}
    assert {name: w.shape for name, w in theta.items()} == {name: w.shape for name, w in alpha.items()} == shapes
    assert all(not torch.all(a == WALKERS["nav-metasgd"].alpha) for a in alpha.values())
    theta, plain = WALKERS["nav-maml"].parted(apart.load("nav-maml"))
    assert plain == WALKERS["nav-maml"].alpha
    assert {name: w.shape for name, w in theta.items()} == shapes


@pytest.mark.parametrize("name", ["nav-maml", "nav-metasgd"])
def test_one_step_beats_pretraining_on_nine_goals_of_ten(name: str) -> None:
    """On fresh goals, and on the card's 200: with the pretrained policy's own step and without."""
    mine, theirs = (walked.returns(WALKERS[n], apart.load(n), 40, 1, seed=99) for n in (name, walked.RIVAL))
    assert (mine[1] > theirs[0]).float().mean() >= 0.9
    assert (mine[1] > theirs[1]).float().mean() >= 0.9
    figures = read_card(name)["evaluation"]["against_pretrained"]
    assert figures["protocol"].startswith("200 held-out goals")
    assert min(figures["better_0"], figures["better_1"]) >= 0.9


def test_figures_are_means_over_goals() -> None:
    walker, theta = WALKERS["nav-pretrained"], apart.load("nav-pretrained")
    expected = walked.returns(walker, theta, 3).mean(dim=1).tolist()
    found = walked.measure(walker, theta, 3)
    assert list(found) == ["navigation"]
    assert [found["navigation"][f"return_{k}"] for k in range(4)] == pytest.approx(expected, abs=1e-4)


def test_imitators_end_near_the_goal() -> None:
    before, after = walked.missed(apart.load("nav-imitation"), count=40, seed=99)
    assert after.mean() < 0.1 < 0.3 < before.mean()
    assert read_card("nav-imitation")["evaluation"]["imitation"]["missed_1"] < 0.1
