"""Long strokes are the same lines as the short ones they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from demo.tasks.drawing import Drawing, to_image, visible_segments
from demo.tasks.tidying import tidied
from demo.tasks.tracing import trace
from tests import doodles


def ink(*rows: str) -> Drawing:
    """The trace of a picture in letters."""
    return trace(np.array([[letter == "#" for letter in row] for row in rows]))


def lengths(drawing: Drawing) -> list[float]:
    return sorted(float(np.linalg.norm(np.diff(stroke, axis=0), axis=1).sum()) for stroke in drawing.strokes)


@pytest.mark.parametrize("character", range(12))
def test_the_picture_stays_the_same(character: int) -> None:
    traced = trace(doodles.picture(doodles.drawing(character, 1)))
    long = tidied(traced, spur=0, tolerance=0)
    assert len(long.strokes) < 40 < len(traced.strokes)
    # All that may go is a diagonal across a corner that is there anyway.
    assert np.abs(to_image(long) - to_image(traced)).max() < 0.3
    assert np.abs(to_image(long) - to_image(traced)).mean() < 0.003


def test_every_line_is_drawn_once() -> None:
    traced = trace(doodles.picture(doodles.drawing(3, 1)))
    segments = visible_segments(tidied(traced, spur=0, tolerance=0))
    pairs = {frozenset(map(tuple, segment.tolist())) for segment in segments}
    assert len(pairs) == len(segments)


def test_a_dot_stays_one_point() -> None:
    (dot,) = tidied(ink("....", ".#..", "...."), spur=3, tolerance=1).strokes
    assert dot.tolist() == [[1.5, 1.5]]


def test_a_line_is_two_points() -> None:
    (line,) = tidied(ink(".......", ".#####.", "......."), spur=3, tolerance=0.5).strokes
    assert sorted(line.tolist()) == [[1.5, 1.5], [5.5, 1.5]]
    assert tidied(ink(".......", ".#####.", "......."), spur=5, tolerance=0.5).strokes[0].tolist() == [[3.5, 1.5]]


def test_a_loop_is_one_stroke_that_closes() -> None:
    (loop,) = tidied(ink("#####", "#...#", "#...#", "#...#", "#####"), spur=0, tolerance=0).strokes
    np.testing.assert_array_equal(loop[0], loop[-1])
    assert lengths(Drawing(5, 5, (loop,))) == pytest.approx([16], abs=2.5)  # corners may be cut


def test_short_side_branches_go_and_long_ones_stay() -> None:
    picture = np.zeros((12, 24), bool)
    picture[9, 1:23] = picture[2:9, 17] = picture[7:9, 6] = True
    traced = trace(picture)
    assert lengths(tidied(traced, spur=3, tolerance=0.5)) == pytest.approx([7, 21], abs=1.5)
    assert lengths(tidied(traced, spur=0, tolerance=0.5)) == pytest.approx([2, 7, 21], abs=1.5)


def test_no_ink_is_no_stroke() -> None:
    assert tidied(ink("...", "..."), spur=3, tolerance=1).strokes == ()
