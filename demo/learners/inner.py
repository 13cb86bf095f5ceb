"""The inner loop: gradient descent on one task's support set, for T tasks at once.

    theta_0 = theta,    theta_{k+1} = theta_k - alpha * grad L(theta_k; S)

The weights of different tasks are different tensors' slices, so the gradient of the *sum* of the tasks'
losses is each task's own gradient. Nothing is ever written in place: theta stays what it was.
"""

from __future__ import annotations

import torch
from torch import Tensor

from demo.learners.objectives import Objective
from demo.models import Network, Weights


def descend(theta: Weights, losses: Tensor, alpha: float, create_graph: bool = False) -> Weights:
    """One inner step for every task; losses (T,) must have been computed from theta's tensors.

    With `create_graph` the step can be differentiated through (MAML). Raises RuntimeError (PyTorch's) if
    theta does not require gradients.
    """
    gradient = torch.autograd.grad(losses.sum(), list(theta.values()), create_graph=create_graph)
    if create_graph:
        return {name: w - alpha * g for (name, w), g in zip(theta.items(), gradient, strict=True)}
    with torch.no_grad():
        stepped = torch._foreach_add(list(theta.values()), gradient, alpha=-alpha)
    return dict(zip(theta, stepped, strict=True))


def tracked(theta: Weights) -> Weights:
    """The same values as new leaves of the autograd graph."""
    return {name: w.detach().requires_grad_() for name, w in theta.items()}


def adapted(
    network: Network, objective: Objective, theta: Weights, support: list[tuple[Tensor, Tensor]], alpha: float
) -> Weights:
    """theta' of every task, detached, after one inner step on each (x, y) of `support`."""
    for x, y in support:
        theta = tracked(theta)
        theta = descend(theta, objective.support(network(theta, x), y), alpha)
    return theta
