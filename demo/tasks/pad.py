"""The pad that drawings are made on: its size in canvas units, and the grid that its points lie on.

A half-unit is 1/25 of a pixel of what the network sees, if the drawing fills the pad. All drawings are put
on the grid where they come in, so that a link, which keeps grid points (`demo.tasks.sharing`), gives the
same numbers as the drawing it was made from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo.tasks.drawing import Drawing, Points

SIDE = 280  # canvas units: what drawings are stored in, however large the pad is shown
GRID = 0.5  # canvas units


def snapped(points: NDArray[np.floating]) -> Points:
    """The grid points nearest to points (P, 2); a single one (1, 2) if they are all the same."""
    grid: Points = (np.rint(points / GRID) * GRID + 0.0).astype(np.float32)  # + 0.0: there is no -0
    return grid[:1] if (grid == grid[0]).all() else grid


def on_pad(drawing: Drawing) -> Drawing:
    """The drawing scaled and centred to fill the pad's square without distortion, and put on the grid.

    A drawing that is there already stays as it is. Raises `DrawingError` if points lie beyond all bounds.
    """
    scale = SIDE / max(drawing.width, drawing.height)
    shift = (SIDE - scale * np.array([drawing.width, drawing.height])) / 2
    return Drawing.of(SIDE, SIDE, [snapped(stroke * scale + shift).tolist() for stroke in drawing.strokes])
