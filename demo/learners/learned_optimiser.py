"""An optimiser that was learnt: an LSTM that is shown a weight's gradient and says how far the weight moves.

Andrychowicz et al. 2016, "Learning to learn by gradient descent by gradient descent" (arXiv 1606.04474):

    theta_{t+1} = theta_t + g_t,    (g_t, h_{t+1}) = m(grad f(theta_t), h_t; phi)
    L(phi)      = E_f sum_t f(theta_t)

The same small LSTM serves every coordinate of theta, each with a state of its own, so it fits problems of any size,
and their coordinates' order cannot matter. grad f is taken as given: L is differentiated through the updates, but not
through the gradients that went in (the dashed arrows of the paper's figure 2), so first derivatives suffice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.optimisers import State, slope
from demo.models import Weights
from demo.tasks.optimisees import Problems

P = 10.0  # the paper's p: gradients below e^-p count as small
LAYERS = 2


def preprocess(gradient: Tensor) -> Tensor:
    """(log|x| / p, sign x) where |x| >= e^-p, else (-1, e^p x): the paper's appendix A; (...,) to (..., 2).

    Gradients of any size become numbers about as large as 1, and their sign is kept apart.
    """
    size = gradient.abs()
    large = size >= math.exp(-P)
    first = torch.where(large, size.clamp(min=math.exp(-P)).log() / P, -torch.ones_like(size))
    second = torch.where(large, gradient.sign(), math.exp(P) * gradient)
    return torch.stack([first, second], dim=-1)


@dataclass(frozen=True)
class LSTMOptimiser:
    """Two layers of `hidden`; what they say is scaled by `scale`, so that an untrained one hardly moves anything."""

    hidden: int = 20
    scale: float = 0.1

    def initialise(self, generator: torch.Generator) -> Weights:
        """Random first weights, uniform as in PyTorch's own layers; biases 0, but 1 where an LSTM forgets."""
        phi: Weights = {}
        inputs = 2
        for layer in range(1, LAYERS + 1):
            shape = (4 * self.hidden, inputs + self.hidden)
            phi[f"lstm{layer}"] = (torch.rand(shape, generator=generator) * 2 - 1) / math.sqrt(self.hidden)
            phi[f"lstm{layer}.bias"] = torch.zeros(4 * self.hidden)
            phi[f"lstm{layer}.bias"][self.hidden : 2 * self.hidden] = 1.0
            inputs = self.hidden
        phi["output"] = (torch.rand(1, self.hidden, generator=generator) * 2 - 1) / math.sqrt(self.hidden)
        phi["output.bias"] = torch.zeros(1)
        return phi

    def step(self, phi: Weights, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        """The update (P, D) and the next state; a state is h and c of each layer, (P, D, hidden) all."""
        x, after = preprocess(gradient), []
        for layer in range(1, LAYERS + 1):
            h, c = state[2 * layer - 2 : 2 * layer]
            gates = F.linear(torch.cat([x, h], dim=-1), phi[f"lstm{layer}"], phi[f"lstm{layer}.bias"])
            into, forget, out, new = gates.chunk(4, dim=-1)
            c = forget.sigmoid() * c + into.sigmoid() * new.tanh()
            x = out.sigmoid() * c.tanh()
            after += [x, c]
        return self.scale * F.linear(x, phi["output"], phi["output.bias"]).squeeze(-1), tuple(after)

    def begin(self, theta: Tensor) -> State:
        """Nothing is remembered yet."""
        return (theta.new_zeros(*theta.shape, self.hidden),) * (2 * LAYERS)


@dataclass(frozen=True, eq=False)
class Learnt:
    """The LSTM with its weights phi: an `demo.learners.optimisers.Optimiser`."""

    network: LSTMOptimiser
    phi: Weights

    def begin(self, theta: Tensor) -> State:
        return self.network.begin(theta)

    def step(self, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        return self.network.step(self.phi, gradient, state)


def unrolled(
    network: LSTMOptimiser, phi: Weights, problems: Problems, theta: Tensor, state: State, steps: range
) -> tuple[Tensor, Tensor, State]:
    """The sum of the losses (P,) after each of some steps from theta (P, D); and theta and state after the last.

    A graph leads from the losses to phi. The losses are those that the problems show one step later.
    """
    total = theta.new_zeros(len(theta))
    _, gradient = slope(problems, theta, steps[0])
    for step in steps:
        update, state = network.step(phi, gradient, state)
        theta = theta + update
        loss, gradient = slope(problems, theta, step + 1)
        total = total + loss
    return total, theta, state
