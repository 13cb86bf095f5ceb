"""MAML for acting: an initial policy from which one policy-gradient step goes far.

    theta'_i = theta + alpha * grad J_i(theta; D_i),                  D_i  ~ pi_theta    (the *current* policy's walks)
    theta   <- theta + beta * grad_theta mean_i J_i(theta'_i; D'_i),  D'_i ~ pi_theta'_i (the *adapted* policy's walks)

The outer gradient goes through the inner step, as in `demo.learners.maml`. Finn, Abbeel, Levine 2017, arXiv
1703.03400, algorithm 3. There the outer optimiser is TRPO; here it is Adam on the same surrogate. As there, what
theta does to *which* walks D_i holds is left out.

Meta-SGD for acting (Li et al. 2017, arXiv 1707.09835): alpha is learnt, one number a weight,
theta'_i = theta + alpha o grad J_i, and has its own gradient of the same outer objective.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from demo.learners.inner import Rates, descend, tracked
from demo.learners.policy import Policy
from demo.learners.policy_gradient import advantages, surrogate
from demo.models import Weights, fan_out
from demo.tasks.navigation import Trajectories, walk


@dataclass(frozen=True, eq=False)
class Look:
    """The policy after some steps, and the walks that it was judged by and learns from next."""

    theta: Weights
    walks: Trajectories


def adapting(
    policy: Policy,
    theta: Weights,
    goal: Tensor,
    alpha: Rates,
    trajectories: int,
    generator: torch.Generator,
    steps: int,
) -> Iterator[Look]:
    """The policy after 0 ... `steps` inner steps towards each goal (T, 2); theta is one set of weights, or T.

    As in the paper, every step after the first has half the rate: by then the goal is near.
    """
    theta = {name: w.detach().expand(len(goal), *w.shape[1:]) for name, w in theta.items()}
    for k in range(steps + 1):
        theta = tracked(theta)
        seen = walk(policy.draw(theta, generator), goal, trajectories)
        yield Look({name: w.detach() for name, w in theta.items()}, seen)
        if k < steps:
            losses = surrogate(policy, theta, seen, advantages(seen))
            theta = descend(theta, losses, alpha if k == 0 else halved(alpha), list(theta))


def halved(alpha: Rates) -> Rates:
    return {name: a / 2 for name, a in alpha.items()} if isinstance(alpha, dict) else alpha / 2


def meta_gradient(
    policy: Policy, theta: Weights, alpha: Rates, goal: Tensor, trajectories: int, generator: torch.Generator
) -> tuple[Weights, Weights, float]:
    """Gradients by theta, and by alpha where it is tensors (else {}), of minus the outer objective; and the mean return
    after the step. goal: (T, 2)."""
    theta = tracked(theta)
    rates = tracked(alpha) if isinstance(alpha, dict) else alpha
    start = fan_out(theta, len(goal))
    seen = walk(policy.draw(start, generator), goal, trajectories)
    moved = descend(start, surrogate(policy, start, seen, advantages(seen)), rates, list(start), order=2)
    after = walk(policy.draw(moved, generator), goal, trajectories)
    loss = surrogate(policy, moved, after, advantages(after)).mean()
    by_alpha = list(rates.values()) if isinstance(rates, dict) else []
    gradient = torch.autograd.grad(loss, [*theta.values(), *by_alpha])
    found = dict(zip(theta, gradient[: len(theta)], strict=True))
    own = dict(zip(rates, gradient[len(theta) :], strict=True)) if isinstance(rates, dict) else {}
    return found, own, after.returns.mean().item()


def joint_gradient(
    policy: Policy, theta: Weights, goal: Tensor, trajectories: int, generator: torch.Generator
) -> tuple[Weights, float]:
    """Pretraining: minus the policy gradient of the mean return over all goals, without adapting; and that return."""
    theta = tracked(theta)
    start = fan_out(theta, len(goal))
    seen = walk(policy.draw(start, generator), goal, trajectories)
    loss = surrogate(policy, start, seen, advantages(seen)).mean()
    gradient = torch.autograd.grad(loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), seen.returns.mean().item()
