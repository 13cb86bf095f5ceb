"""Methods that compare drawings as the encoder sees them: adapting is embedding the support set, without a step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from demo.learners.encoder import Encoding
from demo.learners.objectives import Objective
from demo.models import Weights
from demo.tasks.episodes import Episodes


@dataclass(frozen=True)
class Comparing(Encoding, ABC):
    """Whoever has `logits` answers; by the loss of those answers it is trained, unless it has one of its own."""

    @abstractmethod
    def logits(self, theta: Weights, episodes: Episodes, drawings: Tensor) -> Tensor:
        """How near drawings x (T, B, 1, 28, 28) are to each class of the support set, (T, B, N)."""

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0) -> Tensor:
        """Mean query loss."""
        return objective.query(self.logits(theta, episodes, episodes.queries), episodes.answers).mean()

    @torch.no_grad()
    def trace(
        self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0, rate: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        """See `demo.learners.method.Method`; one entry."""
        support_loss = objective.support(self.logits(theta, episodes, episodes.support), episodes.labels)
        return support_loss[None], self.logits(theta, episodes, episodes.queries)[None]
