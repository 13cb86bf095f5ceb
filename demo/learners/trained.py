"""Trained weights with what they are for: what every learner on the pages is, however it adapts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Self

import torch
from torch import Tensor

from demo.learners.contract import Trace
from demo.learners.objectives import Objective
from demo.models import Weights
from demo.tasks.episodes import Episodes


@dataclass(frozen=True, eq=False)
class Trained(ABC):
    """Satisfies `demo.learners.contract.Learner`; `adapt_all` says how."""

    name: str
    network: Any  # a `demo.models.Network` or a `demo.learners.method.Method`
    objective: Objective
    theta: Weights
    rate: float
    steps: int

    def to(self, device: torch.device | str) -> Self:
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

    @abstractmethod
    def adapt_all(
        self, episodes: Episodes, steps: int | None = None, rate: float | None = None, transductive: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Adapts to T tasks at once: support losses (S + 1, T) and outputs (S + 1, T, Q, N) at every step."""
