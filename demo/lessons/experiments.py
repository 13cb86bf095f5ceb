"""Experiments that take some seconds, each in a process of its own that gives way to those who draw.

A visitor who asks for an experiment that is under way for somebody else watches that one; what has ended is
remembered. An experiment ends early when nobody watches it any more: when all have stopped it, or gone away.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import math
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import IO, Any

from demo.learners.children import Started, start
from demo.limits import EXPERIMENTS_WAITING

AT_ONCE = 1  # processes: the other core is for those who draw
REMEMBERED = 64
NICE = 10
LOOK_SECONDS = 0.5  # after which one that waits for its turn looks whether anybody waits for it
GONE_SECONDS = 20.0  # without a look: a page that is open looks about twice a second

Row = dict[str, Any]  # what an experiment says at a time: plain JSON

LESSONS = {"combinations": "demo.lessons.combinations", "luck": "demo.lessons.luck"}
"""Modules with a frozen dataclass `Settings` and `run(settings) -> Iterator[Row]`.

Every row has "done", the share of the work that is done, 0 to 1.
"""


class TooManyError(RuntimeError):
    """As many experiments wait for their turn as may: nothing was begun."""


class _Turns:
    """Experiments that have not ended, in the order in which they came: the first AT_ONCE of them run."""

    def __init__(self) -> None:
        self._row: list[Experiment] = []
        self._moved = threading.Condition()

    def enter(self, one: Experiment) -> None:
        """Raises `TooManyError`."""
        with self._moved:
            if len(self._row) >= AT_ONCE + EXPERIMENTS_WAITING:
                raise TooManyError
            self._row.append(one)

    def wait(self, one: Experiment) -> None:
        """Returns when it is its turn, or when it is not wanted any more."""
        with self._moved:
            while one not in self._row[:AT_ONCE] and one.wanted:
                self._moved.wait(LOOK_SECONDS)

    def leave(self, one: Experiment) -> None:
        with self._moved:
            self._row.remove(one)
            self._moved.notify_all()


class Experiment:
    """One run: rows come in while it is under way. For any number of threads."""

    def __init__(self, lesson: str, settings: Any, watcher: str, turns: _Turns) -> None:
        self.lesson, self.settings = lesson, settings
        self.rows: list[Row] = []
        self.error: str | None = None
        self.ended = False
        self._turns = turns
        self._looks = {watcher: time.monotonic()}  # watcher -> when it last looked
        self._process: Started | None = None
        self._lock = threading.Lock()
        turns.enter(self)
        threading.Thread(target=self._follow, name=lesson, daemon=True).start()

    @property
    def done(self) -> float:
        """Share of the work, 0 to 1."""
        return float(self.rows[-1]["done"]) if self.rows else 0.0

    @property
    def complete(self) -> bool:
        return self.ended and self.error is None and self.done == 1.0

    @property
    def waiting(self) -> bool:
        """Others' experiments come first."""
        return self._process is None and not self.ended

    @property
    def wanted(self) -> bool:
        with self._lock:
            return not self.ended and self._watched()

    def look(self, watcher: str) -> None:
        """Says that this watcher is still there."""
        with self._lock:
            self._looks[watcher] = time.monotonic()

    def leave(self, watcher: str) -> None:
        """This watcher has seen enough."""
        with self._lock:
            self._looks.pop(watcher, None)
            if not self._watched():
                self._end()

    def _watched(self) -> bool:
        now = time.monotonic()
        return any(now - look < GONE_SECONDS for look in self._looks.values())

    def _end(self) -> None:
        self.ended = True
        if self._process is not None:
            self._process.kill()

    def _follow(self) -> None:
        try:
            self._turns.wait(self)
            with self._lock:
                if self.ended or not self._watched():
                    return
                self._process = _started(self.lesson, self.settings)
            self._read(self._process)
        finally:
            self.ended = True
            self._turns.leave(self)

    def _read(self, process: Started) -> None:
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                self.rows.append(json.loads(line))
                with self._lock:
                    if not self._watched():
                        self._end()
        if process.returncode and not self.ended:
            self.error = f"the process ended with code {process.returncode}"


class Experiments:
    """All experiments of this server, by what they are asked."""

    def __init__(self) -> None:
        self._turns = _Turns()
        self._known: OrderedDict[tuple[str, Any], Experiment] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, lesson: str, settings: Any, watcher: str) -> Experiment:
        """The experiment with these settings: remembered, under way, or begun now.

        Raises `TooManyError` if it would be one more than `EXPERIMENTS_WAITING` beside those that run.
        """
        key = (lesson, settings)
        with self._lock:
            known = self._known.get(key)
            if known is None or (known.ended and not known.complete):
                assert lesson in LESSONS, lesson
                known = self._known[key] = Experiment(lesson, settings, watcher, self._turns)
            known.look(watcher)
            self._known.move_to_end(key)
            ended = [key for key, one in self._known.items() if one.ended]
            for key in ended[: max(0, len(self._known) - REMEMBERED)]:
                del self._known[key]
            return known

    def known(self, lesson: str, settings: Any) -> Experiment | None:
        """The complete experiment with these settings, if it is remembered."""
        with self._lock:
            known = self._known.get((lesson, settings))
            return known if known is not None and known.complete else None


def _started(lesson: str, settings: Any) -> Started:
    asked = json.dumps(dataclasses.asdict(settings))
    return start("demo.lessons.experiments", lesson, asked, reads=[LESSONS[lesson]])


def serve(lesson: str, asked: str, replies: IO[str]) -> None:
    """Runs a lesson with settings in JSON; writes a row a line. What is not finite becomes null."""
    module = importlib.import_module(LESSONS[lesson])
    run: Callable[[Any], Iterator[Row]] = module.run
    for row in run(module.Settings(**json.loads(asked))):
        replies.write(json.dumps(_plain(row), allow_nan=False) + "\n")
        replies.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def main() -> None:
    os.nice(NICE)
    import torch

    torch.set_num_threads(1)  # the others are for those who draw
    serve(sys.argv[1], sys.argv[2], sys.stdout)


if __name__ == "__main__":
    main()
