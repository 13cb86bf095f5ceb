"""Every run of the server: a few train at once, each in a process of its own, and the others stand in line.

A run goes from look to look. It can be paused and stopped between any two, and then stands where it was last
seen: what a process is still computing is thrown away. A run that nobody looks at pauses by itself.
"""

from __future__ import annotations

import enum
import os
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from demo.learners.process import LearnerError, WorkerError
from demo.lessons.look import Look, Order
from demo.lessons.trainer import Stand, Trainer

MOST = max(1, min(4, (os.cpu_count() or 1) - 1))
"""Runs that train at once: one processor is left to those who do something else."""

DESERTED = 60.0
"""Seconds after which a run that nobody looks at pauses."""

IDLE = 120.0
"""Seconds after which a process without a run ends."""

REMEMBERED = 16
"""Beginnings that are kept: most visitors begin with the same."""


class Phase(enum.StrEnum):
    PREPARING = "preparing"  # its beginning is being looked at
    READY = "ready"
    WAITING = "waiting"  # in line
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


AT_REST = frozenset({Phase.READY, Phase.PAUSED, Phase.STOPPED, Phase.DONE, Phase.FAILED})


class Advancing(Protocol):
    def advance(self, order: Order, stand: Stand | None) -> Stand:
        """See `demo.lessons.trainer.Trainer.advance`."""

    def close(self) -> int | None: ...


@dataclass(frozen=True, eq=False)
class Seen:
    """A run at one moment. Nothing here changes any more."""

    order: Order
    phase: Phase
    looks: tuple[Look, ...]
    seconds: float  # of training
    ahead: int  # runs that come first, while it is in line
    deserted: bool  # paused because nobody looked
    problem: str  # what went wrong, if it has failed


class Run:
    """One session's run; made by `Runs.begin`. Only `Runs` writes to it, under its lock."""

    def __init__(self, order: Order) -> None:
        self.name = secrets.token_hex(4)
        self.order = order
        self.phase = Phase.PREPARING
        self.looks: tuple[Look, ...] = ()
        self.stand: Stand | None = None
        self.deserted = False
        self.problem = ""
        self.looked_at = time.monotonic()
        self.slot: _Slot | None = None  # that trains it

    def take(self, stand: Stand) -> None:
        self.stand, self.looks = stand, (*self.looks, stand.look)


@dataclass(eq=False)
class _Slot:
    trainer: Advancing
    run: Run | None = None


class Runs:
    """All runs, and the threads that train them, each with a process of its own."""

    def __init__(self, most: int = MOST, trainer: Callable[[], Advancing] = Trainer) -> None:
        self.most = most
        self._trainer = trainer
        self._changed = threading.Condition()
        self._new: deque[Run] = deque()  # that have no first look yet
        self._line: deque[Run] = deque()
        self._beginnings: OrderedDict[int, Stand] = OrderedDict()  # by their seeds
        for k in range(most):
            threading.Thread(target=self._work, name=f"training-{k}", daemon=True).start()

    def begin(self, order: Order) -> Run:
        """A new run, which looks at its beginning and then waits for `go`."""
        run = Run(order)
        with self._changed:
            if stand := self._beginnings.get(order.seed):
                run.take(stand)
                run.phase = Phase.READY
            else:
                self._new.append(run)
                self._changed.notify()
        return run

    def go(self, run: Run) -> None:
        """Starts or resumes it as soon as its turn comes; nothing happens to one that is under way or over."""
        with self._changed:
            if run.phase in (Phase.PREPARING, Phase.READY, Phase.PAUSED):
                run.phase, run.deserted, run.looked_at = Phase.WAITING, False, time.monotonic()
                self._line.append(run)
                self._changed.notify()

    def pause(self, run: Run) -> None:
        self._leave(run, Phase.PAUSED)

    def stop(self, run: Run) -> None:
        """Ends it where it was last seen."""
        self._leave(run, Phase.STOPPED)

    def see(self, run: Run) -> Seen:
        """The run now; whoever calls this is looking at it."""
        with self._changed:
            run.looked_at = time.monotonic()
            ahead = self._line.index(run) if run in self._line else 0
            seconds = run.stand.seconds if run.stand else 0.0
            return Seen(run.order, run.phase, run.looks, seconds, ahead, run.deserted, run.problem)

    def _leave(self, run: Run, phase: Phase) -> None:
        with self._changed:
            if run.phase in (Phase.WAITING, Phase.RUNNING) or (run.phase is Phase.PAUSED and phase is Phase.STOPPED):
                run.phase = phase
                if run in self._line:
                    self._line.remove(run)

    def _work(self) -> None:
        """One slot: trains one run after another."""
        slot = _Slot(self._trainer())
        while True:
            run, before = self._next(slot)
            if run is None:
                slot.trainer.close()
                continue
            try:
                after = self._advanced(slot.trainer, run.order, before)
            except LearnerError as error:
                with self._changed:
                    run.phase, run.problem = Phase.FAILED, str(error)
                    if run in self._line:
                        self._line.remove(run)
            else:
                self._take(slot, run, before, after)

    def _next(self, slot: _Slot) -> tuple[Run | None, Stand | None]:
        """What to advance now, and from where; nothing, if for a long time there was nothing to do."""
        with self._changed:
            while True:
                if self._new:  # quickly done, and a visitor has nothing to see before
                    run = self._new.popleft()
                    return run, run.stand
                mine = slot.run
                if mine and mine.slot is slot and mine.phase is Phase.RUNNING:
                    if time.monotonic() - mine.looked_at < DESERTED:
                        return mine, mine.stand
                    mine.phase, mine.deserted = Phase.PAUSED, True
                slot.run = None
                if self._line:
                    slot.run = self._line.popleft()
                    slot.run.slot, slot.run.phase = slot, Phase.RUNNING
                elif not self._changed.wait(IDLE):
                    return None, None

    @staticmethod
    def _advanced(trainer: Advancing, order: Order, stand: Stand | None) -> Stand:
        try:
            return trainer.advance(order, stand)
        except WorkerError:  # ended by whom- or whatever: another is started, and asked once more
            return trainer.advance(order, stand)

    def _take(self, slot: _Slot, run: Run, before: Stand | None, after: Stand) -> None:
        """Keeps what was trained, if the run still stands where that began and has not been paused meanwhile."""
        with self._changed:
            if run.stand is not before:
                return
            if before is None:
                self._beginnings[run.order.seed] = after
                if len(self._beginnings) > REMEMBERED:
                    self._beginnings.popitem(last=False)
                run.take(after)
                if run.phase is Phase.PREPARING:
                    run.phase = Phase.READY
            elif run.phase is Phase.RUNNING and run.slot is slot:
                run.take(after)
                if after.look.meta_step == run.order.meta_steps:
                    run.phase = Phase.DONE
