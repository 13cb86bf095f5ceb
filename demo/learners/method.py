"""Learners that bring their own way of adapting: a metric, a memory, a learnt optimiser.

What they share: a loss on whole tasks, which training descends,

    theta <- theta - beta * grad_theta mean_i L(theta; S_i, Q_i)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from demo.learners.inner import tracked
from demo.learners.objectives import Objective
from demo.learners.trained import Trained
from demo.models import Weights
from demo.tasks.episodes import Episodes


@runtime_checkable
class Method(Protocol):
    """A network that adapts by itself. Nothing here depends on a task's queries but their own answers."""

    @property
    def mixes(self) -> bool:
        """Whether drawings of one batch influence each other, so that it can be transductive."""

    def initialise(self, generator: torch.Generator) -> Weights:
        """Random first weights (T = 1)."""

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int) -> Tensor:
        """What training descends: a scalar, the mean over the tasks."""

    def trace(
        self, theta: Weights, episodes: Episodes, objective: Objective, steps: int, rate: float
    ) -> tuple[Tensor, Tensor]:
        """Support losses (S + 1, T) and logits (S + 1, T, Q, N) after each of `steps` inner steps.

        The first entry is before any; a method without an inner loop has this one entry.
        """


@runtime_checkable
class Scheduled(Protocol):
    """A method whose loss changes while it is trained."""

    def at(self, done: float) -> Method:
        """The method with the loss that it descends when a share `done` of the training lies behind."""


@runtime_checkable
class Continuing(Protocol):
    """A method that can go on from the weights of a CosineNet, though it is built differently."""

    def begun(self, theta: Weights, x: Tensor) -> Weights:
        """Weights that answer as those do; x (B, 1, 28, 28) are training drawings."""


@dataclass(frozen=True, eq=False)
class MethodLearner(Trained):
    """A method with its weights."""

    network: Method

    def adapt_all(
        self, episodes: Episodes, steps: int | None = None, rate: float | None = None, transductive: bool = False
    ) -> tuple[Tensor, Tensor]:
        """See `Trained.adapt_all`; non-transductive whatever is asked, unless the method mixes."""
        steps = self.steps if steps is None else steps
        rate = self.rate if rate is None else rate
        losses, logits = self.network.trace(self.theta, episodes, self.objective, steps, rate)
        return losses.detach(), self.objective.answer(logits.detach())


def meta_gradient(
    network: Method, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int
) -> tuple[Weights, float]:
    """grad_theta of the method's loss, shaped like theta (T = 1), and the loss; alpha plays no part."""
    theta = tracked(theta)
    loss = network.loss(theta, episodes, objective, steps)
    # What the loss does not hear of, a frozen encoder, has a gradient of zero.
    gradient = torch.autograd.grad(loss, list(theta.values()), allow_unused=True, materialize_grads=True)
    return dict(zip(theta, gradient, strict=True)), loss.item()
