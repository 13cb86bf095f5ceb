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

Pair = tuple[Tensor, Tensor]


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
        rows = {name: PACE * theta[name][0] for name in GATES}
        own = {name: w for name, w in theta.items() if name not in GATES}
        shapes = self.body.start(fan_out(own, episodes.tasks), episodes.ways)
        now = flat(shapes)
        i, f = torch.full_like(now, INPUT), torch.ones_like(now)
        for t in range(steps + 1):
            with torch.enable_grad():
                leaves = tracked(shaped(now, shapes))
                loss = objective.support(self.body(leaves, episodes.support), episodes.labels)
                total = loss.sum()
            yield Moment(shaped(now, shapes), loss.detach(), shaped(i, shapes), shaped(f, shapes))
            if t < steps:
                gradient = flat(dict(zip(leaves, torch.autograd.grad(total, list(leaves.values())), strict=True)))
                about = (preprocessed(gradient), preprocessed(loss.detach()[:, None]), now)
                i = gate(rows["input_gate"], *about, i)
                f = gate(rows["forget_gate"], *about, f)
                now = cell(now, gradient, f, i)


def cell(theta: Tensor, gradient: Tensor, f: Tensor, i: Tensor) -> Tensor:
    """theta_t = f_t * theta_{t-1} - i_t * grad_t."""
    return f * theta - i * gradient


def gate(row: Tensor, gradient: Pair, loss: Pair, theta: Tensor, before: Tensor) -> Tensor:
    """sigmoid(row . [gradient (2), loss (2), theta, before, 1]) for every coordinate (T, P); losses are (T, 1)."""
    z = row[2] * loss[0] + row[3] * loss[1] + row[6]
    for weight, about in zip(row[[0, 1, 4, 5]], (*gradient, theta, before), strict=True):
        z = torch.addcmul(z, weight, about)
    return torch.sigmoid(z)


def preprocessed(x: Tensor) -> Pair:
    """(log|x| / p, sign x) where |x| >= e^-p, else (-1, e^p x): magnitude and sign apart, both of about one's size.

    Ravi and Larochelle 2017, from Andrychowicz et al. 2016, arXiv 1606.04474, appendix A. Either is continuous, so
    that cutting it off is all that the two cases come to.
    """
    return x.abs().clamp_min(math.exp(-P)).log() / P, (math.exp(P) * x).clamp(-1, 1)


def flat(theta: Weights) -> Tensor:
    """All weights of each task in one row (T, P), kernels with their input channels last (`demo.models`)."""
    return torch.cat([(w.movedim(2, -1) if w.ndim == 5 else w).flatten(1) for w in theta.values()], dim=1)


def shaped(row: Tensor, like: Weights) -> Weights:
    """Weights shaped as `like` whose `flat` is row (T, P): views of it."""
    parts = row.split([w[0].numel() for w in like.values()], dim=1)
    return {
        name: part.view(w.movedim(2, -1).shape).movedim(-1, 2) if w.ndim == 5 else part.view(w.shape)
        for (name, w), part in zip(like.items(), parts, strict=True)
    }
