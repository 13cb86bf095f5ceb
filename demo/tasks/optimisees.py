"""Problems to optimise, many at once: what a learnt optimiser is trained on, and compared on.

Random quadratics as in Andrychowicz et al. 2016, section 3.1 (arXiv 1606.04474), and a small network fitted to a sine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from demo.models import SineNet, Weights
from demo.tasks.sine import AMPLITUDES, DOMAIN, PHASES

DIMENSIONS = 10
NETWORK = SineNet(width=10)
POINTS = 10  # of the sine, new ones at every step
STEPS = 100


class Problems(Protocol):
    """P functions of D weights each."""

    @property
    def start(self) -> Tensor:
        """Where optimising begins, (P, D)."""

    def loss(self, theta: Tensor, step: int) -> Tensor:
        """What is shown at a step, 0 to STEPS: (P,)."""

    def cost(self, theta: Tensor) -> Tensor:
        """What it is all about: (P,); of quadratics the loss, of sines the error on the whole curve."""


@dataclass(frozen=True, eq=False)
class Quadratics:
    """f(theta) = |W theta - y|^2 with W (P, D, D) and y (P, D); start (P, D)."""

    W: Tensor
    y: Tensor
    start: Tensor

    def loss(self, theta: Tensor, step: int) -> Tensor:
        return self.cost(theta)

    def cost(self, theta: Tensor) -> Tensor:
        return ((self.W @ theta[..., None]).squeeze(-1) - self.y).square().sum(dim=-1)


def quadratics(problems: int, generator: torch.Generator, dimensions: int = DIMENSIONS) -> Quadratics:
    """All elements of W and y from N(0, 1), those of the start from N(0, 0.01^2), as in the paper's code."""
    W = torch.randn(problems, dimensions, dimensions, generator=generator)
    y = torch.randn(problems, dimensions, generator=generator)
    return Quadratics(W, y, 0.01 * torch.randn(problems, dimensions, generator=generator))


@dataclass(frozen=True, eq=False)
class Sines:
    """Mean squared error of a small network on A sin(x + phase), shown at each step on POINTS new places.

    amplitude, phase (P, 1, 1); x (STEPS + 1, P, POINTS, 1) the places of every step; start (P, D).
    """

    amplitude: Tensor
    phase: Tensor
    x: Tensor
    start: Tensor

    def loss(self, theta: Tensor, step: int) -> Tensor:
        return self._error(theta, self.x[step])

    def cost(self, theta: Tensor) -> Tensor:
        return self._error(theta, grid().expand(len(theta), -1, 1))

    def truth(self, x: Tensor) -> Tensor:
        """The sines at places (P, B, 1)."""
        return self.amplitude * torch.sin(x + self.phase)

    def _error(self, theta: Tensor, x: Tensor) -> Tensor:
        return (fitted(theta, x) - self.truth(x)).square().mean(dim=(1, 2))


def sines(problems: int, generator: torch.Generator) -> Sines:
    """Amplitudes and phases as everywhere (`demo.tasks.sine`); each problem's network begins at random."""
    amplitude, phase = (_uniform((problems, 1, 1), ends, generator) for ends in (AMPLITUDES, PHASES))
    return sines_of(amplitude, phase, generator)


def sines_of(amplitude: Tensor, phase: Tensor, generator: torch.Generator) -> Sines:
    """Sines with these amplitudes and phases (P, 1, 1), and random places and starts."""
    problems = len(amplitude)
    x = _uniform((STEPS + 1, problems, POINTS, 1), DOMAIN, generator)
    start = torch.cat([flat(NETWORK.initialise(generator)) for _ in range(problems)])
    return Sines(amplitude, phase, x, start)


def fitted(theta: Tensor, x: Tensor) -> Tensor:
    """What networks with weights theta (P, D) say at places (P, B, 1)."""
    return NETWORK(_unflat(theta), x)


def grid() -> Tensor:
    """Places evenly over the domain, (101, 1)."""
    return torch.linspace(*DOMAIN, 101)[:, None]


def flat(theta: Weights) -> Tensor:
    """A network's weights in a row, (T, D)."""
    return torch.cat([w.flatten(1) for w in theta.values()], dim=1)


SHAPES = {name: w.shape[1:] for name, w in NETWORK.initialise(torch.Generator()).items()}


def _unflat(theta: Tensor) -> Weights:
    parts = theta.split([math.prod(shape) for shape in SHAPES.values()], dim=1)
    return {name: part.unflatten(1, shape) for (name, shape), part in zip(SHAPES.items(), parts, strict=True)}


def _uniform(shape: tuple[int, ...], bounds: tuple[float, float], generator: torch.Generator) -> Tensor:
    low, high = bounds
    return low + (high - low) * torch.rand(shape, generator=generator)
