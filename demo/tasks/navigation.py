"""Navigation in the plane: a point walks to a goal that it is never shown. A task is a goal.

    s_0 = (0, 0),    s_{t+1} = s_t + clip(v_t, -0.1, 0.1),    r_t = -||s_{t+1} - g||^2,    t = 0 ... 99

The goal g is uniform in [-0.5, 0.5]^2. The point sees where it is, and afterwards its rewards. Finn, Abbeel, Levine
2017, arXiv 1703.03400, section 5.3. One thing differs: there an episode ends within 0.01 of the goal; here it never
ends early, so that every trajectory has HORIZON steps. What those steps near a goal cost is at most 0.01 together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

HORIZON = 100
FASTEST = 0.1  # in each direction, a step
REACH = 0.5  # goals lie in [-REACH, REACH]^2

Act = Callable[[Tensor], Tensor]
"""Velocities (T, B, 2) at places (T, B, 2)."""


@dataclass(frozen=True, eq=False)
class Trajectories:
    """B walks in each of T tasks. places (T, B, H + 1, 2), the first before any step; velocities (T, B, H, 2), as they
    were asked for, before clipping; rewards (T, B, H), none above 0."""

    places: Tensor
    velocities: Tensor
    rewards: Tensor

    @property
    def states(self) -> Tensor:
        """Where each velocity was chosen, (T, B, H, 2)."""
        return self.places[:, :, :-1]

    @property
    def returns(self) -> Tensor:
        """Sums of rewards, (T, B)."""
        return self.rewards.sum(dim=2)


def goals(tasks: int, generator: torch.Generator) -> Tensor:
    """T goals, (T, 2), uniform."""
    return (torch.rand(tasks, 2, generator=generator) * 2 - 1) * REACH


def move(places: Tensor, velocities: Tensor) -> Tensor:
    """One step of any number of points (..., 2)."""
    return places + velocities.clamp(-FASTEST, FASTEST)


def reward(places: Tensor, goal: Tensor) -> Tensor:
    """Minus the squared distance, (...), of places (..., 2) from goals that broadcast to them."""
    return -(places - goal).square().sum(dim=-1)


@torch.no_grad()
def walk(act: Act, goal: Tensor, count: int, start: Tensor | None = None, horizon: int = HORIZON) -> Trajectories:
    """`count` walks in each task from start, (2,) or (T, 2), the origin by default; goal (T, 2).

    The points themselves are not differentiated: in reinforcement learning nobody knows how the world moves.
    """
    origin = torch.zeros(2, dtype=goal.dtype) if start is None else start
    places = [origin.reshape(-1, 1, 2).expand(len(goal), count, 2)]
    velocities = []
    for _ in range(horizon):
        velocities.append(act(places[-1]))
        places.append(move(places[-1], velocities[-1]))
    path = torch.stack(places, dim=2)
    return Trajectories(path, torch.stack(velocities, dim=2), reward(path[:, :, 1:], goal[:, None, None]))
