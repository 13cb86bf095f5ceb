"""The tasks page's way to the process that measures for everybody (`demo.lessons.jobs`)."""

from __future__ import annotations

import functools

from demo.lessons.jobs import Job, Jobs
from demo.lessons.tasks import Answer, Question

POLL = 0.4
"""Seconds between two looks at a job under way."""


@functools.cache
def jobs() -> Jobs:
    """One for all sessions."""
    return Jobs()


@functools.lru_cache(maxsize=256)
def answer(question: Question) -> Answer:
    """One task's answer; raises `JobError`."""
    return jobs().answer(question)


def stop(job: Job | None) -> None:
    if job is not None:
        jobs().stop(job)
