"""What is made of a drawing."""

from __future__ import annotations

import gc
import weakref

import pytest

from demo.tasks.drawing import Drawing, DrawingError, to_image
from demo.tasks.recall import Recall


def drawing(height: float = 50) -> Drawing:
    return Drawing.of(100, 100, [[[10, 10], [90, height]]])


def test_it_is_made_once_and_as_the_function_makes_it() -> None:
    image, one, other = Recall(to_image, most=8), drawing(20), drawing(80)
    assert image(one) is image(one)
    assert (image(one) == to_image(one)).all()
    assert (image(other) == to_image(other)).all()
    assert (image(one) != image(other)).any()


def test_it_goes_with_its_drawing() -> None:
    image, one, other = Recall(to_image, most=8), drawing(20), drawing(80)
    image(other)
    gone, made = weakref.ref(one), weakref.ref(image(one))
    assert len(image) == 2
    del one
    gc.collect()
    assert gone() is None
    assert made() is None
    assert len(image) == 1


def test_the_first_of_too_many_is_let_go_of() -> None:
    image, drawings = Recall(to_image, most=3), [drawing(height) for height in range(5)]
    made = [image(one) for one in drawings]
    assert len(image) == 3
    assert [image(one) is was for one, was in zip(drawings[2:], made[2:], strict=True)] == [True] * 3
    assert (image(drawings[0]) == made[0]).all()


def test_what_fails_fails_every_time() -> None:
    image, blank = Recall(to_image, most=8), Drawing(100, 100)
    for _ in range(2):
        with pytest.raises(DrawingError):
            image(blank)
    assert len(image) == 0
