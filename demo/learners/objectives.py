"""What tasks are judged by: one number a task, so that tasks in a batch never mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch.nn.functional as F
from torch import Tensor


class Objective(Protocol):
    """Turns a network's outputs into losses (T,) and into what the audience sees."""

    def support(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """What the inner loop descends, (T,)."""

    def query(self, outputs: Tensor, answers: Tensor) -> Tensor:
        """What the outer loop descends, (T,)."""

    def answer(self, outputs: Tensor) -> Tensor:
        """Probabilities, or values."""


@dataclass(frozen=True)
class Classification:
    """Cross-entropy, with answers `sharpness` times as sharp as the logits that the inner loop sees.

    Support drawings are always closer to themselves than a query is to them. With equal sharpness, the
    inner loop has the support right, and stops, while it is still unsure of the query; a rate large
    enough to make up for that does everything in the first step, and nothing is left to watch. Sharper
    answers let a small rate end in confident ones. The factor is a constant of the training recipe, set
    afterwards on drawings kept for validation (temperature scaling, Guo et al. 2017, arXiv 1706.04599).
    """

    sharpness: float = 1.0

    def support(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy (T,), in nats, of logits (T, B, N) against labels (T, B)."""
        return F.cross_entropy(outputs.transpose(1, 2), labels, reduction="none").mean(dim=1)

    def query(self, outputs: Tensor, answers: Tensor) -> Tensor:
        return self.support(self.sharpness * outputs, answers)

    def answer(self, outputs: Tensor) -> Tensor:
        """Probabilities (T, B, N) of logits (T, B, N)."""
        return (self.sharpness * outputs).softmax(dim=-1)


@dataclass(frozen=True)
class Regression:
    """Mean squared error."""

    def support(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Mean squared error (T,) of values (T, B, 1) against labels (T, B, 1)."""
        return (outputs - labels).square().mean(dim=(1, 2))

    def query(self, outputs: Tensor, answers: Tensor) -> Tensor:
        return self.support(outputs, answers)

    def answer(self, outputs: Tensor) -> Tensor:
        return outputs
