"""ADML's crossing by hand; and the fast gradient sign method, which raises the loss and stays within its bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from demo.learners import adml, attack
from demo.learners.gradient import GradientLearner
from demo.learners.objectives import Classification
from demo.learners.onestep import Normed
from demo.models import CosineNet, Weights
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double

ALPHA, OBJECTIVE = 0.5, Classification(2.0)


@pytest.fixture
def network() -> Normed:
    return Normed(CosineNet(filters=3, gain=3.0))


@pytest.fixture
def theta(network: Normed) -> Weights:
    return double(network.initialise(torch.Generator().manual_seed(1)))


@pytest.fixture
def episodes() -> Episodes:
    return in_double(characters(tasks=2, ways=4, queries=2))


def crossed(network: Normed, theta: Weights, clean: Episodes, bad: Episodes, swap: bool = False) -> torch.Tensor:
    """Both terms by plain loops over tasks and queries; with `swap`, the pairs that are not crossed."""
    parts = [clean.support, clean.queries, bad.support, bad.queries]
    f = network.embed(theta, torch.cat(parts, dim=1).flatten(0, 1)).unflatten(0, (2, -1))
    support, queries, bad_support, bad_queries = f.split([part.shape[1] for part in parts], dim=1)
    pairs = [(bad_support, queries), (support, bad_queries)]
    if swap:
        pairs = [(bad_support, bad_queries), (support, queries)]
    losses = []
    for prototypes, asked in pairs:
        for task in range(2):
            for q, answer in zip(asked[task], clean.answers[task], strict=True):
                logits = torch.stack([2.0 * ALPHA * 9.0 * (q * p).sum() for p in prototypes[task]])
                losses.append(logits.logsumexp(0) - logits[answer])
    return torch.stack(losses).mean()


def test_the_gradient_is_that_of_the_two_crossed_terms(network: Normed, theta: Weights, episodes: Episodes) -> None:
    gradient, loss = adml.meta_gradient(network, OBJECTIVE, theta, episodes, ALPHA)
    bad = adml.adversarial(network, OBJECTIVE, theta, episodes, ALPHA)
    leaves = {name: w.clone().requires_grad_() for name, w in theta.items()}
    by_hand = crossed(network, leaves, episodes, bad)
    assert loss == pytest.approx(by_hand.item(), rel=1e-9)
    for (name, g), expected in zip(gradient.items(), torch.autograd.grad(by_hand, list(leaves.values())), strict=True):
        torch.testing.assert_close(g, expected, msg=name)
    straight = crossed(network, theta, episodes, bad, swap=True)
    assert loss != pytest.approx(straight.item(), rel=1e-3), "uncrossed is another loss"


def test_adversarial_drawings_are_harder_and_near(network: Normed, theta: Weights, episodes: Episodes) -> None:
    bad = adml.adversarial(network, OBJECTIVE, theta, episodes, ALPHA, epsilon=0.02)
    for clean, moved in ((episodes.support, bad.support), (episodes.queries, bad.queries)):
        assert 0 < (moved - clean).abs().max() <= 0.02 + 1e-12
        assert moved.min() >= 0
        assert moved.max() <= 1

    def loss(queries: torch.Tensor) -> float:
        f = adml.features(network, theta, torch.cat([episodes.support, queries], dim=1)).split([4, 8], dim=1)
        return adml.judge(network, OBJECTIVE, f[0], f[1], episodes, ALPHA).item()

    assert loss(bad.queries) > loss(episodes.queries)


@pytest.mark.parametrize("epsilon", [0.01, 0.1, 0.3])
def test_fgsm_against_a_learner_that_has_adapted(episodes: Episodes, epsilon: float) -> None:
    network = CosineNet(filters=3)
    theta = double(network.initialise(torch.Generator().manual_seed(0)))
    learner = GradientLearner("test", network, OBJECTIVE, theta, 0.3, 3)
    moved = attack.attacked(learner, episodes, epsilon)
    change = (moved.queries - episodes.queries).abs()
    assert change.max() <= epsilon + 1e-12
    assert moved.queries.min() >= 0
    assert moved.queries.max() <= 1
    assert torch.equal(moved.support, episodes.support)
    right = [
        learner.adapt_all(task)[1][-1].gather(2, task.answers[..., None]).log().mean() for task in (episodes, moved)
    ]
    assert right[1] < right[0]
    # Each task's own attack: its neighbours in the batch change nothing.
    alone = attack.attacked(learner, Episodes(*(x[1:] for x in parts(episodes))), epsilon)
    torch.testing.assert_close(alone.queries, moved.queries[1:])


def test_fgsm_takes_the_sign_of_the_slope() -> None:
    x = torch.tensor([[0.5, 0.98, 0.3, 0.0]])
    slope = torch.tensor([[2.0, 1e-9, -3.0, -1.0]])
    torch.testing.assert_close(attack.fgsm(lambda x: (slope * x).sum(), x, 0.1), torch.tensor([[0.6, 1.0, 0.2, 0.0]]))


def test_what_has_not_adapted_has_no_slope(episodes: Episodes) -> None:
    """The slip to avoid: a head at zero answers all drawings alike, and the attack does nothing."""
    network = CosineNet(filters=3)
    learner = GradientLearner(
        "test", network, OBJECTIVE, double(network.initialise(torch.Generator().manual_seed(0))), 0.3, 3
    )
    assert torch.equal(attack.attacked(learner, episodes, 0.1, steps=0).queries, episodes.queries)
    assert not torch.equal(attack.attacked(learner, replace(episodes), 0.1, steps=1).queries, episodes.queries)


def parts(episodes: Episodes) -> list[torch.Tensor]:
    return [episodes.support, episodes.labels, episodes.queries, episodes.answers]
