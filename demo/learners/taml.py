"""TAML: an initialisation that favours no task, by entropy or by equality.

    theta'_i = theta - alpha * grad L(theta; S_i)
    l_i      = L(theta'_i; Q_i)
    entropy:     theta <- theta - beta * grad_theta mean_i (l_i + lambda * [-H(f_theta) + H(f_theta'_i)])
    inequality:  theta <- theta - beta * grad_theta (mean_i l_i + lambda * I(l_1 ... l_M))

H is the entropy of the answers to the queries: unsure before adapting, sure after. I is Theil's index of the batch's
task losses, (1/M) sum_i (l_i / mean l) ln(l_i / mean l). Both through the inner loop, second order.
Jamal, Qi 2019, arXiv 1805.07722, section 3.

A head that starts at zero is as unsure as can be, whatever it has learnt: H(f_theta) would have no gradient. So the
entropy's network has a head that is learnt with the rest, as in the paper: `LearntHead`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from demo.learners.inner import tracked
from demo.learners.maml import through
from demo.learners.objectives import Objective
from demo.models import CosineNet, Network, Weights
from demo.tasks.episodes import Episodes

ENTROPY = 0.3
"""lambda, of the difference of two entropies in nats."""

THEIL = 0.3
"""lambda, of Theil's index, which is 0 for equal losses and at most ln M."""

MOST = 20
"""Classes that a learnt head has rows for."""


@dataclass(frozen=True)
class LearntHead(CosineNet):
    """A CosineNet whose head starts from rows of its own: for N classes from the first N of `MOST`."""

    spread: float = 0.05  # of the rows' first entries: enough to make the first answers unequal

    def initialise(self, generator: torch.Generator) -> Weights:
        rows = torch.randn(1, MOST, self.features, generator=generator) * self.spread
        return {**super().initialise(generator), "rows": rows}

    def start(self, theta: Weights, ways: int) -> Weights:
        """Raises ValueError for more classes than there are rows."""
        if ways > MOST:
            raise ValueError(f"the learnt head has rows for {MOST} classes, not for {ways}")
        body = {name: w for name, w in theta.items() if name != "rows"}
        return {**super().start(body, ways), "head": theta["rows"][:, :ways]}

    def moving(self, step: int, theta: Weights) -> list[str]:
        return list(theta)  # the head is not zero, so the body moves from the first step


def entropy(
    network: Network, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int
) -> tuple[Weights, float]:
    """The gradient of the entropy rule's loss, shaped like theta (T = 1), and the mean query loss."""
    return _gradient(network, objective, theta, episodes, alpha, steps, _sureness)


def inequality(
    network: Network, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int
) -> tuple[Weights, float]:
    """The gradient of the inequality rule's loss, shaped like theta (T = 1), and the mean query loss."""
    return _gradient(network, objective, theta, episodes, alpha, steps, _unequal)


def entropies(p: Tensor) -> Tensor:
    """In nats, of probabilities p (..., N)."""
    found: Tensor = torch.special.entr(p).sum(dim=-1)
    return found


def theil(losses: Tensor) -> Tensor:
    """Theil's index of M losses (M,), not negative: 0 if all are equal, ln M if all but one are 0."""
    index: Tensor = -torch.special.entr(losses / losses.mean()).mean()
    return index


def gini(losses: Tensor) -> Tensor:
    """sum_ij |l_i - l_j| / (2 M sum_i l_i) of M losses (M,): 0 if all are equal, (M - 1) / M if all but one are 0."""
    return (losses[:, None] - losses).abs().sum() / (2 * len(losses) * losses.sum())


def lorenz(losses: Tensor) -> Tensor:
    """The share of all loss that the k smallest of M losses (M,) have, for k = 0 .. M: (M + 1,)."""
    total = losses.sort().values.cumsum(0) / losses.sum()
    return torch.cat([total.new_zeros(1), total])


def _sureness(before: Tensor, after: Tensor, losses: Tensor) -> Tensor:
    return ENTROPY * (entropies(after) - entropies(before)).mean()


def _unequal(before: Tensor, after: Tensor, losses: Tensor) -> Tensor:
    return THEIL * theil(losses)


def _gradient(
    network: Network,
    objective: Objective,
    theta: Weights,
    episodes: Episodes,
    alpha: float,
    steps: int,
    term: Callable[[Tensor, Tensor, Tensor], Tensor],
) -> tuple[Weights, float]:
    """term: of the answers (T, Q, N) before and after adapting, and the query losses (T,)."""
    theta = tracked(theta)
    start, adapted = through(network, objective, theta, episodes, alpha, steps)
    before, after = (network.query(w, episodes.support, episodes.queries) for w in (start, adapted))
    losses = objective.query(after, episodes.answers)
    loss = losses.mean() + term(objective.answer(before), objective.answer(after), losses)
    gradient = torch.autograd.grad(loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), losses.mean().item()
