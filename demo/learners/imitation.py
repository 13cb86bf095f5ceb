"""Meta imitation: an initial policy that one demonstration and one gradient step turn into its imitator.

    L(theta; d) = mean_t ||mu_theta(s_t) - a_t||^2                     (behaviour cloning of a demonstration d)
    theta'_i = theta - alpha * grad L(theta; d_i)
    theta   <- theta - beta * grad_theta mean_i L(theta'_i; d'_i)      (d'_i: of the same task, from another start)

Finn, Yu, Zhang, Abbeel, Levine 2017, arXiv 1709.04905, algorithm 1. The goal is never an input: the step must read it
off the demonstration.
"""

from __future__ import annotations

import torch
from torch import Tensor

from demo.learners.inner import Rates, descend, tracked
from demo.learners.policy import Policy
from demo.models import Weights, fan_out
from demo.tasks.demonstrations import Demonstrations
from demo.tasks.navigation import FASTEST

MOVING = ("w1", "b1", "w2", "b2", "w3", "b3")
"""What cloning moves: a clone walks where mu says, and sigma is left alone."""


def cloning_loss(policy: Policy, theta: Weights, shown: Demonstrations) -> Tensor:
    """L (T,): mean squared difference of velocities, in FASTEST, both directions summed."""
    return (policy.mean(theta, shown.states) - shown.velocities / FASTEST).square().sum(dim=2).mean(dim=1)


def cloned(policy: Policy, theta: Weights, shown: Demonstrations, alpha: Rates, steps: int) -> list[Weights]:
    """theta_0 ... theta_steps of every demonstration, detached; theta is one set of weights (T = 1), or T."""
    theta = {name: theta[name].expand(len(shown.places), *theta[name].shape[1:]) for name in MOVING}
    found = [theta]
    for _ in range(steps):
        theta = tracked(theta)
        moved = descend(theta, cloning_loss(policy, theta, shown), alpha, list(theta))
        theta = {name: w.detach() for name, w in moved.items()}
        found.append(theta)
    return found


def meta_gradient(
    policy: Policy, theta: Weights, alpha: Rates, shown: Demonstrations, judged: Demonstrations
) -> tuple[Weights, float]:
    """The gradient by theta of the mean cloning loss on `judged` after one step on `shown`, and that loss."""
    theta = tracked(theta)
    start = fan_out(theta, len(shown.places))
    moved = descend(start, cloning_loss(policy, start, shown), alpha, list(start), order=2)
    loss = cloning_loss(policy, moved, judged).mean()
    gradient = torch.autograd.grad(loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), loss.item()
