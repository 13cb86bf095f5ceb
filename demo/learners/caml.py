"""Context adaptation (CAVIA): the inner loop moves a few context numbers, and the network stays as it is.

    phi_0 = 0,    phi_{k+1} = phi_k - alpha * grad_phi L(phi_k, theta; S_i)       (the inner loop)
    theta <- theta - beta * grad_theta mean_i L(phi_i, theta; Q_i)                (through the inner loop)

phi is what is known of a task; theta, which turns it into answers, is the same for all. As only phi moves,
second order is cheap: the rule is `demo.learners.maml`'s, and these networks say what moves.
Zintgraf, Shiarlis, Kurin, Hofmann, Whiteson 2019, arXiv 1810.03642, equations 4 to 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.models import CosineNet, SineNet, Weights

SPREAD = 1.0  # of the first FiLM weights: with the paper's 0.06, phi would hardly matter at a head's inner rate


@dataclass(frozen=True)
class ContextNet(CosineNet):
    """The classifier: phi scales and shifts the maps of one block (FiLM), and has a row for each class.

        h <- relu((1 + gamma) * h + delta),    (gamma, delta) = W phi

    The paper learns a head for a fixed number of classes. Here, as everywhere in this repository, a head
    starts at zero and belongs to the task, so it is a part of the context: phi = (`context` numbers, N rows).
    With the rows at zero no gradient reaches the numbers: the first inner step moves the rows alone.
    """

    context: int = 100
    layer: int = 3  # the block whose maps are modulated, as in the paper

    def initialise(self, generator: torch.Generator) -> Weights:
        theta = super().initialise(generator)
        return {**theta, "film": SPREAD * torch.randn(1, self.context, 2 * self.filters, generator=generator)}

    def start(self, theta: Weights, ways: int) -> Weights:
        """One theta for all T tasks (a leading dimension of 1), and for each of them a context of zeros."""
        conv1 = theta["conv1"]
        return {
            **{name: w[:1] for name, w in theta.items()},
            "context": conv1.new_zeros(len(conv1), 1, self.context),
            "head": conv1.new_zeros(len(conv1), ways, self.features),
        }

    def moving(self, step: int, theta: Weights) -> list[str]:
        return ["context", "head"] if step else ["head"]

    def maps(self, theta: Weights, x: Tensor, blocks: int) -> Tensor:
        """See `CosineNet.maps`; the body is that of the first task. Without a context it is not modulated."""
        h = x.flatten(0, 1)
        for b in range(1, blocks + 1):
            h = F.conv2d(h, theta[f"conv{b}"][0], theta[f"bias{b}"][0], stride=2, padding=1)
            if b == self.layer and "context" in theta:
                h = self._modulated(theta, h.unflatten(0, x.shape[:2])).flatten(0, 1)
            h = h.relu()
        result: Tensor = h.unflatten(0, x.shape[:2])
        return result

    def film(self, theta: Weights) -> tuple[Tensor, Tensor]:
        """gamma and delta (T, C) of the context numbers."""
        gamma, delta = (theta["context"] @ theta["film"]).squeeze(1).chunk(2, dim=1)
        return gamma, delta

    def _modulated(self, theta: Weights, h: Tensor) -> Tensor:
        """h (T, B, C, H, W)."""
        gamma, delta = (w[:, None, :, None, None] for w in self.film(theta))
        return (1 + gamma) * h + delta


@dataclass(frozen=True)
class SineContext(SineNet):
    """The sine regressor, which sees phi beside x at every place: 1+context - width - width - 1."""

    context: int = 2

    def start(self, theta: Weights, ways: int = 1) -> Weights:
        w = theta["w1"]
        return {**theta, "context": w.new_zeros(len(w), 1, self.context)}

    def moving(self, step: int, theta: Weights) -> list[str]:
        return ["context"]

    def __call__(self, theta: Weights, x: Tensor) -> Tensor:
        """Values (T, B, 1) at places x (T, B, 1)."""
        return super().__call__(theta, torch.cat([x, theta["context"].expand(-1, x.shape[1], -1)], dim=2))
