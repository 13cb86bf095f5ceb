"""The closed form of one inner step against the learners that take it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from demo.learners import fomaml, maml, onestep, reptile
from demo.learners.objectives import Classification
from demo.learners.onestep import Normed
from demo.models import CosineNet, Weights
from demo.tasks.episodes import Episodes
from demo.training.rules import Rule
from tests.learners.conftest import characters, double, in_double

ALPHA = 0.3


@dataclass(frozen=True)
class Bare(Normed):
    """Without batch norm, so that the closed form and the inner loop see the same network."""

    def embed(self, theta: Weights, x: Tensor) -> Tensor:
        return self.plain.embed(theta, x[None])[0]


@pytest.fixture
def network() -> CosineNet:
    return CosineNet(filters=3, gain=3.0)


@pytest.fixture
def theta(network: CosineNet) -> Weights:
    return double(network.initialise(torch.Generator().manual_seed(1)))


def swapped(episodes: Episodes) -> Episodes:
    return Episodes(episodes.queries, episodes.answers, episodes.support, episodes.labels)


@pytest.mark.parametrize(
    "rule, closed_form",
    [(maml.meta_gradient, onestep.meta_gradient), (fomaml.meta_gradient, onestep.first_order)],
    ids=["maml", "fomaml"],
)
def test_is_maml_with_one_step(rule: Rule, closed_form: Rule, network: CosineNet, theta: Weights) -> None:
    """Each of two drawings takes its turn as support: the mean of MAML's gradients on the task and its mirror."""
    episodes, objective = in_double(characters(tasks=1, queries=1)), Classification(5.0)
    closed, loss = closed_form(Bare(network), objective, theta, episodes, ALPHA, 1)
    one, one_loss = rule(network, objective, theta, episodes, ALPHA, 1)
    two, two_loss = rule(network, objective, theta, swapped(episodes), ALPHA, 1)
    assert loss == pytest.approx((one_loss + two_loss) / 2, rel=1e-10)
    for name in theta:
        torch.testing.assert_close(closed[name], (one[name] + two[name]) / 2, msg=name)


def test_is_reptile_with_two_minibatches(network: CosineNet, theta: Weights) -> None:
    """The first minibatch moves the head alone, the second is the query set; Reptile's step is alpha times it."""
    episodes, objective = in_double(characters(tasks=1, queries=1)), Classification(1.0)
    dealt = torch.stack([episodes.support, episodes.queries], dim=2).flatten(1, 2)  # class by class
    both = Episodes(dealt, episodes.labels.repeat_interleave(2, dim=1), dealt, dealt)
    mirror = Episodes(dealt.unflatten(1, (-1, 2)).flip(2).flatten(1, 2), both.labels, dealt, dealt)
    closed, _ = onestep.first_order(Bare(network), objective, theta, episodes, ALPHA)
    one, _ = reptile.meta_gradient(network, objective, theta, both, ALPHA, 2)
    two, _ = reptile.meta_gradient(network, objective, theta, mirror, ALPHA, 2)
    for name in theta:
        torch.testing.assert_close(ALPHA * closed[name], (one[name] + two[name]) / 2, msg=name)


def test_folding_keeps_the_features() -> None:
    normed = Normed(CosineNet(filters=4))
    generator = torch.Generator().manual_seed(2)
    theta = double(normed.initialise(generator))
    theta = {name: w + 0.1 * torch.randn(w.shape, generator=generator).double() for name, w in theta.items()}
    x = torch.rand(9, 1, 28, 28, generator=generator).double()
    plain = normed.folded(theta, x)
    expected = normed.plain.initialise(generator)
    assert {name: w.shape for name, w in plain.items()} == {name: w.shape for name, w in expected.items()}
    torch.testing.assert_close(normed.plain.embed(plain, x[None])[0], normed.embed(theta, x))
