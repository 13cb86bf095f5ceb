"""Meta-SGD: every weight learns the rate at which a task moves it, and which way.

    theta'_i = theta - alpha * grad L(theta; S_i)              (elementwise: alpha is shaped like theta)
    (theta, alpha) <- (theta, alpha) - beta * grad_(theta, alpha) mean_i L(theta'_i; Q_i)

theta and alpha each descend the query loss along their *own* gradient. After one inner step alpha's is

    grad_alpha L(theta'; Q) = -grad L(S) * grad_theta' L(Q),

so a rate grows where support and query gradient agree, falls where they do not, and may become negative. Both
gradients are taken through the inner loop, second order. Li, Zhou, Chen, Li 2017, arXiv 1707.09835, algorithm 1.

The paper takes one inner step. Here there are several, with the same alpha in each: the head starts at zero, so the
first step moves the head alone. The head's rates are one for each feature, shared by the classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from demo.learners.inner import descend, joined, tracked
from demo.learners.maml import judge
from demo.learners.objectives import Objective
from demo.models import CosineNet, Weights, channels_last, fan_out
from demo.tasks.episodes import Episodes

RATE = "rate."
"""What a rate's name begins with: "rate.conv1" has the shape of "conv1"."""


@dataclass(frozen=True)
class MetaSGD:
    """A CosineNet and its rates, which begin small, equal and positive."""

    filters: int = 64
    begin: float = 0.05

    @property
    def mixes(self) -> bool:
        return False

    @cached_property
    def body(self) -> CosineNet:
        return CosineNet(self.filters)

    def initialise(self, generator: torch.Generator) -> Weights:
        theta = self.body.initialise(generator)
        moving = {**theta, "head": torch.zeros(1, 1, self.body.features)}
        return {**theta, **{RATE + name: torch.full_like(w, self.begin) for name, w in moving.items()}}

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int) -> Tensor:
        """Mean query loss after the inner loop, differentiable by weights and rates."""
        *_, (adapted, _) = self.walk(theta, episodes, objective, steps, order=2)
        return judge(self.body, objective, adapted, episodes)

    def trace(
        self, theta: Weights, episodes: Episodes, objective: Objective, steps: int, rate: float = 1.0
    ) -> tuple[Tensor, Tensor]:
        """See `demo.learners.method.Method`; `rate` is a factor on the learnt rates."""
        losses, logits = [], []
        for adapted, loss in self.walk(theta, episodes, objective, steps, rate):
            losses.append(loss)
            with torch.no_grad():
                logits.append(self.body(adapted, episodes.queries))
        return torch.stack(losses), torch.stack(logits)

    def walk(
        self,
        theta: Weights,
        episodes: Episodes,
        objective: Objective,
        steps: int,
        rate: float = 1.0,
        order: int = 0,
    ) -> Iterator[tuple[Weights, Tensor]]:
        """The weights of T tasks and their support losses (T,) after 0 .. steps inner steps.

        order: 2 for theta's autograd graph to go through all of them; with 0 each begins a graph of its own.
        """
        alpha = {name: theta[RATE + name] for name in (*self._names(theta), "head")}
        if not order:
            alpha = {name: rate * a.detach() for name, a in channels_last(alpha).items()}
        w = self.body.start(fan_out({name: theta[name] for name in self._names(theta)}, episodes.tasks), episodes.ways)
        for k in range(steps + 1):
            moving = self.body.moving(k, w) if k < steps else []
            w = joined(w) if order else tracked(w, moving)
            loss = objective.support(self.body(w, episodes.support), episodes.labels)
            yield w, loss if order else loss.detach()
            if k == steps:
                return
            w = descend(w, loss, alpha, moving, order)

    @staticmethod
    def _names(theta: Weights) -> list[str]:
        return [name for name in theta if not name.startswith(RATE)]
