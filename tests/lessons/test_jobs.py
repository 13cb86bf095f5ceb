"""The process that measures for everybody: the same numbers as here, in turn, stoppable, and back after a fall."""

from __future__ import annotations

import gc
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from demo.lessons import measurer, measuring
from demo.lessons.jobs import Job, JobError, Jobs, Message
from demo.lessons.tasks import Question
from demo.tasks import omniglot

QUICK = Question("random", "doodles", ways=2, steps=1)
LONG = Question("maml", "doodles", ways=20, shots=5, steps=5)
PATIENCE = 60.0


@pytest.fixture(scope="module")
def jobs() -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def ended(job: Job) -> Job:
    assert job.ended.wait(PATIENCE)
    return job


def test_answers_and_measures_as_this_process_would(jobs: Jobs) -> None:
    np.testing.assert_allclose(jobs.answer(QUICK).probabilities, measuring.answer(QUICK).probabilities, atol=1e-5)
    both = [QUICK, replace(QUICK, shots=3)]
    job = ended(jobs.measure(both, tasks=10))
    for question in both:
        *_, expected = measuring.measure(question, tasks=10)
        found = job.finished(question)
        assert found is not None
        assert found.accuracy == expected.accuracy
    assert job.progress == 1
    assert not job.error


def test_what_is_known_is_not_measured_again(jobs: Jobs) -> None:
    first = ended(jobs.measure([QUICK], tasks=5))
    again = jobs.measure([QUICK], tasks=5)
    assert not again.running
    assert again.scores == first.scores


def test_a_short_job_does_not_wait_for_a_long_one_and_a_long_one_can_be_stopped(jobs: Jobs) -> None:
    long = jobs.measure([LONG], tasks=1000)
    short = ended(jobs.measure([replace(QUICK, seed=50)], tasks=3))
    assert jobs.answer(replace(QUICK, seed=51)).probabilities.shape == (2, 2, 2)
    assert not long.ended.is_set()
    jobs.stop(long)
    assert long.stopped
    assert long.ended.is_set()
    assert long.progress < 1
    assert long.finished(LONG) is None
    assert short.progress == 1


def test_a_job_that_nobody_holds_is_given_up(jobs: Jobs) -> None:
    left = jobs.measure([replace(LONG, seed=1)], tasks=1000)
    del left
    gc.collect()
    for seed in range(60, 64):
        jobs.answer(replace(QUICK, seed=seed))
    assert not [job for job in jobs._jobs.values() if job.running]


def test_what_cannot_be_answered_is_said_and_nothing_else_suffers(jobs: Jobs) -> None:
    with pytest.raises(JobError, match=r"nobody\.json is missing"):
        jobs.answer(Question("nobody"))
    failed = ended(jobs.measure([Question("maml", "examples", ways=19)]))
    assert "2 to 18 classes" in str(failed.error)
    assert ended(jobs.measure([replace(QUICK, seed=70)], tasks=2)).progress == 1


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (omniglot.DataError(f"{omniglot.home()}/a.zip is damaged: fetch it again"), "OMNIGLOT_DIR/a.zip is damaged"),
        (omniglot.DataError(f"{omniglot.home()} does not exist"), "OMNIGLOT_DIR does not exist"),
        (FileNotFoundError(2, "No such file", "/srv/sketchbook/kept"), "No such file"),
    ],
)
def test_what_fails_is_told_without_saying_where_what_lies(problem: Exception, told: str) -> None:
    def fail(_: int) -> Message:
        raise problem

    replies = io.BytesIO()
    measurer._step(1, {1: map(fail, [1])}, replies)
    error = json.loads(replies.getvalue())["error"]
    assert error.startswith(told)
    assert "/srv" not in error
    assert str(omniglot.home()) not in error


def test_a_fallen_process_is_named_and_another_is_started(jobs: Jobs) -> None:
    job = jobs.measure([replace(LONG, seed=2)], tasks=1000)
    jobs.close()
    assert "has ended with code -9" in str(ended(job).error)
    assert jobs.answer(replace(QUICK, seed=80)).losses.shape == (2,)
