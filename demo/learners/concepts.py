"""Deep meta-learning: one encoder learns concepts and, in their space, to learn.

    theta <- theta - beta * grad_theta [ L_meta(theta) + lambda * L_classify(theta, W) ]

L_meta judges a learner that has adapted to a task, on the task's other drawings; L_classify an ordinary
classifier W of all training characters. Both look at the same drawings through the same encoder, which is all
that is kept. The meta-learner is MAML with one step in closed form (`demo.learners.onestep`), the classifier
that of joint pretraining. Zhou, Wu, Li 2018, arXiv 1802.03596, equation 4.
"""

from __future__ import annotations

import torch

from demo.learners import onestep
from demo.learners.inner import tracked
from demo.learners.objectives import Classification, Objective
from demo.learners.pretrained import AllClasses
from demo.models import Weights
from demo.tasks.episodes import Episodes

LAMBDA = 0.3


def meta_gradient(
    network: AllClasses, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int = 1
) -> tuple[Weights, float]:
    """grad_theta of the joint loss, shaped like theta (T = 1; the classifier's head included), and that loss.

    Raises ValueError for tasks that do not say which characters their classes are.
    """
    if episodes.characters is None:
        raise ValueError("the classifier of all characters must know which ones a task's classes are")
    theta = tracked(theta)
    f = onestep.by_class(network.body, theta, episodes)  # (T, N, M, D)
    meta = onestep.in_turns(objective, alpha * network.body.plain.gain**2, f, f)
    characters = episodes.characters[:, :, None].expand(f.shape[:3])
    classify = Classification().query(network.logits(theta, f.flatten(1, 2)), characters.flatten(1)).mean()
    loss = meta + LAMBDA * classify
    gradient = torch.autograd.grad(loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), loss.item()
