"""Runs: a few at once, the others in line; paused, stopped and deserted ones stand where they were last seen."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

from demo.learners.process import LearnerError, WorkerError
from demo.lessons import runs as module
from demo.lessons.look import Look, Order
from demo.lessons.runs import Phase, Run, Runs
from demo.lessons.trainer import Stand, Trainer
from demo.lessons.watch import Course

ORDER = Order(seed=1, meta_steps=300)
NONE = np.zeros(0, np.float32)


class Studio:
    """Each of its trainers trains as often as `allow` has said since the studio opened."""

    def __init__(self) -> None:
        self.trainers: list[Fake] = []
        self.allowed = 0
        self.more = threading.Condition()
        self.troubles: list[LearnerError] = []

    def runs(self, most: int = 1) -> Runs:
        return Runs(most, lambda: Fake(self))

    def allow(self, turns: int) -> None:
        with self.more:
            self.allowed += turns
            self.more.notify_all()

    def wait(self, turn: int) -> None:
        with self.more:
            self.more.wait_for(lambda: self.allowed >= turn)


class Fake:
    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.asked = self.closed = self.turns = 0
        studio.trainers.append(self)

    def advance(self, order: Order, stand: Stand | None) -> Stand:
        self.asked += 1
        if stand is None:  # quickly done
            return Stand(Look(0, NONE, NONE, NONE, NONE), b"0", 0.0)
        self.turns += 1
        self.studio.wait(self.turns)
        if self.studio.troubles:
            raise self.studio.troubles.pop()
        meta_step = order.after(stand.look.meta_step)
        return Stand(Look(meta_step, NONE, NONE, NONE, NONE), stand.state + b"+", stand.seconds + 1)

    def close(self) -> int | None:
        self.closed += 1
        return None


@pytest.fixture
def studio() -> Iterator[Studio]:
    one = Studio()
    yield one
    one.allow(10_000)  # whoever still waits


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.002)


def begun(runs: Runs, order: Order = ORDER) -> Run:
    """A run under way."""
    run = runs.begin(order)
    until(lambda: runs.see(run).phase is Phase.READY)
    runs.go(run)
    return run


def steps(runs: Runs, run: Run) -> list[int]:
    return [look.meta_step for look in runs.see(run).looks]


def test_a_run_looks_at_its_beginning_waits_and_goes_to_its_end(studio: Studio) -> None:
    runs = studio.runs(1)
    run = runs.begin(ORDER)
    until(lambda: runs.see(run).phase is Phase.READY)
    assert steps(runs, run) == [0]
    runs.go(run)
    studio.allow(100)
    until(lambda: runs.see(run).phase is Phase.DONE)
    assert steps(runs, run) == ORDER.looks()
    assert runs.see(run).seconds == len(ORDER.looks()) - 1
    for touch in (runs.go, runs.pause, runs.stop):
        touch(run)
        assert runs.see(run).phase is Phase.DONE


def test_the_next_with_the_same_seed_begins_at_once(studio: Studio) -> None:
    runs = studio.runs(1)
    begun(runs)
    again = runs.begin(Order(ORDER.seed, 5000))
    assert runs.see(again).phase is Phase.READY
    assert runs.see(again).order.meta_steps == 5000
    assert runs.see(runs.begin(Order(2, 300))).phase is Phase.PREPARING


def test_what_comes_after_a_pause_is_thrown_away_and_computed_again(studio: Studio) -> None:
    runs = studio.runs(1)
    run = begun(runs)
    studio.allow(2)
    until(lambda: len(steps(runs, run)) == 3)
    until(lambda: studio.trainers[0].asked == 4)  # the next look is being computed
    runs.pause(run)
    studio.allow(1)
    other = begun(runs, Order(9, 300))  # the process is free for others
    until(lambda: runs.see(other).phase is Phase.RUNNING)
    assert len(steps(runs, run)) == 3
    runs.stop(other)
    runs.go(run)
    studio.allow(100)
    until(lambda: runs.see(run).phase is Phase.DONE)
    assert steps(runs, run) == ORDER.looks()
    assert run.stand is not None
    assert run.stand.state == b"0" + b"+" * (len(ORDER.looks()) - 1)


def test_paused_and_resumed_at_once_no_look_comes_twice(studio: Studio) -> None:
    runs = studio.runs(2)
    run = begun(runs)
    for _ in range(20):
        studio.allow(1)
        runs.pause(run)
        runs.go(run)
    studio.allow(100)
    until(lambda: runs.see(run).phase is Phase.DONE)
    assert steps(runs, run) == ORDER.looks()


@pytest.mark.parametrize("paused", [False, True])
def test_a_stopped_run_stands_where_it_was_last_seen(studio: Studio, paused: bool) -> None:
    runs = studio.runs(1)
    run = begun(runs)
    studio.allow(2)
    until(lambda: len(steps(runs, run)) == 3)
    if paused:
        runs.pause(run)
    runs.stop(run)
    studio.allow(10)
    begun(runs, Order(9, 300))
    seen = runs.see(run)
    assert seen.phase is Phase.STOPPED
    assert [look.meta_step for look in seen.looks] == ORDER.looks()[:3]
    runs.go(run)
    assert runs.see(run).phase is Phase.STOPPED


def test_no_more_at_once_than_there_may_be_and_the_others_in_turn(studio: Studio) -> None:
    runs = studio.runs(2)
    all_ = [begun(runs) for _ in range(5)]
    until(lambda: sum(runs.see(run).phase is Phase.RUNNING for run in all_) == 2)
    assert [runs.see(run).ahead for run in all_[2:]] == [0, 1, 2]
    runs.pause(all_[2])  # out of the line
    assert [runs.see(run).ahead for run in all_[3:]] == [0, 1]
    runs.stop(all_[0])
    studio.allow(2)
    until(lambda: runs.see(all_[3]).phase is Phase.RUNNING)
    assert runs.see(all_[4]).phase is Phase.WAITING
    assert len(studio.trainers) == 2


def test_somebody_who_comes_meanwhile_sees_the_beginning_before_the_run_under_way_is_over(studio: Studio) -> None:
    runs = studio.runs(1)
    run = begun(runs)
    until(lambda: studio.trainers[0].asked == 2)
    late = runs.begin(Order(7, 300))
    studio.allow(1)
    until(lambda: runs.see(late).phase is Phase.READY)
    assert runs.see(run).phase is Phase.RUNNING


def test_a_run_that_nobody_looks_at_pauses_and_can_be_resumed(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = studio.runs(1)
    run = begun(runs)
    until(lambda: run.phase is Phase.RUNNING)
    monkeypatch.setattr(module, "DESERTED", 0.0)
    studio.allow(1)
    until(lambda: run.phase is Phase.PAUSED)
    monkeypatch.undo()
    assert runs.see(run).deserted
    runs.go(run)
    assert not runs.see(run).deserted
    studio.allow(100)
    until(lambda: runs.see(run).phase is Phase.DONE)
    assert steps(runs, run) == ORDER.looks()


def test_a_run_goes_with_the_session_that_had_it(studio: Studio) -> None:
    runs = studio.runs(1)

    def left() -> weakref.ref[Run]:
        run = begun(runs)
        until(lambda: run.phase is Phase.RUNNING)
        runs.stop(run)
        return weakref.ref(run)

    gone = left()
    studio.allow(1)
    begun(runs)  # on which the slot is now
    until(lambda: studio.trainers[0].asked == 3)
    assert gone() is None


def test_a_process_without_a_run_ends(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", 0.01)
    studio.runs(1)
    until(lambda: bool(studio.trainers) and studio.trainers[0].closed > 0)


def test_a_process_that_ended_is_asked_once_more_and_trouble_is_told(studio: Studio) -> None:
    runs = studio.runs(1)
    run = begun(runs)
    studio.troubles = [WorkerError("ended")]
    studio.allow(2)
    until(lambda: len(steps(runs, run)) == 2)
    studio.troubles = [LearnerError("out of luck")]
    studio.allow(1)
    until(lambda: runs.see(run).phase is Phase.FAILED)
    assert runs.see(run).problem == "out of luck"
    assert steps(runs, run) == ORDER.looks()[:2]
    other = begun(runs, Order(5, 300))
    studio.allow(100)
    until(lambda: runs.see(other).phase is Phase.DONE)


def test_the_process_trains_as_this_one_does() -> None:
    trainer, order = Trainer(), Order(2, 100)
    first = trainer.advance(order, None)
    second = trainer.advance(order, first)
    trainer.close()  # nothing is lost with it
    course = Course(order)
    np.testing.assert_array_equal(first.look.curves, course.look().curves)
    assert first.state == course.state()
    course.advance(order.looks()[1])
    assert second.look.meta_step == course.meta_step
    np.testing.assert_allclose(second.look.errors, course.look().errors, rtol=1e-6)
    resumed = Course(order)
    resumed.restore(second.state)
    for ours, theirs in zip(course.learners(), resumed.learners(), strict=True):
        assert all(torch.allclose(ours.theta[name], theirs.theta[name]) for name in ours.theta)
