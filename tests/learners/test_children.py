"""Processes, forked or anew: what they are given, what they say, how they end, and that nothing of them is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from demo.learners import children
from demo.learners.children import ROOT, Started, _Nursery
from demo.learners.worker import Worker
from demo.lessons.experiments import LESSONS
from demo.lessons.trainer import READS

PARROT = "tests.learners.parrot"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def own() -> Iterator[_Nursery]:
    """A nursery of these tests only: others' children are not to die."""
    made = _Nursery()
    yield made
    made.close()


@pytest.fixture
def nursery(own: _Nursery, monkeypatch: pytest.MonkeyPatch) -> _Nursery:
    monkeypatch.setattr(children, "_nursery", own)
    return own


@pytest.fixture(params=["forked", "anew"])
def way(request: pytest.FixtureRequest, nursery: _Nursery, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(children, "FORKING", request.param == "forked")
    return str(request.param)


@contextlib.contextmanager
def parrot(*arguments: str) -> Iterator[Started]:
    with children.start(PARROT, *arguments) as started:
        yield started
        started.kill()


def told(child: Started, line: str) -> str:
    assert child.stdin is not None
    child.stdin.write(line.encode() + b"\n")
    child.stdin.flush()
    return heard(child)


def heard(child: Started) -> str:
    assert child.stdout is not None
    return child.stdout.readline().decode().strip()


def nursery_of(own: _Nursery) -> int:
    assert own._process is not None
    return own._process.pid


def wait(true: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < PATIENCE
        threading.Event().wait(0.01)


def lives(pid: int) -> bool:
    """Zombies do not: whoever has inherited them has not looked yet."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def offspring(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def private(pid: int) -> int:
    """Bytes of memory that no other process shares, and that are of no file."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:"))


def test_it_has_its_arguments_and_this_environment_and_answers_in_order(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARROT", f"since {way}")  # the nursery has been started before
    with parrot("one", "two words") as child:
        assert heard(child) == f"one two words since {way}"
        assert child.stdin is not None
        child.stdin.write(b"".join(b"line %d\n" % k for k in range(1000)))
        child.stdin.flush()
        assert [heard(child) for _ in range(1000)] == [f"line {k}" for k in range(1000)]
        assert Path(f"/proc/{child.pid}/cwd").resolve() == ROOT


def test_however_large_the_environment_is(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in range(4):
        monkeypatch.setenv(f"LARGE_{part}", "x" * 100_000)
    monkeypatch.setenv("PARROT", "with baggage")
    with parrot() as child:
        assert heard(child) == "with baggage"


@pytest.mark.parametrize("last, code", [("exit 0", 0), ("exit 3", 3), ("raise what is meant to be seen here", 1)])
def test_it_ends_with_its_own_code(way: str, last: str, code: int) -> None:
    with parrot() as child:
        heard(child)
        assert child.poll() is None
        assert told(child, last) == ""  # its output has ended
        assert child.wait(PATIENCE) == code
        assert child.poll() == child.returncode == code
        child.kill()  # which is too late


def test_it_ends_with_its_input(way: str) -> None:
    with parrot() as child:
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(PATIENCE) == 0


def test_one_that_is_killed_takes_nobody_along(way: str) -> None:
    with parrot() as one, parrot() as other:
        heard(one), heard(other)
        with pytest.raises(subprocess.TimeoutExpired):
            one.wait(0.01)
        one.kill()
        assert one.wait(PATIENCE) == -signal.SIGKILL
        assert heard(one) == ""
        os.kill(other.pid, 0)
        assert told(other, "still here") == "still here"


def test_who_waits_and_who_asks_meanwhile(way: str) -> None:
    with parrot() as child:
        found: list[int] = []
        threads = [threading.Thread(target=lambda: found.append(child.wait())) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert child.poll() is None
        child.kill()
        for thread in threads:
            thread.join(PATIENCE)
        assert found == [-signal.SIGKILL] * 3


def test_a_forked_worker_shares_pytorch(nursery: _Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {}
    for forking in (False, True):
        monkeypatch.setattr(children, "FORKING", forking)
        worker = Worker()
        worker.adapt("maml", "cpu", 1, [0, 1], np.zeros((1, 3, 28, 28), np.float32))
        assert worker._process is not None
        sizes[forking] = private(worker._process.pid)
        worker.close()
    assert sizes[True] < 30e6 < 100e6 < sizes[False]


def test_nothing_is_left_of_fifty(nursery: _Nursery) -> None:
    with parrot() as kept:
        heard(kept)
        pids = os.getpid(), nursery_of(nursery), kept.pid
        before = [descriptors(pid) for pid in pids]
        for k in range(50):
            with parrot(str(k)) as child:
                assert heard(child) == str(k)
                assert descriptors(child.pid) == before[2]  # it has none of another's
                if k % 2:
                    assert child.stdin is not None
                    child.stdin.close()
                    assert child.wait(PATIENCE) == 0
        wait(lambda: [descriptors(pid) for pid in pids] == before)
        assert offspring(nursery_of(nursery)) == [kept.pid]


def test_many_threads_start_theirs_at_once(nursery: _Nursery) -> None:
    found: dict[int, str] = {}

    def begin(k: int) -> None:
        with parrot(str(k)) as child:
            found[k] = heard(child)

    threads = [threading.Thread(target=begin, args=(k,)) for k in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == {k: str(k) for k in range(16)}


def test_an_interrupt_at_the_keyboard_is_the_servers(nursery: _Nursery) -> None:
    with parrot() as child:
        heard(child)
        for pid in (nursery_of(nursery), child.pid):
            os.kill(pid, signal.SIGINT)
        assert told(child, "still here") == "still here"


def test_a_nursery_that_has_read_all_it_is_ever_asked_to_read_has_one_thread(nursery: _Nursery) -> None:
    with children.start(PARROT, reads=(*READS, *LESSONS.values(), "demo.lessons.measuring")) as child:
        heard(child)
        for pid in (nursery_of(nursery), child.pid):
            assert len(os.listdir(f"/proc/{pid}/task")) == 1
        child.kill()


def test_children_die_with_their_nursery_and_another_is_started(nursery: _Nursery) -> None:
    with parrot() as busy:
        heard(busy)
        assert busy.stdin is not None
        busy.stdin.write(b"busy\n")
        busy.stdin.flush()
        os.kill(nursery_of(nursery), signal.SIGKILL)
        assert busy.wait(PATIENCE) == -signal.SIGKILL
        assert heard(busy) == ""
        with parrot("new") as child:
            assert heard(child) == "new"


SERVER = f"""
from demo.learners import children
child = children.start({PARROT!r})
child.stdin.write(b"busy\\n")
child.stdin.flush()
print(children._nursery._process.pid, child.pid, flush=True)
child.wait()
"""


def test_all_end_when_the_server_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert all(lives(pid) for pid in pids)
        server.kill()
        wait(lambda: not any(lives(pid) for pid in pids))
