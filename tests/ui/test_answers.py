"""Adapting behind the page."""

from __future__ import annotations

import numpy as np
import pytest

from demo.learners.worker import LearnerError
from demo.ui import examples
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
