"""Tasks that wait at the same time are adapted as one batch.

Many sessions ask at once, and a batch of tasks costs as many operations of PyTorch as one task
(`demo.models`: grouped convolutions). Nobody waits for a batch to fill: it is what came in while the one before
was adapted. Who is alone is answered at once, and when many ask there is always somebody waiting.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from demo.learners.worker import Adapted, Batch, Labels, LearnerError, WorkerError
from demo.limits import REQUESTS_WAITING

MOST = 8
"""Tasks in a batch: more gain little (`python -m demo bench`), and make the first one wait."""


class BusyError(LearnerError):
    """More tasks wait than may."""


class Adapting(Protocol):
    def adapt(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> Adapted:
        """See `demo.learners.worker.Worker.adapt`."""


@dataclass(frozen=True, eq=False)
class _Task:
    learner: str
    device: str
    steps: int
    labels: tuple[int, ...]  # M
    images: Batch  # (M + Q, 28, 28), the queries' last
    trace: Future[Adapted] = field(default_factory=Future)

    @property
    def kind(self) -> Hashable:
        """Tasks of one kind fit into one batch."""
        return self.learner, self.device, self.steps, self.labels, self.images.shape


class Together:
    """Adapts for any number of threads at once. They share one worker, and one thread that asks it."""

    def __init__(self, worker: Adapting) -> None:
        self._worker = worker
        self._waiting: queue.SimpleQueue[_Task] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="adapting", daemon=True).start()

    def adapt(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> Adapted:
        """Losses (S + 1,) and probabilities (S + 1, Q, N) of one task of images (M + Q, 28, 28), the queries' last.

        Raises what the worker raises, and `BusyError` at once if `REQUESTS_WAITING` tasks wait already.
        """
        if self._waiting.qsize() >= REQUESTS_WAITING:
            raise BusyError(f"{REQUESTS_WAITING} other drawings are waiting to be answered: try again in a moment")
        task = _Task(learner, device, steps, tuple(labels), images)
        self._waiting.put(task)
        return task.trace.result()

    def crowded(self) -> bool:
        """Whether more tasks wait than the next batch will take."""
        return self._waiting.qsize() > MOST

    def _work(self) -> None:
        while True:
            tasks = [self._waiting.get()]
            while len(tasks) < MOST and not self._waiting.empty():
                tasks.append(self._waiting.get())
            kinds: dict[Hashable, list[_Task]] = {}
            for task in tasks:
                kinds.setdefault(task.kind, []).append(task)
            for alike in kinds.values():
                self._settle(alike)

    def _settle(self, tasks: list[_Task]) -> None:
        """Adapts to tasks of one kind and hands every asker the trace, or the exception."""
        try:
            found = self._adapt(tasks)
        except Exception as error:  # noqa: BLE001 - it is raised where it belongs: in the threads that asked
            for task in tasks:
                task.trace.set_exception(error)
        else:
            for t, task in enumerate(tasks):
                task.trace.set_result(Adapted(found.losses[:, t], found.probabilities[:, t], found.fallback))

    def _adapt(self, tasks: list[_Task]) -> Adapted:
        first, images = tasks[0], np.stack([task.images for task in tasks])
        try:
            return self._worker.adapt(first.learner, first.device, first.steps, first.labels, images)
        except WorkerError:  # ended by whom- or whatever: another is started, and asked once more
            return self._worker.adapt(first.learner, first.device, first.steps, first.labels, images)
