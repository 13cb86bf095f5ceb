"""How much of its accuracy a learner keeps when its queries are turned against it.

Of a drawing's pixels only the signs of their slopes matter to the fast gradient sign method, so one adaptation and
one gradient serve every epsilon.
"""

from __future__ import annotations

from typing import Any

import torch

from demo.learners import store
from demo.learners.attack import adapted, moved, query_loss, uphill
from demo.learners.gradient import GradientLearner
from demo.learners.trained import Trained
from demo.tasks.characters import Characters
from demo.training import evaluate
from demo.training.evaluate import Protocol
from demo.training.metrics import score

EPSILONS = (0.0, 0.05, 0.1, 0.15, 0.2)
PROTOCOL = Protocol(5, 1, 1000)
BESIDE = "maml"


def compared(learner: Trained, pool: Characters) -> dict[str, Any]:
    """The card's entry: accuracies at every epsilon, of the learner and of MAML on the same tasks."""
    p = PROTOCOL
    other = store.load(BESIDE)
    return {
        "command": f"python -m demo evaluate --learner {learner.name} --ways {p.ways} --tasks {p.tasks} --epsilon 0.1",
        "protocol": f"{len(pool)} characters (evaluation), {p.ways}-way {p.shots}-shot, {p.tasks} tasks of {p.ways}"
        f" queries, each moved against the learner that has adapted (FGSM), {learner.steps} steps, seed {p.seed}",
        "epsilon": list(EPSILONS),
        learner.name: under_attack(learner, pool, p),
        BESIDE: under_attack(other, pool, p),
    }


def under_attack(learner: Trained, pool: Characters, protocol: Protocol) -> list[float]:
    """Accuracy at every one of EPSILONS; raises TypeError for a learner without an inner loop of gradient steps."""
    if not isinstance(learner, GradientLearner):
        raise TypeError(f"{learner.name} does not adapt by gradient steps")
    answered: list[list[torch.Tensor]] = [[] for _ in EPSILONS]
    truths = []
    for episodes in evaluate.drawn(learner, pool, protocol, progress=False):
        theta = adapted(learner, episodes, protocol.steps)
        signs = uphill(query_loss(learner, theta, episodes), episodes.queries)
        for found, epsilon in zip(answered, EPSILONS, strict=True):
            with torch.no_grad():
                queries = moved(episodes.queries, signs, epsilon)
                found.append(learner.objective.answer(learner.network.query(theta, episodes.support, queries)))
        truths.append(episodes.answers)
    return [round(score(torch.cat(found), torch.cat(truths)).accuracy, 4) for found in answered]
