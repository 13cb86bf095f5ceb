"""All learners on one task: a few processes share them, and each answer is there as soon as it is found.

A learner always goes to the same process, so that its weights are loaded once.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from demo.learners.worker import Batch, Labels, LearnerError, Worker, WorkerError
from demo.limits import ANSWER_SECONDS

PROCESSES = min(2, os.cpu_count() or 1)
IDLE = 600.0
"""Seconds without a question after which a process ends, and its memory is free; the next question starts it anew."""

KNOWN = 2048
"""Replies that are kept: who comes back to drawings and settings finds what was said, with the time that it took."""


@dataclass(frozen=True, eq=False)
class Reply:
    """What one learner made of a task: support losses (S + 1,), probabilities (S + 1, Q, N), and how long it took.

    error: why there is no such answer, for the reader of the page; the rest is empty then.
    """

    losses: Batch
    probabilities: Batch
    seconds: float
    error: str = ""

    @property
    def steps(self) -> int:
        """Inner steps taken: 0 for learners without an inner loop."""
        return max(0, len(self.probabilities) - 1)


class Round:
    """One task put to several learners, and their replies so far."""

    def __init__(self, names: Sequence[str], labels: Labels, images: Batch, steps: int) -> None:
        self.names, self.labels, self.images, self.steps = tuple(names), tuple(labels), images, steps
        self.replies: dict[str, Reply] = {}
        self.left = False  # nobody wants the rest any more
        self._complete = threading.Event()

    @property
    def complete(self) -> bool:
        return self._complete.is_set()

    def wait(self, seconds: float) -> bool:
        """Until all have replied, and no longer than this; whether they have."""
        return self._complete.wait(seconds)

    def leave(self) -> None:
        """Whoever has not begun need not."""
        self.left = True

    def take(self, name: str, reply: Reply) -> None:
        self.replies[name] = reply
        if len(self.replies) == len(self.names):
            self._complete.set()

    def key(self, name: str) -> Hashable:
        """The same for all that comes to the same reply."""
        return name, self.labels, self.steps, self.images.tobytes()


class Crowd:
    """For any number of threads. Processes start when they are first needed."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._queues = [queue.SimpleQueue[tuple[Round, str] | None]() for _ in range(processes)]
        self._places: dict[str, int] = {}
        self._known: OrderedDict[Hashable, Reply] = OrderedDict()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._work, args=(waiting,), name="crowd", daemon=True) for waiting in self._queues
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, names: Sequence[str], labels: Labels, images: Batch, steps: int) -> Round:
        """Puts a task to the learners `names` and returns at once.

        images: (M + Q, 28, 28), M of the classes `labels`, then the queries'. Every query is answered on its own,
        unless a name ends in `worker.TRANSDUCTIVE`.
        """
        asked = Round(names, labels, np.ascontiguousarray(images, np.float32), steps)
        with self._lock:
            for name in asked.names:
                if reply := self._known.get(asked.key(name)):
                    asked.take(name, reply)
                else:
                    place = self._places.setdefault(name, len(self._places) % len(self._queues))
                    self._queues[place].put((asked, name))
        return asked

    def close(self) -> None:
        """Ends the processes, once they have answered what they were asked."""
        for waiting in self._queues:
            waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self, waiting: queue.SimpleQueue[tuple[Round, str] | None]) -> None:
        worker = Worker(ANSWER_SECONDS)
        while True:
            try:
                asked = waiting.get(timeout=IDLE)
            except queue.Empty:
                worker.close()
                continue
            if asked is None:
                worker.close()
                return
            task, name = asked
            if not task.left:
                task.take(name, self._reply(worker, task, name))

    def _reply(self, worker: Worker, task: Round, name: str) -> Reply:
        key = task.key(name)
        with self._lock:
            if reply := self._known.get(key):  # somebody else asked meanwhile
                return reply
        try:
            reply = _ask(worker, task, name)
        except LearnerError as error:
            return Reply(np.zeros(0, np.float32), np.zeros((0, 0, 0), np.float32), 0.0, str(error))
        with self._lock:
            self._known[key] = reply
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)
        return reply


def _ask(worker: Worker, task: Round, name: str) -> Reply:
    question = name, "cpu", task.steps, task.labels, task.images[None]
    try:
        losses, outputs, seconds = worker.timed(*question)
    except WorkerError:  # ended by whom- or whatever: another is started, and asked once more
        losses, outputs, seconds = worker.timed(*question)
    return Reply(losses[:, 0], outputs[:, 0], seconds)


def seconds_for_all(crowd: Crowd, names: Sequence[str], labels: Labels, images: Batch, steps: int) -> float:
    """How long it takes until the last of the learners has answered."""
    begin = time.perf_counter()
    asked = crowd.ask(names, labels, images, steps)
    asked.wait(600)
    return time.perf_counter() - begin
