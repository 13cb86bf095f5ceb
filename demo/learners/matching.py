"""Matching networks: the answer is the support drawings' labels, each as much as the network attends to its drawing.

    a_i = softmax_i(s cos(f(q), g(x_i))),    p(k | q) = sum_i a_i 1[y_i = k]

Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra 2016, arXiv 1606.04080, equation 1. The paper has no sharpness s:
with s = 1, no five-way answer could be surer than e / (e + 4 / e) = 65 %.

With full context embeddings (equations 2 to 5 of its appendix) what the network makes of a drawing depends on the
others in the support set; `demo.learners.context` has them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners import context
from demo.learners.encoder import Encoding
from demo.learners.objectives import Classification, Objective
from demo.models import Weights
from demo.tasks.episodes import Episodes


@dataclass(frozen=True)
class Matching(Encoding):
    """f' and g' are the encoder's features, projected linearly to `size` numbers; so are f and g without context.

    context_steps: processing steps of the attention LSTM; 0: no full context embeddings.
    """

    size: int = 64
    context_steps: int = 0

    def further(self, generator: torch.Generator) -> Weights:
        bound = math.sqrt(3 / self.features)
        projection = (torch.rand((1, self.size, self.features), generator=generator) * 2 - 1) * bound
        theta = {"projection": projection}
        return {**theta, **context.initialise(self.size, generator)} if self.context_steps else theta

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0) -> Tensor:
        """Mean query loss."""
        return objective.query(self.logits(theta, episodes, episodes.queries, objective), episodes.answers).mean()

    @torch.no_grad()
    def trace(
        self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0, rate: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        """See `demo.learners.method.Method`; one entry."""
        support_loss = objective.support(self.logits(theta, episodes, episodes.support, objective), episodes.labels)
        return support_loss[None], self.logits(theta, episodes, episodes.queries, objective)[None]

    def logits(self, theta: Weights, episodes: Episodes, drawings: Tensor, objective: Objective) -> Tensor:
        """log p(k | x) / s, up to a constant, (T, B, N) of drawings x (T, B, 1, 28, 28)."""
        assert isinstance(objective, Classification)
        scores = objective.sharpness * self.cosines(theta, episodes, drawings)
        other = F.one_hot(episodes.labels) == 0  # (T, M, N)
        votes = scores[..., None].masked_fill(other[:, None], -torch.inf)
        return votes.logsumexp(dim=2) / objective.sharpness

    def cosines(self, theta: Weights, episodes: Episodes, drawings: Tensor) -> Tensor:
        """cos(f(x), g(x_i)) (T, B, M) of drawings x (T, B, 1, 28, 28) and support drawings x_i."""
        f, g = (self.embed(theta, x) @ theta["projection"][0].T for x in (drawings, episodes.support))
        if self.context_steps:
            g = context.of_support(theta, g, episodes.labels)
            f = context.of_drawings(theta, f, g, self.context_steps)
        return F.normalize(f, dim=2) @ F.normalize(g, dim=2).transpose(1, 2)

    def attention(self, theta: Weights, episodes: Episodes, objective: Classification) -> Tensor:
        """a (T, Q, M) of every query: rows that sum to one."""
        return (objective.sharpness * self.cosines(theta, episodes, episodes.queries)).softmax(dim=2)
