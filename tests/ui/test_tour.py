"""The tour's list and a session's way through it; `tests/browser/test_tour.py` takes the tour itself."""

from __future__ import annotations

import pytest

from demo.learners import ENTRIES
from demo.ui import frame, words
from demo.ui.tour import STEPS, Progress, Step

PAGES = {page for names in frame.GROUPS.values() for page in names}


def test_it_is_short_and_says_nothing_twice() -> None:
    assert 8 <= len(STEPS) <= 10
    assert len({step.words for step in STEPS}) == len(STEPS)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.words)
def test_every_step_is_on_a_page_that_exists_and_has_its_words(step: Step) -> None:
    assert step.page in PAGES | {""}
    assert (frame.PAGES / f"{step.page or frame.FIRST}.py").is_file()
    for part in ("title", "text", "where"):
        assert set(words.table()[f"tour.step.{step.words}.{part}"]) == set(words.LANGUAGES)
    if step.act and step.act.does == "choose":
        assert step.act.learner in ENTRIES


def test_every_step_that_has_words_is_in_the_list() -> None:
    written = {key.split(".")[2] for key in words.table() if key.startswith("tour.step.")}
    assert written == {step.words for step in STEPS}


def test_steps_forth_and_back_and_over() -> None:
    progress = Progress()
    progress.resume()
    assert (progress.running, progress.step, progress.met) == (True, 0, True)
    progress.go(1)
    progress.go(2)
    progress.go(1)
    assert (progress.step, progress.leaps) == (1, 4)
    progress.go(len(STEPS))
    assert (progress.running, progress.step) == (False, 0)


def test_a_tour_that_was_left_goes_on_where_it_was() -> None:
    progress = Progress()
    progress.go(3)
    progress.leave()
    assert not progress.running
    progress.resume()
    assert (progress.running, progress.step) == (True, 3)
