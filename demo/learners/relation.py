"""Relation networks: how alike two drawings are is not a formula but a network too.

    r_{k,q} = g([ sum_{x in S_k} f(x), f(q) ]) in [0, 1],    L = sum_{k,q} (r_{k,q} - 1[q is of class k])^2

Sung, Yang, Zhang, Xiang, Torr, Hospedales 2018, arXiv 1711.06025, equations 1 to 3; with several shots a class's
features are summed. g is a multilayer perceptron here; the paper has two convolutions below it, for larger maps.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.comparing import Comparing
from demo.learners.objectives import Objective
from demo.models import Weights
from demo.tasks.episodes import Episodes


@dataclass(frozen=True)
class Relation(Comparing):
    """width: of g's hidden layers. The logits are the scores' log odds, log r / (1 - r).

    g begins by seeing the difference of its two halves, which it is free to unlearn: from weights without any order
    it takes far longer to find out that the halves are of one kind.
    """

    width: int = 128

    def further(self, generator: torch.Generator) -> Weights:
        theta: Weights = {}
        sizes = (2 * self.features, self.width, self.width, 1)
        for layer, (inputs, outputs) in enumerate(itertools.pairwise(sizes), start=1):
            bound = math.sqrt(6 / inputs)  # He's, uniform
            theta[f"g{layer}"] = (torch.rand((1, outputs, inputs), generator=generator) * 2 - 1) * bound
            theta[f"g{layer}.bias"] = torch.zeros(1, outputs)
        of_class = theta["g1"][..., : self.features]
        return {**theta, "g1": torch.cat([of_class, -of_class], dim=2)}

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0) -> Tensor:
        """Mean squared error of the scores, (N - 1) drawings of other classes weighing as much as one of its own.

        Support sets of one shot, of two, up to the task's number all count, for the sums of several drawings are
        larger than one drawing's features, and g is to know both.
        """
        f = self.embed(theta, torch.cat([episodes.support, episodes.queries], dim=1))
        support, queries = f.split([episodes.support.shape[1], episodes.queries.shape[1]], dim=1)
        sums = support.unflatten(1, (episodes.ways, -1)).cumsum(dim=2).movedim(2, 0)  # (K, T, N, D)
        right = F.one_hot(episodes.answers).to(f.dtype)  # (T, Q, N)
        errors = torch.stack([(self.compare(theta, c, queries).sigmoid() - right).square() for c in sums])
        return (errors * (1 + right * (episodes.ways - 2))).mean()

    def logits(self, theta: Weights, episodes: Episodes, drawings: Tensor) -> Tensor:
        """Log odds (T, B, N) of the scores of drawings x (T, B, 1, 28, 28) with every class."""
        c = class_sums(self.embed(theta, episodes.support), episodes.labels)
        return self.compare(theta, c, self.embed(theta, drawings))

    def compare(self, theta: Weights, classes: Tensor, drawings: Tensor) -> Tensor:
        """Log odds (T, B, N) of g on every pair of features: of classes (T, N, D) and of drawings (T, B, D).

        g scales both halves to a mean square of one, so that sums of any number of shots are alike to it. Its first
        layer is linear in the pair, so it is computed of each half once, and not of N * B pairs.
        """
        of_class, of_drawing = theta["g1"][0].split(self.features, dim=1)
        first, second = (scaled(half) for half in (classes, drawings))
        h = ((second @ of_drawing.T)[:, :, None] + (first @ of_class.T)[:, None] + theta["g1.bias"][0]).relu()
        h = F.linear(h, theta["g2"][0], theta["g2.bias"][0]).relu()
        return F.linear(h, theta["g3"][0], theta["g3.bias"][0]).squeeze(-1)


def scaled(features: Tensor) -> Tensor:
    """Features (..., D) with a mean square of one; what is zero stays zero."""
    return F.normalize(features, dim=-1) * math.sqrt(features.shape[-1])


def class_sums(features: Tensor, labels: Tensor) -> Tensor:
    """Sums (T, N, D) over each class's features (T, M, D) with labels (T, M)."""
    return F.one_hot(labels).to(features.dtype).transpose(1, 2) @ features
