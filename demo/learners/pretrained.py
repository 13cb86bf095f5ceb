"""Joint pretraining, the baseline: one network for everything at once, fine-tuned on the task afterwards.

    theta <- theta - beta * grad mean_i L(theta; D_i)

No inner loop. For sines it is Reptile with k = 1: the best single curve, which is their mean, near 0. For
characters, "everything at once" is one classifier of all training characters, whose head is then dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.inner import tracked
from demo.learners.objectives import Objective
from demo.learners.onestep import Normed
from demo.models import Network, Weights, fan_out
from demo.tasks.episodes import Episodes


def meta_gradient(
    network: Network | AllClasses,
    objective: Objective,
    theta: Weights,
    episodes: Episodes,
    rate: float = 0.0,
    steps: int = 0,
) -> tuple[Weights, float]:
    """grad_theta mean_i L(theta; S_i) and the loss; rate and steps, of an inner loop, play no part."""
    theta = tracked(theta)
    start = network.start(fan_out(theta, episodes.tasks), episodes.ways)
    loss = objective.support(network(start, episodes.support), episodes.labels).mean()
    gradient = torch.autograd.grad(loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), loss.item()


@dataclass(frozen=True)
class AllClasses:
    """One classifier of all `classes` training characters, by their cosines, on a body that others share."""

    body: Normed
    classes: int
    sharpness: float = 24.0  # cosines are at most 1, too little for a softmax over thousands

    def initialise(self, generator: torch.Generator) -> Weights:
        head = torch.randn(1, self.classes, self.body.plain.features, generator=generator)
        return {**self.body.initialise(generator), "head": head}

    def start(self, theta: Weights, ways: int) -> Weights:
        return theta

    def __call__(self, theta: Weights, x: Tensor) -> Tensor:
        """Logits (1, B, classes) of images x (1, B, 1, 28, 28)."""
        return self.logits(theta, self.body.embed(theta, x[0])[None])

    def logits(self, theta: Weights, features: Tensor) -> Tensor:
        """(T, B, classes) of features (T, B, D) of unit length."""
        return self.sharpness * features @ F.normalize(theta["head"], dim=2).transpose(1, 2)

    def folded(self, theta: Weights, x: Tensor) -> Weights:
        """The body alone, without batch norm; see `Normed.folded`."""
        return self.body.folded(theta, x)
