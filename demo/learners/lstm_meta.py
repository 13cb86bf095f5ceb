"""The LSTM meta-learner: an optimiser that is learnt, whose cell state is the network's weights.

    theta_t = f_t * theta_{t-1} + i_t * (-grad_t)
    i_t = sigmoid(W_I [grad_t, L_t, theta_{t-1}, i_{t-1}] + b_I)
    f_t = sigmoid(W_F [grad_t, L_t, theta_{t-1}, f_{t-1}] + b_F)

An LSTM's cell, c_t = f_t * c_{t-1} + i_t * c~_t, with the weights for its cell and minus their gradient for its
candidate: f = 1 and i = alpha are plain gradient descent. W and b are shared by all coordinates; theta_0 = c_0, the
initialisation, is learnt with them. Ravi and Larochelle 2017, "Optimization as a model for few-shot learning", ICLR.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from demo.learners.inner import tracked
from demo.learners.objectives import Objective
from demo.models import CosineNet, Weights, fan_out
from demo.tasks.episodes import Episodes

FORGET = 6.0  # b_F at first: f = 0.998, close to "forget nothing"
INPUT = 0.05  # i at first: the inner rate of the learners that have one
P = 10  # of the preprocessing
PACE = 30.0  # gates are kept as so many times less than they are, and so learn so many times faster than c_0
GATES = ("input_gate", "forget_gate")


@dataclass(frozen=True, eq=False)
class Moment:
    """theta_t of all tasks, the support losses (T,) there, and the gates that led to it, by the tensors' names."""

    theta: Weights
    loss: Tensor
    inputs: Weights
    forgets: Weights


@dataclass(frozen=True)
class LstmMeta:
    """CosineNet's weights and two gates, each a row of 7: gradient (2), loss (2), theta, the gate before, and 1.

    As in the paper, the meta-gradient takes the inner gradients and losses for constants. Left out of it: the first
    of its two layers, an LSTM of 20 units for each coordinate, which would take longer than a stroke of the pen.
    The head starts at zero for every task, like everybody's here.
    """

    filters: int = 64

    @property
    def mixes(self) -> bool:
        return False

    @cached_property
    def body(self) -> CosineNet:
        return CosineNet(self.filters)

    def initialise(self, generator: torch.Generator) -> Weights:
        weights = self.body.initialise(generator)
        for gate, bias in zip(GATES, (math.log(INPUT / (1 - INPUT)), FORGET), strict=True):
            row = 0.01 * torch.randn(1, 7, generator=generator)
            row[:, -1] = bias
            weights[gate] = row / PACE
        return weights

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int) -> Tensor:
        """Mean query loss after `steps` steps."""
        *_, last = self.walk(theta, episodes, objective, steps)
        return objective.query(self.body(last.theta, episodes.queries), episodes.answers).mean()

    @torch.no_grad()
    def trace(
        self, theta: Weights, episodes: Episodes, objective: Objective, steps: int, rate: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        """See `demo.learners.method.Method`; the rates are learnt, and `rate` plays no part."""
        losses, logits = [], []
        for moment in self.walk(theta, episodes, objective, steps):
            losses.append(moment.loss)
            logits.append(self.body(moment.theta, episodes.queries))
        return torch.stack(losses), torch.stack(logits)

    def walk(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int) -> Iterator[Moment]:
        """The inner loop, step by step, from t = 0 to `steps`."""
        rows = {gate: PACE * theta[gate][0] for gate in GATES}
        own = {name: w for name, w in theta.items() if name not in GATES}
        now = self.body.start(fan_out(own, episodes.tasks), episodes.ways)
        inputs = {name: w.new_full((), INPUT) for name, w in now.items()}
        forgets = {name: w.new_ones(()) for name, w in now.items()}
        for t in range(steps + 1):
            loss, gradient = self._measured(now, episodes, objective)
            yield Moment(now, loss, inputs, forgets)
            if t < steps:
                about_loss = preprocessed(loss)
                for name, w in now.items():
                    about = (preprocessed(gradient[name]), about_loss, w)
                    inputs = {**inputs, name: gate(rows["input_gate"], *about, inputs[name])}
                    forgets = {**forgets, name: gate(rows["forget_gate"], *about, forgets[name])}
                now = {name: cell(w, gradient[name], forgets[name], inputs[name]) for name, w in now.items()}

    def _measured(self, theta: Weights, episodes: Episodes, objective: Objective) -> tuple[Tensor, Weights]:
        """Support losses (T,) and their gradients, both constants."""
        with torch.enable_grad():
            leaves = tracked(theta)
            loss = objective.support(self.body(leaves, episodes.support), episodes.labels)
            gradient = torch.autograd.grad(loss.sum(), list(leaves.values()))
        return loss.detach(), dict(zip(leaves, gradient, strict=True))


def cell(theta: Tensor, gradient: Tensor, f: Tensor, i: Tensor) -> Tensor:
    """theta_t = f_t * theta_{t-1} - i_t * grad_t."""
    return f * theta - i * gradient


def gate(
    row: Tensor, gradient: tuple[Tensor, Tensor], loss: tuple[Tensor, Tensor], theta: Tensor, before: Tensor
) -> Tensor:
    """sigmoid(row . [gradient (2), loss (2), theta, before, 1]) for every coordinate of theta (T, ...); losses (T,)."""
    task = row[2] * loss[0] + row[3] * loss[1] + row[6]
    task = task.reshape(-1, *[1] * (theta.ndim - 1))
    return torch.sigmoid(task + row[0] * gradient[0] + row[1] * gradient[1] + row[4] * theta + row[5] * before)


def preprocessed(x: Tensor) -> tuple[Tensor, Tensor]:
    """(log|x| / p, sign x) where |x| >= e^-p, else (-1, e^p x): magnitude and sign apart, both of about one's size.

    Ravi and Larochelle 2017, from Andrychowicz et al. 2016, arXiv 1606.04474, appendix A.
    """
    size = x.abs()
    large = size >= math.exp(-P)
    return torch.where(large, size.clamp_min(1e-30).log() / P, -1.0), torch.where(large, x.sign(), math.exp(P) * x)
