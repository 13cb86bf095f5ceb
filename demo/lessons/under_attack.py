"""One task's queries, moved against what a learner has become on the task, and its answers before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.attack import adapted, moved, query_loss, uphill
from demo.learners.gradient import GradientLearner
from demo.tasks.episodes import Episodes

Numbers = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Attacked:
    """images: (Q, 28, 28) in [0, 1], the queries after the attack; before and after: (Q, N) probabilities."""

    images: Numbers
    before: Numbers
    after: Numbers


def attack(learner: GradientLearner, episodes: Episodes, epsilon: float) -> Attacked:
    """Of one task. Which class a query is of is not known: it is moved away from the one it is taken for."""
    theta = adapted(learner, episodes)

    def answer(queries: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return learner.objective.answer(learner.network.query(theta, episodes.support, queries))

    before = answer(episodes.queries)
    taken = replace(episodes, answers=before.argmax(dim=2))
    signs = uphill(query_loss(learner, theta, taken), episodes.queries)
    images = moved(episodes.queries, signs, epsilon)
    return Attacked(images[0, :, 0].numpy(), before[0].numpy(), answer(images)[0].numpy())
