"""The policy: a network that says how to go on from a place, as a Gaussian to draw from.

    v ~ pi_theta(. | s) = N(mu_theta(s), diag(sigma^2))

mu is a small tanh network; log sigma is learnt and the same everywhere. Velocities are measured in FASTEST, so that
an action of 1 is full speed. Like all networks here it is a pure function of weights with a leading task dimension T.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from demo.models import Weights
from demo.tasks.navigation import FASTEST, Act

LOG_TAU = math.log(2 * math.pi)


@dataclass(frozen=True)
class Policy:
    """2-width-width-2. `spread`: sigma before any training, in FASTEST; `least`: sigma never goes below."""

    width: int = 64
    spread: float = 1.0
    least: float = 0.1

    def initialise(self, generator: torch.Generator) -> Weights:
        """PyTorch's default for linear layers, but a last one so small that the point stays where noise takes it."""
        theta: Weights = {}
        sizes = (2, self.width, self.width, 2)
        for layer, (inputs, outputs) in enumerate(itertools.pairwise(sizes), start=1):
            bound = (0.1 if layer == 3 else 1.0) / math.sqrt(inputs)
            for name, shape in ((f"w{layer}", (1, outputs, inputs)), (f"b{layer}", (1, 1, outputs))):
                theta[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
        theta["log_sigma"] = torch.full((1, 1, 2), math.log(self.spread))
        return theta

    def mean(self, theta: Weights, states: Tensor) -> Tensor:
        """mu, (T, B, 2), in FASTEST, at places (T, B, 2)."""
        x = states / 0.5  # goals lie within +-1 of this
        for layer in (1, 2):
            x = torch.tanh(torch.baddbmm(theta[f"b{layer}"], x, theta[f"w{layer}"].transpose(1, 2)))
        return torch.baddbmm(theta["b3"], x, theta["w3"].transpose(1, 2))

    def log_sigma(self, theta: Weights) -> Tensor:
        return theta["log_sigma"].clamp(min=math.log(self.least))

    def log_prob(self, theta: Weights, states: Tensor, velocities: Tensor) -> Tensor:
        """ln pi_theta(v | s), (T, B), of velocities (T, B, 2), as they were before clipping, in FASTEST."""
        log_sigma = self.log_sigma(theta)
        z = (velocities / FASTEST - self.mean(theta, states)) * torch.exp(-log_sigma)
        return -(0.5 * z.square() + log_sigma + 0.5 * LOG_TAU).sum(dim=2)

    def velocity(self, theta: Weights, places: Tensor) -> Tensor:
        """The most probable velocities (T, B, 2) at places (T, B, 2)."""
        return self.mean(theta, places) * FASTEST

    def draw(self, theta: Weights, generator: torch.Generator) -> Act:
        """Velocities at random."""
        sigma = torch.exp(self.log_sigma(theta)) * FASTEST

        def act(places: Tensor) -> Tensor:
            mean = self.velocity(theta, places)
            return mean + sigma * torch.randn(mean.shape, generator=generator, dtype=mean.dtype)

        return act
