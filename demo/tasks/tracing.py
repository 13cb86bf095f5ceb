"""From a picture of a drawing back to strokes, so that pictures and strokes are normalised alike.

The ink is thinned to a skeleton one pixel wide (Zhang and Suen's thinning, scikit-image), and
neighbouring skeleton pixels are joined by short strokes. The pen's width disappears on the way, as it
must: Omniglot's pen, a mouse and a thumb all leave different ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from demo.tasks.drawing import Drawing

_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))  # (row, column): half of the eight, so each pair once


def trace(ink: NDArray[np.bool_]) -> Drawing:
    """Strokes along the middle of the ink (H, W), True where there is ink; no strokes if there is none."""
    skeleton = skeletonize(ink)
    padded = np.pad(skeleton, 1)
    height, width = ink.shape
    segments = []
    for down, right in _NEIGHBOURS:
        there = padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]
        rows, columns = np.nonzero(skeleton & there)
        begin = np.stack([columns, rows], axis=1)
        segments.append(np.stack([begin, begin + np.array([right, down])], axis=1))
    joined = np.concatenate(segments)
    lone = skeleton.copy()
    lone[joined[..., 1], joined[..., 0]] = False
    dots = np.argwhere(lone)[:, None, ::-1]
    strokes = [*joined, *dots]
    # A pixel's ink lies round its centre.
    return Drawing(width, height, tuple((stroke + 0.5).astype(np.float32) for stroke in strokes))
