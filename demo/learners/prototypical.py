"""Prototypical networks: a class is the mean of its drawings' features, and the nearest class wins.

    c_k = mean_{x in S_k} f(x),    p(k | q) = softmax_k(-|| f(q) - c_k ||^2)

The softmax is over the classes. Snell, Swersky, Zemel 2017, arXiv 1703.05175, equations 1 and 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from demo.learners.comparing import Comparing
from demo.models import Weights
from demo.tasks.episodes import Episodes


@dataclass(frozen=True)
class Prototypical(Comparing):
    """Distances are of features divided by the root of their number: a mean of squares, so that they stay small."""

    def logits(self, theta: Weights, episodes: Episodes, drawings: Tensor) -> Tensor:
        """-|| f(x) - c_k ||^2 (T, B, N) of drawings x (T, B, 1, 28, 28)."""
        c = prototypes(self.embed(theta, episodes.support), episodes.labels)
        return -squared_distances(self.embed(theta, drawings), c)


def prototypes(features: Tensor, labels: Tensor) -> Tensor:
    """Class means c (T, N, D) of features (T, M, D) with labels (T, M)."""
    member = F.one_hot(labels).to(features.dtype)  # (T, M, N)
    return (member / member.sum(dim=1, keepdim=True)).transpose(1, 2) @ features


def squared_distances(a: Tensor, b: Tensor) -> Tensor:
    """Mean squares of differences (T, A, B) of features a (T, A, D) and b (T, B, D)."""
    inner = a @ b.transpose(1, 2)
    squares = a.square().sum(dim=2)[:, :, None] + b.square().sum(dim=2)[:, None]
    return (squares - 2 * inner) / a.shape[2]
