"""Drawings: strokes as vectors, and the one way from strokes to the (28, 28) image a network sees.

The ink inside the canvas is cut out by its bounding box, centred, scaled until its larger side is
`INK_SIDE` pixels and drawn with a pen `PEN_WIDTH` pixels wide. Position, size and pen therefore never
reach the network: a character drawn tiny in a corner and the same one drawn across the canvas give the
same image. Omniglot's pictures take the same way (`demo.tasks.tracing` turns them into strokes first).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.limits import MAX_CANVAS, MAX_COORDINATE, MAX_POINTS, MAX_STROKES

Points = NDArray[np.float32]  # (P, 2): x to the right, y downwards, in canvas pixels
Segments = NDArray[np.float32]  # (S, 2, 2): segment, end, (x, y)
Image = NDArray[np.float32]  # (28, 28), paper 0, ink 1

IMAGE_SIDE = 28
INK_SIDE = 22.0  # the ink's larger side in pixels, measured between the centres of the pen's line
PEN_WIDTH = 2.0  # pixels
SMALLEST_INK = 0.05  # of the canvas: ink smaller than this is a dot, and is not blown up to full size

_REACH = 2  # pixels round a piece of line (at most 1 pixel long) that a pen of PEN_WIDTH can touch
_CHUNK = 4_000  # pieces of line drawn at once, to bound memory


class DrawingError(ValueError):
    """A drawing that cannot be used. The message names the field and says what is allowed."""


class UnreadableError(DrawingError):
    """What should be a drawing, and is none: a browser's word is not trusted."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes on a canvas of `width` x `height` pixels, in the order in which they were drawn."""

    width: float
    height: float
    strokes: tuple[Points, ...] = ()

    @staticmethod
    def of(width: float, height: float, strokes: list[list[list[float]]]) -> Drawing:
        """A drawing from nested lists; raises `DrawingError` unless it can be drawn."""
        for name, side in (("width", width), ("height", height)):
            if not 0 < side <= MAX_CANVAS:
                raise DrawingError(f"{name} must be above 0 and at most {MAX_CANVAS}, not {side}")
        if len(strokes) > MAX_STROKES:
            raise DrawingError(f"strokes has {len(strokes)} strokes; at most {MAX_STROKES} are allowed")
        if sum(len(stroke) for stroke in strokes) > MAX_POINTS:
            raise DrawingError(f"strokes has more than {MAX_POINTS} points in all")
        arrays = []
        for i, stroke in enumerate(strokes):
            try:
                points = np.asarray(stroke, dtype=np.float64)
            except (TypeError, ValueError, OverflowError) as error:
                raise UnreadableError(f"strokes[{i}] must be a list of [x, y] pairs of numbers") from error
            if points.ndim != 2 or points.shape[1] != 2 or not len(points):
                raise DrawingError(f"strokes[{i}] must be a list of at least one [x, y] pair")
            if not np.isfinite(points).all() or np.abs(points).max() > MAX_COORDINATE:
                raise DrawingError(f"strokes[{i}] has a number that is not finite or is beyond {MAX_COORDINATE:,}")
            arrays.append(points.astype(np.float32))
        return Drawing(float(width), float(height), tuple(arrays))

    @functools.cached_property
    def empty(self) -> bool:
        """True if no ink lies on the canvas: nothing drawn, or everything drawn outside it."""
        for stroke in self.strokes[:1]:  # looking at all of a drawing after each of 500 strokes would take a second
            if ((stroke >= 0) & (stroke <= (self.width, self.height))).all(axis=1).any():
                return False
        return len(visible_segments(self)) == 0


def visible_segments(drawing: Drawing) -> Segments:
    """The parts of all strokes that lie on the canvas, (S, 2, 2); a lone point is a segment of length 0.

    Ink that nobody can see must not shape what the network sees, so strokes are cut at the canvas's
    edge (Liang and Barsky's line clipping, for all segments at once).
    """
    if not drawing.strokes:
        return np.zeros((0, 2, 2), np.float32)
    points = np.concatenate(drawing.strokes)
    lengths = np.array([len(stroke) for stroke in drawing.strokes])
    last = np.cumsum(lengths) - 1  # of each stroke
    begins = np.delete(np.arange(len(points)), last)
    lone = last[lengths == 1]
    first, second = np.concatenate([begins, lone]), np.concatenate([begins + 1, lone])
    segments = np.stack([points[first], points[second]], axis=1)
    start, direction = segments[:, 0], segments[:, 1] - segments[:, 0]
    limit = np.array([drawing.width, drawing.height], np.float32)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        t_low, t_high = -start / direction, (limit - start) / direction
    inside = (start >= 0) & (start <= limit)
    still = direction == 0  # never crosses this pair of edges: all of it or nothing is inside
    enter = np.where(still, np.where(inside, 0, np.inf), np.minimum(t_low, t_high)).max(axis=1).clip(min=0)
    leave = np.where(still, np.inf, np.maximum(t_low, t_high)).min(axis=1).clip(max=1)
    seen = enter <= leave
    start, direction = start[seen], direction[seen]
    ends = start[:, None] + np.stack([enter[seen], leave[seen]], axis=1)[..., None] * direction[:, None]
    clipped: Segments = ends.astype(np.float32)
    return clipped


def normalise(segments: Segments, canvas_side: float) -> Segments:
    """Centres segments (S, 2, 2) in the 28x28 frame with the ink's larger side at `INK_SIDE` pixels."""
    low, high = segments.min(axis=(0, 1)), segments.max(axis=(0, 1))
    side = max(float((high - low).max()), SMALLEST_INK * canvas_side)
    centred: Segments = ((segments - (low + high) / 2) * (INK_SIDE / side) + IMAGE_SIDE / 2).astype(np.float32)
    return centred


def render(segments: Segments) -> Image:
    """Draws segments (S, 2, 2), in pixels of the 28x28 frame, with a round pen; anti-aliased, in [0, 1].

    A pixel's value is its coverage by the nearest piece of line, PEN_WIDTH / 2 + 1/2 - distance: exact
    for straight lines along an axis, and the same under every quarter turn and mirroring.
    """
    pad = _REACH + 1
    side = IMAGE_SIDE + 2 * pad
    canvas = np.zeros(side * side, np.float32)
    offsets = np.arange(-_REACH, _REACH + 1)
    starts, steps = _pieces(segments)
    for begin in range(0, len(starts), _CHUNK):
        start, step = starts[begin : begin + _CHUNK], steps[begin : begin + _CHUNK]
        corner = np.floor(start + step / 2).astype(np.int64)  # the pixel under each piece's middle
        column, row = corner[:, :1] + offsets, corner[:, 1:] + offsets  # (pieces, 5) each
        dx = column[:, None, :] + np.float32(0.5) - start[:, 0, None, None]
        dy = row[:, :, None] + np.float32(0.5) - start[:, 1, None, None]
        sx, sy = step[:, 0, None, None], step[:, 1, None, None]
        t = ((dx * sx + dy * sy) / np.maximum(sx * sx + sy * sy, 1e-12)).clip(0, 1)
        distance = np.hypot(dx - t * sx, dy - t * sy)
        coverage = (PEN_WIDTH / 2 + 0.5 - distance).clip(0, 1)
        index = (row[:, :, None] + pad) * side + column[:, None, :] + pad
        np.maximum.at(canvas, index.ravel(), coverage.ravel())
    return np.ascontiguousarray(canvas.reshape(side, side)[pad:-pad, pad:-pad])


def _pieces(segments: Segments) -> tuple[Points, Points]:
    """Cuts segments into pieces at most one pixel long: starts (P, 2) and vectors to their ends (P, 2)."""
    vector = segments[:, 1] - segments[:, 0]
    count = np.maximum(1, np.ceil(np.hypot(vector[:, 0], vector[:, 1]))).astype(np.int64)
    step = np.repeat(vector / count[:, None], count, axis=0).astype(np.float32)
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(segments[:, 0], count, axis=0) + nth[:, None].astype(np.float32) * step, step


def to_image(drawing: Drawing) -> Image:
    """The (28, 28) image of a drawing, paper 0 and ink 1; raises `DrawingError` if there is no ink."""
    segments = visible_segments(drawing)
    if not len(segments):
        raise DrawingError("the drawing is empty: draw something inside the canvas")
    return render(normalise(segments, max(drawing.width, drawing.height)))
