"""Gaussian prototypical networks: every drawing says how far it is to be trusted, and weighs accordingly.

    p_c = sum_{i in S_c} s_i x_i / sum_{i in S_c} s_i,    s_c = sum_{i in S_c} s_i
    p(k | q) = softmax_k(-s_k || f(q) - p_k ||^2)

The encoder gives a place x and a raw number r, of which the precision s = 1 + softplus(r) is made; one for all
directions, the paper's *radius*. A class's precision is the *sum* of its drawings': what several say together is
surer than what any says alone. Fort 2017, arXiv 1708.02735, equations 3 to 6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.prototypical import Prototypical, squared_distances
from demo.models import Weights
from demo.tasks.episodes import Episodes


@dataclass(frozen=True)
class GaussPrototypical(Prototypical):
    """A prototypical network whose encoder has one output more: precision (1, D) and doubt (1,), a linear layer."""

    def further(self, generator: torch.Generator) -> Weights:
        row = torch.randn(1, self.features, generator=generator) / math.sqrt(self.features)
        return {"precision": 0.1 * row, "precision_bias": torch.zeros(1)}

    def precisions(self, theta: Weights, features: Tensor) -> Tensor:
        """s (..., ), above 1, of features (..., D)."""
        raw: Tensor = (features * theta["precision"][0]).sum(dim=-1) + theta["precision_bias"][0]
        return 1 + F.softplus(raw)

    def logits(self, theta: Weights, episodes: Episodes, drawings: Tensor) -> Tensor:
        """-s_c || f(x) - p_c ||^2 (T, B, N) of drawings x (T, B, 1, 28, 28)."""
        x = self.embed(theta, episodes.support)
        p, s = gaussians(x, self.precisions(theta, x), episodes.labels)
        return -s[:, None] * squared_distances(self.embed(theta, drawings), p)


def gaussians(x: Tensor, s: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Class prototypes p (T, N, D) and precisions (T, N) of places x (T, M, D), precisions s (T, M), labels (T, M)."""
    weight = F.one_hot(labels).to(x.dtype) * s[:, :, None]  # (T, M, N)
    total = weight.sum(dim=1)
    return (weight / total[:, None]).transpose(1, 2) @ x, total
