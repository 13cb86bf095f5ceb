"""What the page of random tasks asks: which learner, on which tasks; and the kinds of answers it gets.

No PyTorch here: `demo.lessons.measuring` computes the answers, for the page in a process of its own
(`demo.lessons.jobs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from demo.tasks import making
from demo.tasks.making import Made

TASKS = 100
"""In one measurement: tasks of the seeds s, s + 1, ..., s + 99."""

WAYS = (2, 3, 5, 8, 12, 16, 20)
SHOTS = (1, 2, 3, 4, 5)
"""The sizes at which accuracy is measured against N and against K."""


Size = Literal["ways", "shots"]


@dataclass(frozen=True)
class Question:
    """A learner, taking `steps` inner steps, on N-way K-shot tasks of a source (`demo.tasks.SOURCES`)."""

    learner: str
    source: str = "examples"
    ways: int = 5
    shots: int = 1
    steps: int = 5
    seed: int = 0
    one_alphabet: bool = False

    def made(self, number: int = 0) -> Made:
        """The task of seed `seed + number`; raises `omniglot.DataError` and ValueError as `making` does."""
        return making.opened(self.source).make(self.ways, self.shots, self.seed + number, self.one_alphabet)

    def against_ways(self) -> list[Question]:
        """The same question for every number of classes that the source allows, with the one asked among them."""
        limit = making.opened(self.source).limit(self.one_alphabet)
        return [replace(self, ways=ways) for ways in sorted({*WAYS, self.ways, limit}) if ways <= limit]

    def against_shots(self) -> list[Question]:
        """The same question for every number of drawings of a class."""
        return [replace(self, shots=shots) for shots in SHOTS]


def curve(
    scores: Mapping[Question, Measured], question: Question, size: Size, learner: str
) -> list[tuple[int, Measured]]:
    """What is known of a learner on questions that differ from this one in `size` alone: (size, score), in order."""
    known = {getattr(q, size): score for q, score in scores.items() if _but(q, size) == _but(question, size, learner)}
    return sorted(known.items())


def _but(question: Question, size: Size, learner: str | None = None) -> Question:
    """The question with one size left open."""
    question = replace(question, learner=learner or question.learner)
    return replace(question, ways=0) if size == "ways" else replace(question, shots=0)


@dataclass(frozen=True, eq=False)
class Answer:
    """One task's answer: support losses (S + 1,) in nats, and probabilities (S + 1, N, N): step, query, class."""

    losses: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    @property
    def told(self) -> NDArray[np.intp]:
        """The class that each query is taken for after the last step, (N,)."""
        told: NDArray[np.intp] = self.probabilities[-1].argmax(axis=1)
        return told

    @property
    def right(self) -> int:
        """Queries told right; that of class n is number n."""
        return int((self.told == np.arange(len(self.told))).sum())


@dataclass(frozen=True)
class Measured:
    """The score over the first `done` tasks: fractions of 1, as `demo.training.metrics.Score` has them.

    ci95, half the width of the 95 % confidence interval over tasks, is NaN for a single task.
    """

    done: int
    accuracy: float
    ci95: float
    ece: float
    mean_confidence: float
