"""Answers the questions of `demo.lessons.tasks`: one task, or the accuracy over many, batch by batch.

from demo.lessons.measuring import measure
from demo.lessons.tasks import Question
*_, score = measure(Question("maml", "doodles", ways=5), tasks=100)
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import torch

from demo.learners import store
from demo.learners.trained import Trained
from demo.lessons.tasks import TASKS, Answer, Measured, Question
from demo.tasks.episodes import Episodes
from demo.tasks.making import Made
from demo.training.evaluate import answered
from demo.training.metrics import score

DRAWINGS_AT_ONCE = 100
"""Support drawings in a batch, as far as whole tasks go: about a tenth of a second, so that stopping feels so."""


def answer(question: Question) -> Answer:
    """The first of the question's tasks; raises `WeightsError` for a learner that does not load."""
    made = [question.made()]
    losses, probabilities = _load(question.learner).adapt_all(episodes(made), question.steps)
    return Answer(losses[:, 0].numpy(), probabilities[:, 0].numpy())


def measure(question: Question, tasks: int = TASKS) -> Iterator[Measured]:
    """The score over the first few tasks, over a few more, and so on, and last over all `tasks` of them.

    How they are dealt out to batches does not change the last score: every task has a seed of its own.
    """
    learner = _load(question.learner)
    at_once = max(1, DRAWINGS_AT_ONCE // (question.ways * question.shots))
    batches = (
        episodes([question.made(n) for n in range(begin, min(begin + at_once, tasks))])
        for begin in range(0, tasks, at_once)
    )
    last, truths = [], []
    for probabilities, truth in answered(learner, batches, question.steps):
        last.append(probabilities[-1])
        truths.append(truth)
        so_far = score(torch.cat(last), torch.cat(truths))
        yield Measured(done=sum(map(len, truths)), **asdict(so_far))


def episodes(made: list[Made]) -> Episodes:
    """Tasks of equal shape as one batch."""
    support = np.stack([task.support.reshape(-1, 1, *task.support.shape[2:]) for task in made])
    queries = np.stack([task.queries[:, None] for task in made])
    classes = torch.arange(made[0].ways)
    return Episodes(
        support=torch.from_numpy(support),
        labels=classes.repeat_interleave(made[0].shots).expand(len(made), -1),
        queries=torch.from_numpy(queries),
        answers=classes.expand(len(made), -1),
    )


@functools.cache
def _load(name: str) -> Trained:
    return store.load(name)
