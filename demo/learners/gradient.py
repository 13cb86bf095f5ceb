"""A learnt (or random, or pretrained) initialisation that adapts by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from demo.learners.contract import Trace
from demo.learners.inner import descend, tracked
from demo.learners.objectives import Objective
from demo.models import Network, Weights, fan_out
from demo.tasks.episodes import Episodes


@dataclass(frozen=True, eq=False)
class GradientLearner:
    """theta and the inner loop that starts from it. Satisfies `demo.learners.contract.Learner`."""

    name: str
    network: Network
    objective: Objective
    theta: Weights
    rate: float
    steps: int

    def to(self, device: torch.device | str) -> GradientLearner:
        return replace(self, theta={name: w.to(device) for name, w in self.theta.items()})

    def adapt(
        self,
        support: Tensor,
        labels: Tensor,
        queries: Tensor,
        steps: int | None = None,
        rate: float | None = None,
        transductive: bool = False,
    ) -> Trace:
        """See `demo.learners.contract.Learner.adapt`."""
        device = next(iter(self.theta.values())).device
        task = Episodes(support[None], labels[None], queries[None], queries[None]).to(device)
        losses, outputs = self.adapt_all(task, steps, rate, transductive)
        return Trace(losses[:, 0].cpu().numpy(), outputs[:, 0].cpu().numpy())

    def adapt_all(
        self, episodes: Episodes, steps: int | None = None, rate: float | None = None, transductive: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Adapts to T tasks at once: support losses (S + 1, T) and outputs (S + 1, T, Q, N) at every step.

        The support set and the queries pass through the network together, once a step; batch statistics
        are the support set's, or everybody's if `transductive`.
        """
        steps = self.steps if steps is None else steps
        rate = self.rate if rate is None else rate
        shots = episodes.support.shape[1]
        x = torch.cat([episodes.support, episodes.queries], dim=1)
        theta = self.network.start(fan_out(self.theta, episodes.tasks), episodes.ways)
        losses, outputs = [], []
        for k in range(steps + 1):
            theta = tracked(theta)
            with torch.set_grad_enabled(k < steps):
                out = self.network(theta, x, shots)
                loss = self.objective.support(out[:, :shots], episodes.labels)
            with torch.no_grad():
                answer = (self.network(theta, x) if transductive else out)[:, shots:].detach()
            losses.append(loss.detach())
            outputs.append(self.objective.answer(answer))
            if k < steps:
                theta = descend(theta, loss, rate)
        return torch.stack(losses), torch.stack(outputs)
