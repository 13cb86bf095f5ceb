"""MAML: learn an initialisation from which one task's few gradient steps go far.

    theta'_i = theta - alpha * grad L(theta; S_i)                  (the inner loop, one or more steps)
    theta   <- theta - beta * grad_theta mean_i L(theta'_i; Q_i)   (*through* the inner loop)

The gradient passes through every inner step, whose derivative is (I - alpha * Hessian): that factor is
what makes it second order. Finn, Abbeel, Levine 2017, arXiv 1703.03400, algorithm 2.
"""

from __future__ import annotations

import torch

from demo.learners.inner import descend, joined, tracked
from demo.learners.objectives import Objective
from demo.models import Network, Weights, fan_out
from demo.tasks.episodes import Episodes


def meta_gradient(
    network: Network, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int
) -> tuple[Weights, float]:
    """grad_theta mean_i L(theta'_i; Q_i), shaped like theta (T = 1), and the mean query loss itself."""
    theta = tracked(theta)
    _, theta_prime = through(network, objective, theta, episodes, alpha, steps)
    query_loss = judge(network, objective, theta_prime, episodes)
    gradient = torch.autograd.grad(query_loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), query_loss.item()


def through(
    network: Network, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int
) -> tuple[Weights, Weights]:
    """Every task's weights before and after the inner loop, whose graph goes back to theta, which must be tracked."""
    start = network.start(fan_out(theta, episodes.tasks), episodes.ways)
    start = adapting = joined(start)
    for k in range(steps):
        support_loss = objective.support(network(adapting, episodes.support), episodes.labels)
        adapting = descend(adapting, support_loss, alpha, network.moving(k, adapting), order=2)
    return start, adapting


def judge(network: Network, objective: Objective, theta: Weights, episodes: Episodes) -> torch.Tensor:
    """Mean query loss, a scalar."""
    return objective.query(network.query(theta, episodes.support, episodes.queries), episodes.answers).mean()
