"""From segments back to strokes that a pen could have drawn.

Thinned pictures (`demo.tasks.tracing`) and distorted drawings (`demo.tasks.distort`) are heaps of short
segments. For the network that is all the same; on a canvas a drawing of 263 strokes could hardly be undone.
"""

from __future__ import annotations

import numpy as np

from demo.tasks.drawing import Drawing, Points, Segments

CANVAS = 280  # units, a side
INK = 210  # units: the larger side of the ink on it
NEAR = 1e-3  # units: ends closer than this are the same place

Place = tuple[int, int]


def on_canvas(segments: Segments) -> Segments:
    """The same ink (S, 2, 2) in the middle of a canvas of CANVAS x CANVAS."""
    low, high = segments.min(axis=(0, 1)), segments.max(axis=(0, 1))
    scale = INK / max(float((high - low).max()), 1e-6)
    moved: Segments = ((segments - (low + high) / 2) * scale + CANVAS / 2).astype(np.float32)
    return moved


def as_drawing(segments: Segments) -> Drawing:
    """Segments (S, 2, 2) on a canvas of CANVAS x CANVAS, joined to strokes."""
    return Drawing(CANVAS, CANVAS, joined(segments))


def joined(segments: Segments) -> tuple[Points, ...]:
    """Strokes that go over every segment (S, 2, 2) once, as straight on as they can; dots on their own stay dots.

    They begin at loose ends, where there are any, in the order of the segments.
    """
    places = [((int(a[0]), int(a[1])), (int(b[0]), int(b[1]))) for a, b in np.rint(segments / NEAR)]
    at: dict[Place, list[int]] = {}
    for number, (one, other) in enumerate(places):
        if one != other:
            at.setdefault(one, []).append(number)
            at.setdefault(other, []).append(number)
    left = {number for numbers in at.values() for number in numbers}
    loose = [number for number, ends in enumerate(places) if any(len(at.get(end, [])) == 1 for end in ends)]
    strokes = []
    for first in (*loose, *range(len(places))):
        if first in left:
            end = 0 if len(at[places[first][0]]) == 1 or len(at[places[first][1]]) > 1 else 1
            strokes.append(_walk(first, end, segments, places, at, left))
    dots = {one: segments[number, :1] for number, (one, other) in enumerate(places) if one == other}
    return (*strokes, *(dot for place, dot in dots.items() if place not in at))


def _walk(
    first: int,
    end: int,
    segments: Segments,
    places: list[tuple[Place, Place]],
    at: dict[Place, list[int]],
    left: set[int],
) -> Points:
    """From `end` of the first segment on, until every segment at the place reached has been used; takes them."""
    number, points = first, [segments[first, end]]
    while True:
        left.remove(number)
        points.append(segments[number, 1 - end])
        here, heading = places[number][1 - end], points[-1] - points[-2]
        ahead = []
        for other in at[here]:
            if other in left:
                begin = 0 if places[other][0] == here else 1
                way = segments[other, 1 - begin] - segments[other, begin]
                ahead.append((float(way @ heading) / max(float(np.hypot(*way)), 1e-12), -other, begin))
        if not ahead:
            return np.stack(points)
        _, negative, end = max(ahead)
        number = -negative
