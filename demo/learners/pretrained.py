"""Joint pretraining, the baseline: one network for everything at once, fine-tuned on the task afterwards.

    theta <- theta - beta * grad mean_i L(theta; D_i)

No inner loop. For sines it is Reptile with k = 1: the best single curve, which is their mean, near 0. For
characters, "everything at once" is one classifier of all training characters, whose head is then dropped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from demo.learners.inner import tracked
from demo.learners.objectives import Objective
from demo.models import ConvNet, Network, Weights, fan_out
from demo.tasks.episodes import Episodes


def meta_gradient(
    network: Network, objective: Objective, theta: Weights, episodes: Episodes, rate: float = 0.0, steps: int = 0
) -> tuple[Weights, float]:
    """grad_theta mean_i L(theta; S_i) and the loss; rate and steps, of an inner loop, play no part."""
    theta = tracked(theta)
    start = network.start(fan_out(theta, episodes.tasks), episodes.ways)
    loss = objective.support(network(start, episodes.support), episodes.labels).mean()
    gradient = torch.autograd.grad(loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), loss.item()


@dataclass(frozen=True)
class AllClasses:
    """A ConvNet whose head, for all `classes` training characters, is part of its weights."""

    body: ConvNet
    classes: int

    def initialise(self, generator: torch.Generator) -> Weights:
        bound = 1 / math.sqrt(self.body.features)
        head = (torch.rand(1, self.classes, self.body.features, generator=generator) * 2 - 1) * bound
        return {**self.body.initialise(generator), "head": head, "bias": torch.zeros(1, 1, self.classes)}

    def start(self, theta: Weights, ways: int) -> Weights:
        return theta

    def __call__(self, theta: Weights, x: Tensor, statistics: int | None = None) -> Tensor:
        return self.body(theta, x, statistics)

    def without_head(self, theta: Weights) -> Weights:
        return {name: w for name, w in theta.items() if name not in ("head", "bias")}
