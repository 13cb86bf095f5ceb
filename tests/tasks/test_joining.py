"""Strokes from segments: the same ink, every piece of it once."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from demo.tasks import joining, tracing
from demo.tasks.distort import HASTY, distort
from demo.tasks.doodles import Thing
from demo.tasks.drawing import Segments, normalise, render, to_image, visible_segments
from tests import doodles


def pieces(segments: Segments) -> list[tuple[tuple[float, ...], ...]]:
    """Segments in an order that does not depend on theirs, nor on their directions."""
    return sorted(tuple(sorted((tuple(a.tolist()), tuple(b.tolist())))) for a, b in np.round(segments, 2))


def strokes_of(segments: Segments) -> list[NDArray[np.float32]]:
    return list(joining.joined(segments))


def test_a_traced_picture_has_the_same_ink_in_few_strokes() -> None:
    traced = tracing.trace(doodles.picture(doodles.drawing(3, 1)))
    segments = visible_segments(traced)
    strokes = strokes_of(segments)
    again = np.concatenate([np.stack([s[:-1], s[1:]], axis=1) for s in strokes])
    assert pieces(again) == pieces(segments)
    assert len(strokes) < len(segments) / 10


@pytest.mark.parametrize("seed", range(5))
def test_a_distorted_doodle_looks_the_same_to_the_network(seed: int) -> None:
    rng = np.random.default_rng(seed)
    segments = joining.on_canvas(distort(Thing.invent(rng).draw(rng), HASTY, rng))
    image = to_image(joining.as_drawing(segments))
    np.testing.assert_allclose(image, render(normalise(segments, joining.CANVAS)), atol=1e-3)


def test_a_stroke_goes_straight_on_where_lines_cross() -> None:
    points = np.array([[0, 0], [1, 0], [2, 0], [1, -1], [1, 1]], np.float32)
    segments = np.stack([np.stack([points[a], points[b]]) for a, b in ((0, 1), (1, 4), (3, 1), (1, 2))])
    strokes = [stroke.tolist() for stroke in strokes_of(segments)]
    assert strokes == [[[0, 0], [1, 0], [2, 0]], [[1, 1], [1, 0], [1, -1]]]


def test_a_ring_is_one_stroke_and_a_dot_stays_a_dot() -> None:
    corners = np.array([[0, 0], [5, 0], [5, 5], [0, 5]], np.float32)
    ring = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)
    dot = np.full((1, 2, 2), 9, np.float32)
    on_the_ring = np.zeros((1, 2, 2), np.float32)
    ring_stroke, lone = strokes_of(np.concatenate([ring, dot, on_the_ring]))
    assert len(ring_stroke) == 5
    assert lone.tolist() == [[9, 9]]
    assert strokes_of(np.zeros((0, 2, 2), np.float32)) == []
