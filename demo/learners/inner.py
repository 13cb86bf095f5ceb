"""The inner loop: gradient descent on one task's support set, for T tasks at once.

    theta_0 = theta,    theta_{k+1} = theta_k - alpha * grad L(theta_k; S)

The weights of different tasks are different tensors' slices, so the gradient of the *sum* of the tasks'
losses is each task's own gradient. Nothing is ever written in place: theta stays what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from demo.models import Network, Weights

Loss = Callable[[Tensor, Tensor], Tensor]  # outputs, labels -> (T,)


Rates = float | Weights
"""alpha: one number, or tensors that broadcast to the weights of the same name."""


def descend(theta: Weights, losses: Tensor, alpha: Rates, moving: list[str], order: int = 0) -> Weights:
    """One inner step of the tensors named in `moving`; losses (T,) must have been computed from them.

    order: 2, the step can be differentiated through (MAML); 1, so that its gradient is a constant; 0, not at all.
    Raises RuntimeError (PyTorch's) if one of them does not require gradients.
    """
    w = [theta[name] for name in moving]
    gradient = torch.autograd.grad(losses.sum(), w, create_graph=order == 2, retain_graph=order > 0)
    with torch.set_grad_enabled(order > 0):
        if isinstance(alpha, dict):
            stepped = [theta[name] - alpha[name] * g for name, g in zip(moving, gradient, strict=True)]
        else:
            stepped = list(torch._foreach_add(w, gradient, alpha=-alpha))
    if order == 2:
        # What stays becomes another node of the graph: the next step's gradient by it must not take in that
        # this step's gradient, and so what moved, depends on it as well.
        theta = {name: w.view_as(w) for name, w in theta.items()}
    return {**theta, **dict(zip(moving, stepped, strict=True))}


def tracked(theta: Weights, moving: Iterable[str] | None = None) -> Weights:
    """The same values as new leaves of the autograd graph, which tracks those in `moving` (all if None)."""
    names = set(theta if moving is None else moving)
    return {name: w.detach().requires_grad_(name in names) for name, w in theta.items()}


def joined(theta: Weights) -> Weights:
    """The same tensors, each in the autograd graph: those that no graph leads to become leaves."""
    return {name: w if w.requires_grad else w.requires_grad_() for name, w in theta.items()}


def adapted(
    network: Network, loss: Loss, theta: Weights, support: list[tuple[Tensor, Tensor]], alpha: float
) -> Weights:
    """theta' of every task, detached, after one inner step down `loss` on each (x, y) of `support`."""
    for k, (x, y) in enumerate(support):
        moving = network.moving(k, theta)
        theta = tracked(theta, moving)
        theta = descend(theta, loss(network(theta, x), y), alpha, moving)
    return {name: w.detach() for name, w in theta.items()}
