"""Gradient agreement: tasks that pull where the others pull count more, and outvoted ones count negatively.

    g_i = theta - theta'_i,    w_i = sum_j g_i . g_j / sum_k |sum_j g_k . g_j|,    so that sum_i |w_i| = 1

    theta <- theta - beta * sum_i w_i * grad L(theta'_i; Q_i)        in place of MAML's mean, 1/n for each (here)
    theta <- theta - epsilon * sum_i w_i * g_i                       in place of Reptile's mean

First order, as `demo.learners.fomaml`. Eshratifar, Eigen, Pedram 2018, arXiv 1810.08178, section 3.
"""

from __future__ import annotations

import torch
from torch import Tensor

from demo.learners.inner import adapted, tracked
from demo.learners.objectives import Objective
from demo.models import Network, Weights, fan_out
from demo.tasks.episodes import Episodes


def meta_gradient(
    network: Network, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int
) -> tuple[Weights, float]:
    """sum_i w_i grad L(theta'_i; Q_i), shaped like theta (T = 1), and the mean query loss, unweighted."""
    start = network.start(fan_out(theta, episodes.tasks), episodes.ways)
    support = [(episodes.support, episodes.labels)] * steps
    theta_prime = tracked(adapted(network, objective.support, start, support, alpha))
    w = agreement(displacements(theta, theta_prime))
    losses = objective.query(network.query(theta_prime, episodes.support, episodes.queries), episodes.answers)
    gradient = torch.autograd.grad((w * losses).sum(), [theta_prime[name] for name in theta])
    return {name: g.sum(dim=0, keepdim=True) for name, g in zip(theta, gradient, strict=True)}, losses.mean().item()


def displacements(theta: Weights, theta_prime: Weights) -> Tensor:
    """g_i = theta - theta'_i of T tasks in all that is meta-learnt, which the head is not, (T, P)."""
    return torch.cat([(w - theta_prime[name].detach()).flatten(1) for name, w in theta.items()], dim=1)


def agreement(g: Tensor) -> Tensor:
    """w (T,) of displacements g (T, P); all alike, 1/T, where none moves or all cancel."""
    agreed = g @ g.sum(dim=0)  # g_i . sum_j g_j
    total = agreed.abs().sum()
    return agreed / total if total > 0 else torch.full_like(agreed, 1 / len(g))
