"""Sine regression: y = A * sin(x + phase), from a few points to the whole curve.

A ~ U(0.1, 5), x in [-5, 5]; the phase is uniform in [0, 2 pi) (Nichol, Achiam, Schulman 2018). MAML's
paper has phases in [0, pi) only, an easier family.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from demo.tasks.episodes import Episodes

AMPLITUDES = (0.1, 5.0)
PHASES = (0.0, 2 * math.pi)
DOMAIN = (-5.0, 5.0)


@dataclass(frozen=True)
class Sine:
    """One task: amplitude in AMPLITUDES, phase in radians."""

    amplitude: float
    phase: float

    def __call__(self, x: Tensor) -> Tensor:
        return self.amplitude * torch.sin(x + self.phase)

    def points(self, count: int, noise: float, seed: int) -> tuple[Tensor, Tensor]:
        """`count` places uniform in DOMAIN and noisy values there, (K, 1) each; noise is a standard deviation.

        The places and the noise depend on the seed alone: dragging the amplitude moves the points along.
        """
        generator = torch.Generator().manual_seed(seed)
        x = _uniform((count, 1), DOMAIN, generator)
        return x, self(x) + noise * torch.randn(count, 1, generator=generator)


def sample(tasks: int, shots: int, queries: int, generator: torch.Generator) -> Episodes:
    """T tasks with `shots` support and `queries` query points each, all uniform in DOMAIN."""
    amplitude = _uniform((tasks, 1, 1), AMPLITUDES, generator)
    phase = _uniform((tasks, 1, 1), PHASES, generator)
    x = _uniform((tasks, shots + queries, 1), DOMAIN, generator)
    y = amplitude * torch.sin(x + phase)
    return Episodes(x[:, :shots], y[:, :shots], x[:, shots:], y[:, shots:])


def _uniform(shape: tuple[int, ...], bounds: tuple[float, float], generator: torch.Generator) -> Tensor:
    low, high = bounds
    return low + (high - low) * torch.rand(shape, generator=generator)
