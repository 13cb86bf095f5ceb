"""Siamese networks: one encoder for both drawings of a pair, trained to say whether they are of one class.

    E = || f(x_1) - f(x_2) ||,    L = y E^2 + (1 - y) max(m - E, 0)^2

y is 1 for a pair of one class and 0 for a pair of two. One-shot answers are the nearest drawing's, as in Koch, Zemel,
Salakhutdinov 2015 ("Siamese neural networks for one-shot image recognition"), whose own loss is a logistic one on
weighted |differences|; this is the contrastive loss of Hadsell, Chopra, LeCun 2006, equation 4. With several shots the
nearest drawing of all still decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.comparing import Comparing
from demo.learners.objectives import Objective
from demo.learners.prototypical import squared_distances
from demo.models import Weights
from demo.tasks.episodes import Episodes

SMALLEST = 1e-8  # a squared distance: rounding may leave less than nothing, and a root is steep at zero


@dataclass(frozen=True)
class Siamese(Comparing):
    """Distances are of features divided by the root of their number, so that the margin m can be 1.

    The weight `threshold` t (1,) is the distance at which a pair is as likely of one class as of two. It is learnt
    beside the encoder, without moving it: mean softplus((E - t) / softness) of pairs of one class, and of (t - E) of
    pairs of two.
    """

    margin: float = 1.0
    softness: float = 0.1
    apart: float = 10.0

    def further(self, generator: torch.Generator) -> Weights:
        return {"threshold": torch.full((1,), self.margin / 2)}

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0) -> Tensor:
        """Contrastive loss of all pairs of a task's drawings, those of two classes weighing `apart` times as much.

        Most of those are far enough already and ask for nothing.
        """
        f = self.embed(theta, torch.cat([episodes.support, episodes.queries], dim=1))
        classes = torch.cat([episodes.labels, episodes.answers], dim=1)
        first, second = torch.triu_indices(f.shape[1], f.shape[1], offset=1, device=f.device)
        e = distances(f, f)[:, first, second]
        same = classes[:, first] == classes[:, second]
        gap = (e.detach() - theta["threshold"]) / self.softness
        told = torch.where(same, F.softplus(gap), F.softplus(-gap))
        return balanced(contrastive(e, same, self.margin), same, self.apart) + balanced(told, same)

    def logits(self, theta: Weights, episodes: Episodes, drawings: Tensor) -> Tensor:
        """-E^2 (T, B, N) of drawings x (T, B, 1, 28, 28) to the nearest support drawing of each class."""
        e = distances(self.embed(theta, drawings), self.embed(theta, episodes.support))
        other = F.one_hot(episodes.labels) == 0  # (T, M, N)
        nearest: Tensor = e[..., None].masked_fill(other[:, None], torch.inf).amin(dim=2)
        return -nearest.square()


def distances(a: Tensor, b: Tensor) -> Tensor:
    """E (T, A, B), root mean squares of differences, of features a (T, A, D) and b (T, B, D)."""
    return squared_distances(a, b).clamp(min=SMALLEST).sqrt()


def contrastive(e: Tensor, same: Tensor, margin: float) -> Tensor:
    """L of pairs at distances e, whether of the same class or not; shaped like both."""
    return torch.where(same, e.square(), (margin - e).clamp(min=0).square())


def balanced(losses: Tensor, same: Tensor, apart: float = 1.0) -> Tensor:
    """The mean of the two kinds' means, that of pairs of two classes with weight `apart`.

    With 1 it is as if half of all pairs were of one class, as in Koch's minibatches.
    """
    return (losses[same].mean() + apart * losses[~same].mean()) / (1 + apart)
