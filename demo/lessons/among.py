"""A task among others: what only shows in a batch of tasks, computed on tasks made of the stored examples.

Gradient agreement's weights (`demo.learners.agreement`), and how unequal a learner's losses are (TAML).

from demo.learners import store
from demo.lessons.among import examples, task_losses
losses = task_losses(store.load("maml"), examples(40, ways=5))
"""

from __future__ import annotations

import torch
from torch import Tensor

from demo.learners.agreement import displacements
from demo.learners.gradient import GradientLearner
from demo.learners.inner import adapted
from demo.learners.trained import Trained
from demo.lessons.measuring import episodes
from demo.models import fan_out
from demo.tasks import making
from demo.tasks.episodes import Episodes


def examples(tasks: int, ways: int, shots: int = 1, seed: int = 0) -> Episodes:
    """Tasks of the seeds seed, seed + 1, ..., made of the app's stored examples (`demo.tasks.making`)."""
    source = making.opened("examples")
    return episodes([source.make(ways, shots, seed + n) for n in range(tasks)])


def task_displacements(learner: GradientLearner, tasks: Episodes) -> Tensor:
    """g_i = theta - theta'_i of T tasks after the learner's inner loop, (T, P)."""
    start = learner.network.start(fan_out(learner.theta, tasks.tasks), tasks.ways)
    support = [(tasks.support, tasks.labels)] * learner.steps
    theta_prime = adapted(learner.network, learner.objective.support, start, support, learner.rate)
    return displacements(learner.theta, theta_prime)


def task_losses(learner: Trained, tasks: Episodes) -> Tensor:
    """Each task's mean query loss after adapting, in nats, (T,)."""
    probabilities = learner.adapt_all(tasks)[1][-1]
    right = probabilities.gather(2, tasks.answers[..., None]).squeeze(2)
    return -right.clamp(min=torch.finfo(right.dtype).tiny).log().mean(dim=1)
