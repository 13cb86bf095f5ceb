"""Policy gradient: make what went better than expected more probable.

    grad J(theta) = E sum_t grad ln pi_theta(a_t | s_t) (R_t - b_t),    R_t = sum_{u >= t} gamma^(u-t) r_u

REINFORCE (Williams 1992) with rewards to go and, as in Duan et al. 2016 (arXiv 1604.06778), a linear baseline b of
place and time fitted to each task's own trajectories. The rewards are numbers: nothing is differentiated but
ln pi, though this world's rewards could be.
"""

from __future__ import annotations

import torch
from torch import Tensor

from demo.learners.policy import Policy
from demo.models import Weights
from demo.tasks.navigation import Trajectories

GAMMA = 0.95
RIDGE = 1e-5


def to_go(rewards: Tensor, gamma: float) -> Tensor:
    """R_t (T, B, H) of rewards (T, B, H)."""
    total, found = torch.zeros_like(rewards[..., 0]), []
    for reward in reversed(rewards.unbind(dim=2)):
        total = reward + gamma * total
        found.append(total)
    return torch.stack(found[::-1], dim=2)


def baseline(states: Tensor, ahead: Tensor) -> Tensor:
    """b_t (T, B, H): least squares of `ahead` (T, B, H), task by task, on s, s^2, t, t^2, t^3 and 1."""
    tasks, count, horizon, _ = states.shape
    t = (torch.arange(horizon, dtype=states.dtype) / horizon)[None, None, :, None].expand(tasks, count, -1, 1)
    features = torch.cat([states, states.square(), t, t**2, t**3, torch.ones_like(t)], dim=3).flatten(1, 2)
    square = features.transpose(1, 2) @ features
    diagonal = torch.diagonal(square, dim1=1, dim2=2)
    square = square + torch.diag_embed(RIDGE * diagonal + 1e-12)  # of each feature's own size: walks can go far astray
    weights = torch.linalg.solve(square, features.transpose(1, 2) @ ahead.flatten(1)[..., None])
    fitted: Tensor = features @ weights
    return fitted.reshape(ahead.shape)


def advantages(seen: Trajectories) -> Tensor:
    """R - b, (T, B, H). Not scaled to deviation 1, as is often done: how much there is to gain says how far to go."""
    ahead = to_go(seen.rewards, GAMMA)
    return ahead - baseline(seen.states, ahead)


def surrogate(policy: Policy, theta: Weights, seen: Trajectories, better: Tensor) -> Tensor:
    """-mean ln pi_theta(a | s) (R - b), (T,): its gradient is minus the policy gradient, over B * H."""
    log_prob = policy.log_prob(theta, seen.states.flatten(1, 2), seen.velocities.flatten(1, 2))
    return -(log_prob * better.flatten(1)).mean(dim=1)
