"""First-order MAML: MAML without the factor (I - alpha * Hessian).

    theta'_i = theta - alpha * grad L(theta; S_i)
    theta   <- theta - beta * mean_i grad L(theta'_i; Q_i)         (at theta'_i, not through the steps)

The derivative of theta'_i by theta is taken to be the identity. Finn, Abbeel, Levine 2017,
arXiv 1703.03400, section 5.2; Nichol, Achiam, Schulman 2018, arXiv 1803.02999, section 5.
"""

from __future__ import annotations

import torch

from demo.learners.inner import adapted, tracked
from demo.learners.maml import judge
from demo.learners.objectives import Objective
from demo.models import Network, Weights, fan_out
from demo.tasks.episodes import Episodes


def meta_gradient(
    network: Network, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int
) -> tuple[Weights, float]:
    """mean_i grad L(theta'_i; Q_i), shaped like theta (T = 1), and the mean query loss."""
    start = network.start(fan_out(theta, episodes.tasks), episodes.ways)
    support = [(episodes.support, episodes.labels)] * steps
    theta_prime = tracked(adapted(network, objective.support, start, support, alpha))
    query_loss = judge(network, objective, theta_prime, episodes)
    # query_loss is already the mean over tasks, so the sum over tasks is the mean of their gradients.
    gradient = torch.autograd.grad(query_loss, [theta_prime[name] for name in theta])
    return {name: g.sum(dim=0, keepdim=True) for name, g in zip(theta, gradient, strict=True)}, query_loss.item()
