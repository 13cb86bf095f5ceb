"""A Neural Turing Machine: a small network, the controller, that learns to use a memory beside it.

Graves, Wayne and Danihelka 2014 (arXiv 1410.5401). At each time t

    h_t           = LSTM(x_t, r_{t-1}; h_{t-1})
    k, beta, g, s, gamma (of either head), e, a = linear functions of h_t, brought into their ranges
    w_t           = sharpen(shift(interpolate(by_content(M_{t-1}, k, beta), w_{t-1}, g), s), gamma)
    r_t           = sum_i w_t^read(i) M_{t-1}(i)
    M_t(i)        = M_{t-1}(i) [1 - w_t^write(i) e_t] + w_t^write(i) a_t
    y_t           = a linear function of h_t and r_t: logits of bits

One head reads, one writes; both begin at row 0 of a memory that is empty but for 1e-6. The paper's has 128 rows of 20
and a controller of 100; this one is as small as copying allows. What it has *learnt* is in its weights; what it
*remembers* of one sequence is in M alone, and the weights do not change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners import addressing
from demo.learners.addressing import SHIFTS
from demo.models import Weights

READ, WRITE = 0, 1  # the heads' places
EMPTY = 1e-6


class State(NamedTuple):
    """What goes from one time to the next: memory (B, N, M), weights (B, 2, N), read (B, M), h and c (B, H)."""

    memory: Tensor
    weights: Tensor
    read: Tensor
    h: Tensor
    c: Tensor


class Heard(NamedTuple):
    """What came of a sequence of T inputs: logits (T, B, bits), and the heads' weights (T, B, 2, N)."""

    logits: Tensor
    weights: Tensor


@dataclass(frozen=True)
class NTM:
    """inputs and outputs: numbers at each time; rows N and columns M of the memory; hidden: of the controller."""

    inputs: int = 10
    outputs: int = 8
    rows: int = 32
    columns: int = 12
    hidden: int = 64

    @property
    def _asked(self) -> tuple[int, ...]:
        """How the controller's demands are laid out: k, beta, g, s, gamma for two heads, then e and a."""
        return (2 * self.columns, 2, 2, 2 * len(SHIFTS), 2, self.columns, self.columns)

    def initialise(self, generator: torch.Generator) -> Weights:
        """Random first weights, uniform as in PyTorch's own layers; biases 0, but 1 where the LSTM forgets."""
        theta: Weights = {}
        sizes = {
            "controller": (4 * self.hidden, self.inputs + self.columns + self.hidden),
            "heads": (sum(self._asked), self.hidden),
            "output": (self.outputs, self.hidden + self.columns),
        }
        for name, shape in sizes.items():
            theta[name] = (torch.rand(shape, generator=generator) * 2 - 1) / math.sqrt(shape[1])
            theta[f"{name}.bias"] = torch.zeros(shape[0])
        theta["controller.bias"][self.hidden : 2 * self.hidden] = 1.0
        return theta

    def begin(self, theta: Weights, batch: int) -> State:
        """Before the first input: an empty memory, both heads at row 0."""
        new = theta["heads"].new_zeros
        weights = new(batch, 2, self.rows)
        weights[..., 0] = 1.0
        memory = new(batch, self.rows, self.columns) + EMPTY
        return State(memory, weights, new(batch, self.columns), new(batch, self.hidden), new(batch, self.hidden))

    def __call__(self, theta: Weights, x: Tensor) -> Heard:
        """Runs through inputs x (T, B, inputs) from an empty memory."""
        state = self.begin(theta, x.shape[1])
        logits, weights = [], []
        for now in x:
            state, y = self.step(theta, state, now)
            logits.append(y)
            weights.append(state.weights)
        return Heard(torch.stack(logits), torch.stack(weights))

    def step(self, theta: Weights, state: State, x: Tensor) -> tuple[State, Tensor]:
        """One time: the state after input x (B, inputs), and the logits (B, outputs)."""
        h, c = self._controlled(theta, state, x)
        asked = F.linear(h, theta["heads"], theta["heads.bias"])
        key, beta, gate, by, gamma, erase, add = asked.split(self._asked, dim=1)
        content = addressing.by_content(state.memory, key.unflatten(1, (2, -1)).tanh(), F.softplus(beta)[..., None])
        kept = addressing.interpolate(content, state.weights, gate.sigmoid()[..., None])
        moved = addressing.shift(kept, by.unflatten(1, (2, -1)).softmax(dim=-1))
        weights = addressing.sharpen(moved, 1 + F.softplus(gamma)[..., None])
        read = addressing.read(state.memory, weights[:, READ])
        memory = addressing.write(state.memory, weights[:, WRITE], erase.sigmoid(), add.tanh())
        logits = F.linear(torch.cat([h, read], dim=1), theta["output"], theta["output.bias"])
        return State(memory, weights, read, h, c), logits

    def _controlled(self, theta: Weights, state: State, x: Tensor) -> tuple[Tensor, Tensor]:
        """The controller, a long short-term memory, on the input and what was read last."""
        heard = torch.cat([x, state.read, state.h], dim=1)
        into, forget, out, new = F.linear(heard, theta["controller"], theta["controller.bias"]).chunk(4, dim=1)
        c = forget.sigmoid() * state.c + into.sigmoid() * new.tanh()
        return out.sigmoid() * c.tanh(), c
