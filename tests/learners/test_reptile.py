"""Reptile against its formula, worked by hand on a model of one number."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from demo.learners import pretrained, reptile
from demo.learners.objectives import Regression
from demo.models import SineNet, Weights
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double, sines


class Line:
    """y = w x: the loss (w - a)^2 x^2 of y = a x has the gradient 2 (w - a) x^2, so all can be done by hand."""

    def initialise(self, generator: torch.Generator) -> Weights:
        return {"w": torch.ones(1, 1, 1)}

    def start(self, theta: Weights, ways: int) -> Weights:
        return theta

    mixes = False

    def moving(self, step: int, theta: Weights) -> list[str]:
        return ["w"]

    def __call__(self, theta: Weights, x: Tensor) -> Tensor:
        return theta["w"] * x

    def query(self, theta: Weights, support: Tensor, queries: Tensor, transductive: bool = False) -> Tensor:
        return self(theta, queries)


def line_tasks(slopes: list[float], points: int) -> Episodes:
    x = torch.ones(len(slopes), points, 1)
    y = torch.tensor(slopes)[:, None, None] * x
    return Episodes(x, y, x, y)


def test_update_by_hand() -> None:
    """w = 1, alpha = 1/4, x = 1: a step halves the distance to the slope a. Two steps leave a quarter of it.

    Slopes 5 and -3: theta' = 5 - 4/4 = 4 and -3 + 4/4 = -2, so mean(theta - theta') = 1 - (4 - 2) / 2 = 0;
    slopes 5 and 9: theta' = 4 and 9 - 8/4 = 7, so it is 1 - 5.5 = -4.5.
    """
    theta = {"w": torch.ones(1, 1, 1)}
    for slopes, expected in (([5.0, -3.0], 0.0), ([5.0, 9.0], -4.5)):
        gradient, _ = reptile.meta_gradient(Line(), Regression(), theta, line_tasks(slopes, 2), 0.25, steps=2)
        assert gradient["w"].item() == pytest.approx(expected)


def test_one_step_is_joint_training() -> None:
    """k = 1: mean_i (theta - theta'_i) = alpha * grad mean_i L_i(theta), the joint gradient."""
    network, objective, alpha = SineNet(width=5), Regression(), 0.03
    episodes = in_double(sines(tasks=3))
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    ours, _ = reptile.meta_gradient(network, objective, theta, episodes, alpha, steps=1)
    joint, _ = pretrained.meta_gradient(network, objective, theta, episodes)
    for name in theta:
        torch.testing.assert_close(ours[name], alpha * joint[name])


def test_each_minibatch_has_the_same_share_of_every_class() -> None:
    episodes = characters(ways=3, shots=4)
    dealt = reptile.deal(episodes, 2)
    assert [labels[0].tolist() for _, labels in dealt] == [[0, 0, 1, 1, 2, 2]] * 2
    together = torch.cat([images for images, _ in dealt], dim=1)
    assert sorted(together.sum(dim=(2, 3, 4))[0].tolist()) == sorted(episodes.support.sum(dim=(2, 3, 4))[0].tolist())


def test_shots_that_cannot_be_dealt_are_refused() -> None:
    with pytest.raises(ValueError, match="equal minibatches"):
        reptile.deal(characters(ways=3, shots=4), 3)
