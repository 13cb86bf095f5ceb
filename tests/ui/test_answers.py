"""Adapting behind the page."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from demo.learners.worker import LearnerError
from demo.ui import answers, examples
from demo.ui.answers import answer
from demo.ui.trace import Answer

IMAGES = examples.images(examples.sheets()[examples.OPENING])


def test_an_answer_has_every_step() -> None:
    found = answer("maml", IMAGES, 4)
    assert found.probabilities.shape == (5, 3)
    assert found.losses.shape == (5,)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(found.probabilities[0], 1 / 3, atol=1e-5)


def test_fewer_steps_are_the_beginning_of_more() -> None:
    few, many = answer("maml", IMAGES, 3), answer("maml", IMAGES, 9)
    np.testing.assert_allclose(few.probabilities, many.probabilities[:4], atol=1e-5)


def test_the_order_of_the_classes_only_orders_the_bars() -> None:
    one = answer("maml", IMAGES, 5).probabilities
    other = answer("maml", [IMAGES[2], IMAGES[0], IMAGES[1], IMAGES[3]], 5).probabilities
    np.testing.assert_allclose(other, one[:, [2, 0, 1]], atol=1e-3)


def test_a_learner_that_cannot_be_loaded_says_why() -> None:
    with pytest.raises(LearnerError, match="nobody"):
        answer("nobody", IMAGES, 5)


def test_what_is_not_finite_can_still_be_sent() -> None:
    plain = Answer(np.array([[0.5, np.nan]], np.float32), np.array([np.inf], np.float32)).plain()
    assert plain == {"probabilities": [[0.5, 0.0]], "losses": [None]}


class Left:
    """What a visitor leaves: something that refers to itself, as Streamlit's runs and sessions do."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def settled() -> Iterator[None]:
    """The interpreter as it is in a server whose first page has run."""
    pace, warming = gc.get_threshold(), threading.Thread()
    warming.start()
    answers._settle(warming)
    yield
    gc.unfreeze()
    gc.set_threshold(*pace)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("stayed", [0, 1, 2], ids=["briefly", "for a while", "for long"])
def test_what_visitors_leave_is_freed_however_long_they_stayed(stayed: int) -> None:
    """The more collections they are here for, the more seldom they are looked at; 300 others come meanwhile."""
    left = [Left() for _ in range(100)]
    told = [weakref.ref(one) for one in left]
    for _ in range(stayed):
        gc.collect(stayed - 1)
    del left
    others: list[list[int]] = [[] for _ in range(300 * 1000)]  # objects that 300 runs of the page leave
    assert [one() for one in told if one()] == []
    assert len(others) == 300 * 1000
