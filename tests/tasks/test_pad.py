"""The pad's grid: coming in changes a drawing once, and by little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from demo.tasks.drawing import Drawing, DrawingError, to_image
from demo.tasks.pad import GRID, SIDE, on_pad, snapped
from tests.tasks.test_taskfile import drawings


@given(drawings())
def test_points_come_to_the_nearest_grid_point_and_stay_there(drawing: Drawing) -> None:
    there = on_pad(drawing)
    assert (there.width, there.height) == (SIDE, SIDE)
    scale = SIDE / max(drawing.width, drawing.height)
    for stroke, before in zip(there.strokes, drawing.strokes, strict=True):
        assert (np.mod(stroke, GRID) == 0).all()
        moved = stroke - before * scale - (SIDE - scale * np.array([drawing.width, drawing.height])) / 2
        assert np.abs(moved).max() <= GRID / 2 + 1e-3
    for stroke, again in zip(there.strokes, on_pad(there).strokes, strict=True):
        assert stroke.tobytes() == again.tobytes()


def test_the_network_hardly_sees_the_grid() -> None:
    t = np.linspace(0, 6, 60)
    fine = Drawing(SIDE, SIDE, (np.stack([140 + 90 * np.cos(t), 140 + 70 * np.sin(2 * t)], 1).astype(np.float32),))
    assert np.abs(to_image(fine) - to_image(on_pad(fine))).max() < 0.05


def test_a_stroke_smaller_than_the_grid_is_a_dot() -> None:
    assert snapped(np.array([[10.1, 10], [10.2, 9.9]], np.float32)).tolist() == [[10, 10]]
    assert np.signbit(snapped(np.array([[-0.1, 0.1]], np.float32))).sum() == 0


def test_what_lies_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(DrawingError, match="beyond 1,000,000"):
        on_pad(Drawing.of(0.001, 0.001, [[[0, 0], [1e6, 0]]]))
