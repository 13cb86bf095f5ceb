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

AT_ONCE = 1  # processes: the other core is for those who draw
REMEMBERED = 64
NICE = 10
GONE_SECONDS = 20.0  # without a look: a page that is open looks about twice a second

Row = dict[str, Any]  # what an experiment says at a time: plain JSON

LESSONS = {"combinations": "demo.lessons.combinations", "luck": "demo.lessons.luck"}
"""Modules with a frozen dataclass `Settings` and `run(settings) -> Iterator[Row]`.

Every row has "done", the share of the work that is done, 0 to 1.
"""


class Experiment:
    """One run: rows come in while it is under way. For any number of threads."""

    def __init__(self, lesson: str, settings: Any, watcher: str, slots: threading.Semaphore) -> None:
        self.lesson, self.settings = lesson, settings
        self.rows: list[Row] = []
        self.error: str | None = None
        self.ended = False
        self._slots = slots
        self._looks = {watcher: time.monotonic()}  # watcher -> when it last looked
        self._process: Started | None = None
        self._lock = threading.Lock()
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
            with self._slots:
                with self._lock:
                    if self.ended or not self._watched():
                        self.ended = True
                        return
                    self._process = _started(self.lesson, self.settings)
                self._read(self._process)
        finally:
            self.ended = True

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
        self._slots = threading.Semaphore(AT_ONCE)
        self._known: OrderedDict[tuple[str, Any], Experiment] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, lesson: str, settings: Any, watcher: str) -> Experiment:
        """The experiment with these settings: remembered, under way, or begun now. KeyError for unknown lessons."""
        key = (lesson, settings)
        with self._lock:
            known = self._known.get(key)
            if known is None or (known.ended and not known.complete):
                assert lesson in LESSONS, lesson
                known = self._known[key] = Experiment(lesson, settings, watcher, self._slots)
            known.look(watcher)
            self._known.move_to_end(key)
            while len(self._known) > REMEMBERED and next(iter(self._known.values())).ended:
                self._known.popitem(last=False)
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
