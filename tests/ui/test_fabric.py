"""Drawings to Fabric.js and back."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from demo.tasks.drawing import Drawing, to_image
from demo.tasks.pad import GRID
from demo.ui.fabric import SIDE, from_fabric, on_pad, pen_path, to_fabric
from demo.ui.sheet import same

# What the canvas package 0.13.0 sent for a stroke and for a click.
STROKE = [["M", 50, 50], ["Q", 50, 50, 60, 55], ["Q", 70, 60, 75, 80], ["L", 80, 100]]
CLICK = [["M", 99.989, 70], ["Q", 100, 70, 100, 70], ["L", 100.011, 70]]


def path(commands: list[list[object]], kind: str = "Path") -> dict[str, object]:
    return {"type": kind, "path": commands, "stroke": "#000"}


def drawings() -> st.SearchStrategy[Drawing]:
    point = st.lists(st.floats(0, 500, width=32), min_size=2, max_size=2)
    return st.builds(
        Drawing.of, st.just(500), st.just(400), st.lists(st.lists(point, min_size=1, max_size=9), max_size=4)
    )


def test_curves_become_corners() -> None:
    (stroke,) = from_fabric({"objects": [path(STROKE)]}).strokes
    expected: list[list[float]] = [[50, 50], [52.5, 51], [60, 55], [69, 64], [75, 80], [80, 100]]
    np.testing.assert_allclose(stroke, expected)


def test_a_click_is_one_point() -> None:
    drawing = from_fabric({"objects": [path(CLICK)]})
    assert [len(stroke) for stroke in drawing.strokes] == [1]
    assert not drawing.empty
    assert to_image(drawing).max() > 0.5


def test_only_paths_are_strokes() -> None:
    content = {"version": "6", "objects": [{"type": "Rect"}, path(STROKE, "path"), {"type": "Circle", "radius": 3}]}
    assert len(from_fabric(content).strokes) == 1
    assert from_fabric(None).empty
    assert from_fabric({}).empty


@given(drawings())
def test_what_a_pad_is_given_it_gives_back(drawing: Drawing) -> None:
    shown = on_pad(drawing)
    assert len(shown.strokes) == len(drawing.strokes)
    assert same(from_fabric(to_fabric(drawing)), shown)
    assert same(from_fabric(to_fabric(shown)), shown)


def test_other_sizes_are_scaled_and_centred_without_distortion() -> None:
    shown = on_pad(Drawing.of(400, 200, [[[0, 0], [400, 0], [400, 200]]]))
    assert (shown.width, shown.height) == (SIDE, SIDE)
    np.testing.assert_allclose(shown.strokes[0], [[0, 70], [280, 70], [280, 210]])


def test_a_pens_path_is_what_fabric_draws_for_it() -> None:
    pen = [[50, 50], [70, 60], [80, 100], [81, 101], [90, 120]]
    # Fabric leaves out the last but one, and ends its curves half way between the others.
    fabric = [["M", 50, 50], ["Q", 50, 50, 60, 55], ["Q", 70, 60, 75, 80], ["Q", 80, 100, 85, 110], ["L", 90, 120]]
    (stroke,) = from_fabric({"objects": [path(fabric)]}).strokes
    np.testing.assert_allclose(pen_path(np.array(pen, np.float32)), stroke)


@given(st.integers(0, 2**32))
def test_pen_and_package_agree_on_the_grid_though_they_round_otherwise(seed: int) -> None:
    rng = np.random.default_rng(seed)
    heading, length = rng.uniform(0, 7, 40), rng.uniform(1, 15, 40)  # farther than what is left out for being near
    pen = (np.stack([np.cos(heading), np.sin(heading)], axis=1) * length[:, None]).cumsum(0) + 140
    corners = [*pen[:-2], pen[-1]]  # without the last but one
    curves = [["Q", *corner, *((corner + following) / 2)] for corner, following in itertools.pairwise(corners)]
    (stroke,) = from_fabric({"objects": [path([["M", *pen[0]], *curves, ["L", *pen[-1]]])]}).strokes
    seen = pen_path(np.round(pen, 1).astype(np.float32))  # the companion sends tenths
    assert np.abs(seen - stroke).max() <= GRID
    assert (np.mod(seen, GRID) == 0).all()
    assert (np.mod(stroke, GRID) == 0).all()


def test_a_pen_that_hardly_moves_adds_nothing() -> None:
    still = pen_path(np.array([[50, 50], [50.2, 50], [50.3, 50.1], [60, 50], [61, 50], [70, 50]], np.float32))
    np.testing.assert_allclose(still, pen_path(np.array([[50, 50], [60, 50], [61, 50], [70, 50]], np.float32)))


def test_a_pen_that_only_touches_makes_a_dot() -> None:
    np.testing.assert_allclose(pen_path(np.array([[5, 6]], np.float32)), [[5, 6]])
    assert len(pen_path(np.array([[5, 6], [9, 9]], np.float32))) == 4
