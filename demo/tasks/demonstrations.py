"""Demonstrations for imitation: walks of somebody who knows the goal, for somebody who is not told it.

A demonstration follows a line at an even pace and then stays at its end, which is the task's goal.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from demo.tasks.navigation import FASTEST, HORIZON, goals

PACE = 0.5 * FASTEST  # a step, so that the shortest and the longest way have many
SHARE = 0.8  # of the steps that a line may take; a longer one is walked faster
BEND = 0.4  # how far a bent line leaves the straight one, at most, as a share of its length; a standard deviation
_FINE = torch.linspace(0, 1, 33)[None, :, None]


@dataclass(frozen=True, eq=False)
class Demonstrations:
    """One walk in each of T tasks: places (T, H + 1, 2) from the start to the goal, where it stays."""

    places: Tensor

    @property
    def states(self) -> Tensor:
        """(T, H, 2)"""
        return self.places[:, :-1]

    @property
    def velocities(self) -> Tensor:
        """(T, H, 2)"""
        return self.places.diff(dim=1)


def paced(lines: Tensor, horizon: int = HORIZON) -> Demonstrations:
    """Lines (T, P, 2), corner by corner, walked at PACE, or faster where `horizon` steps would not do."""
    lengths = torch.linalg.vector_norm(lines.diff(dim=1), dim=2)
    along = torch.cat([torch.zeros_like(lengths[:, :1]), lengths.cumsum(dim=1)], dim=1)
    whole = along[:, -1:]
    pace = (whole / (SHARE * horizon)).clamp(min=PACE)
    wanted = torch.minimum(torch.arange(horizon + 1, dtype=lines.dtype) * pace, whole)
    after = torch.searchsorted(along, wanted).clamp(1, lines.shape[1] - 1)
    begin, end = along.gather(1, after - 1), along.gather(1, after)
    share = ((wanted - begin) / (end - begin).clamp(min=1e-12)).clamp(0, 1)[..., None]
    corner = after[..., None].expand(-1, -1, 2)
    return Demonstrations(torch.lerp(lines.gather(1, corner - 1), lines.gather(1, corner), share))


def straight(start: Tensor, goal: Tensor) -> Demonstrations:
    """The shortest ways from starts (T, 2) to goals (T, 2)."""
    return paced(torch.stack([start, goal], dim=1))


def bent(start: Tensor, goal: Tensor, generator: torch.Generator) -> Demonstrations:
    """Detours as people draw them: curves with one bend of random size to a random side."""
    way = goal - start
    across = torch.stack([-way[:, 1], way[:, 0]], dim=1) * BEND
    corner = (start + goal) / 2 + 2 * across * torch.randn(len(goal), 1, generator=generator)
    a, b, c = start[:, None], corner[:, None], goal[:, None]
    return paced((1 - _FINE) ** 2 * a + 2 * _FINE * (1 - _FINE) * b + _FINE**2 * c)


def sample(tasks: int, generator: torch.Generator) -> tuple[Demonstrations, Demonstrations]:
    """For T goals, one bent demonstration each and, from another start, one straight: to learn from, and to judge by.

    Starts lie where goals do, in the same square.
    """
    goal, here, there = (goals(tasks, generator) for _ in range(3))
    return bent(here, goal, generator), straight(there, goal)
