"""Strokes to 28x28: shapes worked by hand, invariances, and everything that people do to a canvas."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import MAX_POINTS, MAX_STROKES, MEGABYTE
from demo.tasks.drawing import (
    IMAGE_SIDE,
    INK_SIDE,
    Drawing,
    DrawingError,
    render,
    to_image,
    visible_segments,
)

SQUIGGLE = [[[20.0, 30.0], [60.0, 35.0], [90.0, 80.0], [40.0, 110.0]], [[70.0, 20.0], [75.0, 95.0]]]


def image(strokes: list[list[list[float]]], width: float = 200, height: float = 200) -> np.ndarray:
    return to_image(Drawing.of(width, height, strokes))


def test_horizontal_line_by_hand() -> None:
    """A line through the middle, 22 pixels long: two rows of full ink, and nothing else but its round ends."""
    drawn = image([[[10, 50], [190, 50]]])
    begin = int((IMAGE_SIDE - INK_SIDE) / 2)
    expected = np.zeros((28, 28))
    expected[13:15, begin:-begin] = 1
    assert np.array_equal(drawn[:, begin + 1 : -begin - 1], expected[:, begin + 1 : -begin - 1])
    assert drawn.sum() == pytest.approx(2 * INK_SIDE + np.pi, abs=1)  # the ends are two half discs


def test_dot_is_a_disc_in_the_middle() -> None:
    drawn = image([[[150, 20]]])
    assert drawn.sum() == pytest.approx(np.pi, abs=0.6)
    rows, columns = np.nonzero(drawn)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (13, 14, 13, 14)


def test_dot_with_a_tremor_is_still_a_dot() -> None:
    drawn = image([[[150, 20], [151, 21]]])
    assert np.count_nonzero(drawn) < 30


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_turn_the_image(turns: int) -> None:
    """Rotated drawings serve as new classes: turning the strokes and turning the image must be one."""
    centre = np.array([100.0, 100.0])
    quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])  # y points down: this is np.rot90's direction
    matrix = np.linalg.matrix_power(quarter, turns)
    turned = [((np.array(stroke) - centre) @ matrix.T + centre).tolist() for stroke in SQUIGGLE]
    assert np.allclose(image(turned), np.rot90(image(SQUIGGLE), turns), atol=1e-4)


@given(
    scale=st.floats(0.3, 1.5),
    dx=st.floats(0, 20),
    dy=st.floats(0, 20),
)
def test_place_and_size_do_not_matter(scale: float, dx: float, dy: float) -> None:
    moved = [[[x * scale + dx, y * scale + dy] for x, y in stroke] for stroke in SQUIGGLE]
    assert np.allclose(image(moved), image(SQUIGGLE), atol=2e-3)


def test_canvas_size_does_not_matter() -> None:
    half = [[[x / 2, y / 2] for x, y in stroke] for stroke in SQUIGGLE]
    assert np.allclose(image(half, 100, 100), image(SQUIGGLE), atol=1e-4)


def test_order_and_direction_of_strokes_do_not_matter() -> None:
    again = [stroke[::-1] for stroke in SQUIGGLE[::-1]]
    assert np.allclose(image(again), image(SQUIGGLE), atol=1e-4)


def test_ink_outside_the_canvas_is_invisible() -> None:
    """A stroke that leaves the canvas and comes back is cut at the edge, as the eye sees it."""
    outside = [[[20.0, 50.0], [180.0, 50.0], [900.0, 50.0], [900.0, 700.0]], [[-50.0, -50.0]]]
    assert np.allclose(image(outside), image([[[20.0, 50.0], [200.0, 50.0]]]))


def test_clipping_by_hand() -> None:
    crossing = Drawing.of(100, 100, [[[-50, 0], [150, 100]]])
    assert visible_segments(crossing).tolist() == [[[0, 25], [100, 75]]]


@pytest.mark.parametrize("strokes", [[], [[[300, 300]]], [[[-5, -5], [-5, 300]]]])
def test_no_visible_ink_is_a_clear_refusal(strokes: list[list[list[float]]]) -> None:
    drawing = Drawing.of(200, 200, strokes)
    assert drawing.empty
    with pytest.raises(DrawingError, match="empty"):
        to_image(drawing)


@given(
    st.lists(
        st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)).map(list), min_size=1, max_size=20),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_is_drawn_gives_an_image_or_is_empty(strokes: list[list[list[float]]]) -> None:
    drawing = Drawing.of(200, 100, strokes)
    if not drawing.empty:
        drawn = to_image(drawing)
        assert drawn.shape == (28, 28)
        assert drawn.dtype == np.float32
        assert 0 <= drawn.min() <= drawn.max() <= 1
        assert drawn.max() > 0.2
        assert np.isfinite(drawn).all()


def test_thousands_of_points() -> None:
    scribble = np.random.default_rng(0).uniform(0, 200, (MAX_POINTS, 2)).tolist()
    assert image([scribble]).mean() > 0.5


def test_much_ink_takes_little_memory() -> None:
    """As long a line as a drawing may have, from corner to corner again and again: a hall may draw it all at once."""
    across = np.tile(np.array([[0, 0], [280, 280]], np.float32), (MAX_POINTS // 2, 1))
    tracemalloc.start()
    try:
        to_image(Drawing(280, 280, (across,)))
        assert tracemalloc.get_traced_memory()[1] < 20 * MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("width", "height", "strokes", "message"),
    [
        (0, 10, SQUIGGLE, "width"),
        (10, float("nan"), SQUIGGLE, "height"),
        (10, 10, [[[1, 2]]] * (MAX_STROKES + 1), "strokes"),
        (10, 10, [[[1, 2]] * (MAX_POINTS + 1)], "points"),
        (10, 10, [[[1, float("inf")]]], r"strokes\[0\]"),
        (10, 10, [[[1, 2]], []], r"strokes\[1\]"),
        (10, 10, [[[1, 2, 3]]], r"strokes\[0\]"),
    ],
)
def test_what_cannot_be_drawn_is_named(
    width: float, height: float, strokes: list[list[list[float]]], message: str
) -> None:
    with pytest.raises(DrawingError, match=message):
        Drawing.of(width, height, strokes)


def test_render_covers_what_a_pen_covers() -> None:
    """Against the definition: each pixel by its distance to the segment, one by one."""
    segment = np.array([[[5.3, 8.1], [19.7, 21.4]]], np.float32)
    a, b = segment[0]
    for row, column in [(8, 5), (10, 9), (14, 12), (15, 20), (21, 19), (3, 3)]:
        pixel = np.array([column + 0.5, row + 0.5])
        t = np.clip((pixel - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
        expected = np.clip(1.5 - np.linalg.norm(pixel - a - t * (b - a)), 0, 1)
        assert render(segment)[row, column] == pytest.approx(expected, abs=1e-3)
