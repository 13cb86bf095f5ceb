"""Semi-supervised prototypical networks: drawings without a label move the prototypes, but not those of nothing known.

One step of soft k-means takes the unlabelled drawings in, with one cluster more, for distractors, at the origin:

    z_jc = softmax_c(-|| f(u_j) - p_c ||^2 / r_c^2 - log r_c),    c = 1 .. N + 1,   p_{N+1} = 0,   r_1 = ... = r_N = r
    p'_c = (sum_{x in S_c} f(x) + sum_j z_jc f(u_j)) / (|S_c| + sum_j z_jc)

What goes to the last cluster, z_j,N+1, moves no prototype: the drawing is masked. Without unlabelled drawings it
answers as any prototypical network. Ren et al. 2018, arXiv 1803.00676, equations 3, 4, 6 and 7.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.objectives import Objective
from demo.learners.prototypical import Prototypical, prototypes, squared_distances
from demo.models import Weights
from demo.tasks.episodes import Episodes

WAYS = (2, 3, 4, 5)  # of the tasks that the k-means is trained on, each with as many classes of distractors


@dataclass(frozen=True, eq=False)
class Refined:
    """before, after: prototypes (T, N, D); shares (T, U, N + 1): z of every unlabelled drawing, distractors last."""

    before: Tensor
    after: Tensor
    shares: Tensor


@dataclass(frozen=True)
class SemiPrototypical(Prototypical):
    """Two numbers more than a prototypical network: the logarithms of the radii, of classes and of distractors.

    The paper's classes have r = 1; here distances are means of squares, and their unit is learnt.
    """

    def further(self, generator: torch.Generator) -> Weights:
        start = -0.5 * math.log(30)  # as sharp as the answers in training
        return {"radius": torch.full((1,), start), "distractor_radius": torch.full((1,), start)}

    def refined(self, theta: Weights, support: Tensor, labels: Tensor, unlabelled: Tensor) -> Refined:
        """Of features: support (T, M, D) with labels (T, M), and unlabelled (T, U, D)."""
        before = prototypes(support, labels)
        shares = self.shares(theta, before, unlabelled)
        z = shares[..., :-1]  # (T, U, N)
        counts = F.one_hot(labels).to(support.dtype).sum(dim=1)  # (T, N)
        total = before * counts[..., None] + z.transpose(1, 2) @ unlabelled
        return Refined(before, total / (counts + z.sum(dim=1))[..., None], shares)

    def shares(self, theta: Weights, centres: Tensor, unlabelled: Tensor) -> Tensor:
        """z (T, U, N + 1) of unlabelled features (T, U, D) between classes at centres (T, N, D) and distractors."""
        origin = torch.zeros_like(centres[:, :1])
        d = squared_distances(unlabelled, torch.cat([centres, origin], dim=1))
        log_r = torch.cat([theta["radius"].expand(centres.shape[1]), theta["distractor_radius"]])
        return (-d * (-2 * log_r).exp() - log_r).softmax(dim=-1)

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0) -> Tensor:
        """The prototypical network's loss, and that of smaller tasks after refinement.

        The classes are dealt out to tasks of two to five, as far as they go, with as many others for distractors;
        half of the queries are shown unlabelled, the rest are asked. Needs at least two queries a class.
        """
        ways = episodes.ways
        support = self.embed(theta, episodes.support)
        queries = self.embed(theta, episodes.queries)
        plain = objective.query(-squared_distances(queries, prototypes(support, episodes.labels)), episodes.answers)
        support, queries = (features.unflatten(1, (ways, -1)) for features in (support, queries))
        losses: list[Tensor] = []
        first = 0
        while ways - first >= 2:
            known = min(WAYS[len(losses) % len(WAYS)], (ways - first + 1) // 2)
            own, others = slice(first, first + known), slice(first + known, first + 2 * known)
            losses.append(self._refined_loss(theta, objective, support[:, own], queries[:, own], queries[:, others]))
            first += 2 * known
        return plain.mean() + torch.stack(losses).mean()

    def _refined_loss(
        self, theta: Weights, objective: Objective, support: Tensor, queries: Tensor, distractors: Tensor
    ) -> Tensor:
        """Of one small task in each of T: features (T, N, K or Q, D), (T, H, Q, D)."""
        tasks, known, asked = queries.shape[:3]
        shown = asked // 2
        unlabelled = torch.cat([queries[:, :, :shown].flatten(1, 2), distractors[:, :, :shown].flatten(1, 2)], dim=1)
        label = torch.arange(known, device=queries.device)
        labels = label.repeat_interleave(support.shape[2]).expand(tasks, -1)
        answers = label.repeat_interleave(asked - shown).expand(tasks, -1)
        after = self.refined(theta, support.flatten(1, 2), labels, unlabelled).after
        return objective.query(-squared_distances(queries[:, :, shown:].flatten(1, 2), after), answers).mean()
