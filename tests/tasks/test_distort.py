"""Drawings by another hand: what changes, and what must not."""

from __future__ import annotations

import numpy as np

from demo.tasks.distort import STEADY, Hand, redrawn
from demo.tasks.drawing import Drawing, to_image

HOUSE = Drawing.of(280, 280, [[[10, 60], [40, 20], [70, 60]], [[15, 60], [15, 110], [65, 110], [65, 60]], [[40, 90]]])
STILL = Hand(turn=0, stretch=0, shear=0, bend=0, tremble=0)


def test_a_hand_that_never_errs_draws_the_same_picture() -> None:
    """Where it lies and how large it is, no network sees."""
    again = redrawn(HOUSE, STILL, np.random.default_rng(0))
    np.testing.assert_allclose(to_image(again), to_image(HOUSE), atol=0.02)


def test_another_hand_keeps_the_strokes_and_the_canvas() -> None:
    rng = np.random.default_rng(1)
    once, twice = redrawn(HOUSE, STEADY, rng), redrawn(HOUSE, STEADY, rng)
    for drawing in (once, twice):
        assert [len(stroke) for stroke in drawing.strokes] == [3, 4, 1]
        points = np.concatenate(drawing.strokes)
        assert points.min() >= 0
        assert points.max() <= 280
    assert not np.allclose(once.strokes[0], twice.strokes[0])


def test_an_empty_drawing_stays_empty() -> None:
    assert redrawn(Drawing(280, 280), STEADY, np.random.default_rng(0)).empty
