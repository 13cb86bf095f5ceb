"""Measuring for everybody, in one process of its own (`demo.lessons.measurer`): the side that asks.

`Jobs` starts it and speaks to it in lines of JSON.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from demo.learners.children import Started, start
from demo.lessons.tasks import TASKS, Answer, Measured, Question

REMEMBERED = 4096  # finished measurements: thirty students ask the same
START_SECONDS = 120.0  # a cold start on a busy machine: PyTorch has to be read

Message = dict[str, Any]


class JobError(RuntimeError):
    """A question that could not be answered. The message is for the reader of the page."""


@dataclass(eq=False)
class Job:
    """Questions under way; `scores` has what is known so far of each."""

    questions: tuple[Question, ...]
    tasks: int
    scores: dict[Question, Measured] = field(default_factory=dict)
    answer: Answer | None = None
    error: str | None = None
    stopped: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        return not self.ended.is_set()

    @property
    def progress(self) -> float:
        """The share of tasks done, 0 to 1."""
        return sum(score.done for score in self.scores.values()) / (self.tasks * len(self.questions))

    def finished(self, question: Question) -> Measured | None:
        """The score over all tasks of a question, once it is there."""
        score = self.scores.get(question)
        return score if score is not None and score.done == self.tasks else None


class Jobs:
    """The process, started when it is first needed, and again when it has ended. For any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Started | None = None
        self._numbers = itertools.count()
        self._jobs: weakref.WeakValueDictionary[int, Job] = weakref.WeakValueDictionary()
        self._known: OrderedDict[tuple[Question, int], Measured] = OrderedDict()

    def answer(self, question: Question) -> Answer:
        """One task's answer, before all measuring; raises `JobError`."""
        job = Job((question,), 1)
        self._send(job, {"answer": asdict(question)})
        if not job.ended.wait(START_SECONDS):
            raise JobError(f"no answer within {START_SECONDS:.0f} seconds")
        if job.answer is None:
            raise JobError(job.error or "stopped")
        return job.answer

    def measure(self, questions: Sequence[Question], tasks: int = TASKS) -> Job:
        """Starts measuring. A job that nobody holds any more is given up."""
        job = Job(tuple(questions), tasks)
        with self._lock:
            job.scores = {q: self._known[q, tasks] for q in questions if (q, tasks) in self._known}
        left = [asdict(question) for question in questions if question not in job.scores]
        if left:
            self._send(job, {"measure": left, "tasks": tasks})
        else:
            job.ended.set()
        return job

    def prepare(self) -> Job:
        """Starts normalising Omniglot, which is slow the first time."""
        job = Job((), 1)
        self._send(job, {"prepare": "omniglot"})
        return job

    def stop(self, job: Job) -> None:
        """Ends a job; what it has found so far stays."""
        with self._lock:
            if job.running:
                job.stopped = True
                job.ended.set()
                self._write([{"stop": number} for number, known in self._jobs.items() if known is job])

    def close(self) -> None:
        """Ends the process, if there is one; jobs under way fail."""
        with self._lock:
            process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def _send(self, job: Job, message: Message) -> None:
        number = next(self._numbers)
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                self._fail(self._process)
            if self._process is None:
                self._process = start("demo.lessons.measurer", reads=["demo.lessons.measuring"])
                threading.Thread(target=self._listen, args=(self._process,), name="measuring", daemon=True).start()
            self._jobs[number] = job
            self._write([{**message, "number": number}])

    def _write(self, messages: Sequence[Message]) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended, and `_listen` says so
                self._process.stdin.write(b"".join(json.dumps(message).encode() + b"\n" for message in messages))
                self._process.stdin.flush()

    def _listen(self, process: Started) -> None:
        """Takes in what the process says, until it ends; what was under way then has failed."""
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._take(json.loads(line))
        process.wait()
        with self._lock:
            with contextlib.suppress(BrokenPipeError):  # what was not read any more
                process.stdin.close()
            self._fail(process)

    def _fail(self, process: Started) -> None:
        """Ends the jobs of a process that has ended, unless that has been done and another works by now."""
        if process is not self._process:
            return
        self._process = None
        for job in self._jobs.values():
            if job.running:
                job.error = f"the process that measures has ended with code {process.returncode}: try again"
                job.ended.set()

    def _take(self, said: Message) -> None:
        with self._lock:
            number = said["number"]
            job = self._jobs.get(number)
            if job is None:
                self._write([{"stop": number}])
            elif "measured" in said:
                question, score = Question(**said["question"]), Measured(**said["measured"])
                job.scores = {**job.scores, question: score}  # a new one: others may be reading
                if score.done == job.tasks:
                    self._known[question, job.tasks] = score
                    if len(self._known) > REMEMBERED:
                        self._known.popitem(last=False)
            else:
                job.error = said.get("error")
                if "answer" in said:
                    job.answer = Answer(*(np.array(values, np.float32) for values in said["answer"]))
                job.ended.set()
