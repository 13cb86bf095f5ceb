"""A learnt (or random, or pretrained) initialisation that adapts by gradient descent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from demo.learners.inner import descend, tracked
from demo.learners.trained import Trained
from demo.models import Network, Weights, fan_out
from demo.tasks.episodes import Episodes


@dataclass(frozen=True, eq=False)
class GradientLearner(Trained):
    """theta and the inner loop that starts from it."""

    network: Network

    def adapt_all(
        self, episodes: Episodes, steps: int | None = None, rate: float | None = None, transductive: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Adapts to T tasks at once: support losses (S + 1, T) and outputs (S + 1, T, Q, N) at every step.

        Only the support set's pass through the network is differentiated.
        """
        losses, outputs = [], []
        for theta, loss in self.walk(episodes, steps, rate):
            with torch.no_grad():
                outputs.append(self.network.query(theta, episodes.support, episodes.queries, transductive))
            losses.append(loss)
        return torch.stack(losses), self.objective.answer(torch.stack(outputs))

    def walk(
        self, episodes: Episodes, steps: int | None = None, rate: float | None = None
    ) -> Iterator[tuple[Weights, Tensor]]:
        """theta_k, and the support losses (T,) there, for k = 0 .. steps: the inner loop, step by step."""
        steps = self.steps if steps is None else steps
        rate = self.rate if rate is None else rate
        theta = self.network.start(fan_out(self.theta, episodes.tasks), episodes.ways)
        for k in range(steps + 1):
            moving = self.network.moving(k, theta) if k < steps else []
            theta = tracked(theta, moving)
            loss = self.objective.support(self.network(theta, episodes.support), episodes.labels)
            yield theta, loss.detach()
            if k < steps:
                theta = descend(theta, loss, rate, moving)
