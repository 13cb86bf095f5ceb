"""Experiments in processes of their own: shared, remembered, stopped, and ended when nobody watches."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from demo.lessons import experiments, luck
from demo.lessons.experiments import Experiment, Experiments, TooManyError, serve
from demo.limits import EXPERIMENTS_WAITING

SHORT, LONG = luck.Settings(meta_steps=2), luck.Settings(meta_steps=10**7)


def child(script: str) -> Callable[[str, object], subprocess.Popen[bytes]]:
    """Instead of a lesson, which has to read PyTorch first."""
    return lambda *_: subprocess.Popen([sys.executable, "-S", "-c", script], stdout=subprocess.PIPE)


ENDLESS = child("import time\nwhile True: print('{\"done\": 0.5}', flush=True); time.sleep(0.01)")
BROKEN = child("raise SystemExit(3)")


@pytest.fixture
def bench() -> Iterator[Experiments]:
    made = Experiments()
    yield made
    for experiment in made._known.values():
        for watcher in list(experiment._looks):
            experiment.leave(watcher)


def wait(true: Callable[[], bool], seconds: float = 60) -> None:
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds
        threading.Event().wait(0.01)


def test_a_run_is_shared_while_under_way_and_remembered_when_complete(bench: Experiments) -> None:
    one = bench.ask("luck", SHORT, "one")
    assert bench.ask("luck", SHORT, "two") is one
    assert bench.known("luck", SHORT) is None
    one.leave("one")  # "two" still watches
    wait(lambda: one.ended)
    assert one.complete
    assert one.rows == [json.loads(json.dumps(row)) for row in luck.run(SHORT)]
    assert bench.known("luck", SHORT) is one
    assert bench.ask("luck", SHORT, "three") is one


def test_when_all_have_left_the_process_ends_and_the_next_gets_its_turn(
    bench: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments, "_started", ENDLESS)
    one = bench.ask("luck", LONG, "one")
    other = bench.ask("luck", luck.Settings(meta_steps=10**7, seed=1), "two")
    wait(lambda: len(one.rows) > 2)
    assert one.done == 0.5
    assert other.waiting
    assert one._process is not None
    one.leave("one")
    assert one.ended
    assert not one.complete
    assert one._process.wait(timeout=30) != 0
    wait(lambda: not other.waiting)
    other.leave("two")
    assert bench.ask("luck", LONG, "one") is not one  # what was stopped begins anew


def test_one_that_nobody_looks_at_any_more_is_ended(bench: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "_started", ENDLESS)
    one = bench.ask("luck", LONG, "gone")
    wait(lambda: bool(one.rows))
    monkeypatch.setattr(experiments, "GONE_SECONDS", 0.0)
    wait(lambda: one.ended)
    assert not one.complete
    waited = bench.ask("luck", SHORT, "gone before its turn")
    wait(lambda: waited.ended)
    assert not waited.rows


def test_one_that_breaks_says_so(bench: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "_started", BROKEN)
    one = bench.ask("luck", LONG, "one")
    wait(lambda: one.ended)
    assert one.error == "the process ended with code 3"
    assert not one.complete


def test_a_lesson_says_a_row_a_line_and_null_for_what_is_not_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"done": 0.5, "losses": {"a": float("nan"), "b": [1.0, float("inf")]}}, {"done": 1.0}]
    monkeypatch.setattr(luck, "run", lambda settings: iter(rows if settings == luck.Settings(seed=4) else []))
    out = io.StringIO()
    serve("luck", '{"meta_steps": 1500, "inner_steps": 1, "seed": 4}', out)
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first == {"done": 0.5, "losses": {"a": None, "b": [1.0, None]}}
    assert second == {"done": 1.0}


def test_only_so_many_wait_and_a_place_that_is_left_is_free_again(
    bench: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments, "_started", ENDLESS)
    before = threading.active_count()
    running = bench.ask("luck", LONG, "first")
    wait(lambda: not running.waiting)
    waiting = [bench.ask("luck", luck.Settings(seed=seed), "crowd") for seed in range(EXPERIMENTS_WAITING)]
    late = luck.Settings(seed=99)
    for _ in range(100):
        with pytest.raises(TooManyError):
            bench.ask("luck", late, "late")
    assert bench.ask("luck", LONG, "late") is running  # to watch takes no place
    assert threading.active_count() <= before + 1 + EXPERIMENTS_WAITING
    assert len(bench._known) == 1 + EXPERIMENTS_WAITING
    waiting[3].leave("crowd")
    wait(lambda: threading.active_count() <= before + EXPERIMENTS_WAITING)
    bench.ask("luck", late, "late")
    running.leave("first")
    running.leave("late")
    wait(lambda: not waiting[0].waiting)
    assert all(one.waiting for one in [*waiting[1:3], *waiting[4:]])  # in the order in which they came


def test_old_results_are_forgotten_first(bench: Experiments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "_started", BROKEN)
    monkeypatch.setattr(experiments, "REMEMBERED", 2)
    made: list[Experiment] = []
    for seed in range(4):
        made.append(bench.ask("luck", luck.Settings(seed=seed), "one"))
        wait(lambda: made[-1].ended)
    assert [key[1].seed for key in bench._known] == [2, 3]
