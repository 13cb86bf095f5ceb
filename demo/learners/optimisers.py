"""Optimisers as functions: from a gradient to what is added to the weights. Two by hand; the learnt one is beside.

    theta_{t+1} = theta_t + g_t

For P problems of D weights each at once; every problem keeps to itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from demo.tasks.optimisees import Problems

State = tuple[Tensor, ...]
"""What an optimiser remembers from step to step."""


class Optimiser(Protocol):
    def begin(self, theta: Tensor) -> State:
        """Before the first step from theta (P, D)."""

    def step(self, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        """The update g (P, D) for a gradient (P, D), and what is remembered."""


@dataclass(frozen=True)
class SGD:
    """g = - alpha * gradient."""

    rate: float

    def begin(self, theta: Tensor) -> State:
        return ()

    def step(self, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        return -self.rate * gradient, state


@dataclass(frozen=True)
class Adam:
    """g = - alpha * m^ / (sqrt(v^) + epsilon): Kingma and Ba 2015, algorithm 1 (arXiv 1412.6980)."""

    rate: float
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8

    def begin(self, theta: Tensor) -> State:
        return torch.zeros_like(theta), torch.zeros_like(theta), theta.new_zeros(())

    def step(self, gradient: Tensor, state: State) -> tuple[Tensor, State]:
        (m, v, t), (first, second) = state, self.betas
        t = t + 1
        m = first * m + (1 - first) * gradient
        v = second * v + (1 - second) * gradient**2
        update = -self.rate * (m / (1 - first**t)) / ((v / (1 - second**t)).sqrt() + self.epsilon)
        return update, (m, v, t)


class Trajectory(NamedTuple):
    """Where steps led: theta (S + 1, P, D), and what the problems themselves cost there (S + 1, P)."""

    theta: Tensor
    costs: Tensor


def follow(optimiser: Optimiser, problems: Problems, steps: int) -> Trajectory:
    """`steps` steps from the problems' start, down the losses that the problems show, step by step."""
    theta, state = problems.start, optimiser.begin(problems.start)
    path = [theta]
    for step in range(steps):
        _, gradient = slope(problems, theta, step)
        with torch.no_grad():
            update, state = optimiser.step(gradient, state)
            theta = theta + update
        path.append(theta)
    with torch.no_grad():
        return Trajectory(torch.stack(path), torch.stack([problems.cost(theta) for theta in path]))


def slope(problems: Problems, theta: Tensor, step: int) -> tuple[Tensor, Tensor]:
    """The loss (P,) that is shown at a step, and its gradient (P, D), which is only a number: no graph hangs on it.

    The loss has a graph if theta has one.
    """
    tracked = theta.requires_grad
    at = theta if tracked else theta.detach().requires_grad_()
    with torch.enable_grad():
        loss = problems.loss(at, step)
    [gradient] = torch.autograd.grad(loss.sum(), at, retain_graph=tracked)
    return loss if tracked else loss.detach(), gradient


def mean_cost(optimiser: Optimiser, problems: Problems, steps: int) -> float:
    """At the last step, over all problems; infinite if any of them diverged."""
    cost = follow(optimiser, problems, steps).costs[-1].mean().item()
    return cost if cost == cost else float("inf")


def best_rate(kind: type[SGD] | type[Adam], problems: Problems, steps: int, rates: Sequence[float]) -> float:
    """Of the rates, the one with which the problems end lowest on average."""
    return min(rates, key=lambda rate: mean_cost(kind(rate), problems, steps))
