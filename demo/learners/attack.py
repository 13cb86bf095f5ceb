"""Adversarial drawings: the same drawing a little changed, so that a model that has adapted is wrong about it.

    x~ = clip(x + epsilon * sign(grad_x L(theta; x, y)), 0, 1)

The fast gradient sign method, against the model itself. Goodfellow, Shlens, Szegedy 2015, arXiv 1412.6572,
section 4. A loss that is the same for all answers (a head at zero, a softmax over one class) has no slope, and
nothing is changed: here theta is always what has adapted to the task.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from demo.learners.gradient import GradientLearner
from demo.models import Weights
from demo.tasks.episodes import Episodes


def fgsm(loss: Callable[[Tensor], Tensor], x: Tensor, epsilon: float) -> Tensor:
    """Drawings x~ in [0, 1], of x's shape, no pixel further than `epsilon` from x's; loss(x) is a scalar.

    Drawings do not share pixels, so the slope of a sum over drawings is each drawing's own.
    """
    return moved(x, uphill(loss, x), epsilon)


def uphill(loss: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """sign(grad_x L): -1, 0 or 1 for every pixel of x."""
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(loss(x), x)
    return slope.sign()


def moved(x: Tensor, signs: Tensor, epsilon: float) -> Tensor:
    """x by `epsilon` along the signs, kept within [0, 1]."""
    return (x.detach() + epsilon * signs).clamp(0, 1)


def adapted(learner: GradientLearner, episodes: Episodes, steps: int | None = None) -> Weights:
    """theta' of every task after the learner's steps."""
    for theta, _ in learner.walk(episodes, steps):
        last = theta
    return {name: w.detach() for name, w in last.items()}


def attacked(learner: GradientLearner, episodes: Episodes, epsilon: float, steps: int | None = None) -> Episodes:
    """The same tasks with adversarial queries, made against what the learner has become on each task.

    L is the cross-entropy of the answers that the episodes have; the support set is as it was.
    """
    loss = query_loss(learner, adapted(learner, episodes, steps), episodes)
    return replace(episodes, queries=fgsm(loss, episodes.queries, epsilon))


def query_loss(learner: GradientLearner, theta: Weights, episodes: Episodes) -> Callable[[Tensor], Tensor]:
    """The loss, a scalar, of drawings in the queries' place, for weights that have adapted."""

    def loss(queries: Tensor) -> Tensor:
        outputs = learner.network.query(theta, episodes.support, queries)
        return learner.objective.query(outputs, episodes.answers).sum()

    return loss
