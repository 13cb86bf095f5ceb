"""Drawings as Fabric.js, the library inside the canvas package, writes them: JSON with one path a stroke.

A path is a list of commands: M moves to a point, L draws a line to one, Q a quadratic curve. Fabric turns
the pen's points p0, p1, ... into `M p0`, curves that end half way between the points, and `L` to the last.
It leaves out points close to their predecessor, and always the last but one (`decimatePoints`).

Whatever comes from here lies on the pad's grid (`demo.tasks.pad`).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from demo.limits import MAX_POINTS, MAX_STROKES
from demo.tasks import pad
from demo.tasks.drawing import Drawing, DrawingError, Points, UnreadableError
from demo.tasks.pad import snapped
from demo.tasks.recall import Recall
from demo.ui.trust import is_number

SIDE, on_pad = pad.SIDE, pad.on_pad
PEN = 11  # canvas units
INK = "#1b1f24"
NEAR = 0.4  # canvas units: Fabric's pencil leaves out points closer than this

Fabric = dict[str, Any]


@functools.partial(Recall, most=1024)
def to_fabric(drawing: Drawing) -> Fabric:
    """A drawing as Fabric.js paths, as it lies on the pad.

    The same object every time: not to be written to.
    """
    return {"objects": [_path(stroke) for stroke in on_pad(drawing).strokes]}


def _path(points: Points) -> dict[str, Any]:
    corners: list[list[float]] = points.tolist()
    if len(corners) == 1:
        corners *= 2  # a line of no length, drawn with round ends, is a dot
    return {
        "type": "Path",
        "path": [["M", *corners[0]], *(["L", *corner] for corner in corners[1:])],
        "fill": None,
        "stroke": INK,
        "strokeWidth": PEN,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
    }


def from_fabric(content: Any) -> Drawing:
    """The drawing of a canvas' JSON, on a pad of SIDE x SIDE.

    Raises `DrawingError` if it has too many strokes or points, and `UnreadableError` for whatever Fabric.js would
    not have written: it comes from a browser.
    """
    match content or {}:
        case {"objects": list(objects)} if len(objects) > MAX_STROKES:
            raise DrawingError(f"objects has {len(objects)} objects; at most {MAX_STROKES} are allowed")
        case {"objects": list(objects)} if all(isinstance(each, Mapping) for each in objects):
            paths = [each.get("path") for each in objects if str(each.get("type")).lower() == "path"]
        case Mapping() as other if "objects" not in other:
            paths = []
        case _:
            raise UnreadableError("objects must be a list of objects")
    drawing = Drawing.of(SIDE, SIDE, [_points(path) for path in paths])
    return Drawing(SIDE, SIDE, tuple(snapped(stroke) for stroke in drawing.strokes))


def _points(path: Any) -> list[list[float]]:
    """The corners of a path; a quadratic curve gives its middle and its end."""
    if not isinstance(path, list) or not path:
        raise UnreadableError("path must be a list of commands")
    if len(path) > MAX_POINTS:
        raise DrawingError(f"path has more than {MAX_POINTS} commands")
    points: list[list[float]] = []
    for step in path:
        match step:
            case ["M" | "L", x, y] if is_number(x) and is_number(y):
                pass
            case ["Q", cx, cy, x, y] if points and all(map(is_number, step[1:])):
                x0, y0 = points[-1]
                points.append([x0 / 4 + cx / 2 + x / 4, y0 / 4 + cy / 2 + y / 4])
            case _:
                raise UnreadableError("path has a command that no pen makes")
        points.append([x, y])
    # A dot comes as a line of no length, or a thousandth of the pen's width long.
    start = points[0]
    return points if any(abs(x - start[0]) + abs(y - start[1]) > PEN / 100 for x, y in points) else [start]


def pen_path(points: Points) -> Points:
    """The stroke that the package will report for a pen at `points` (P, 2): the same curves, the same corners."""
    kept = [points[0]]
    for point in points[1:-2]:
        if np.square(point - kept[-1]).sum() >= NEAR**2:
            kept.append(point)
    if len(points) == 1:
        return snapped(points)
    corners = np.array([*kept, points[-1]])
    ends = np.array([corners[0], *(corners[:-1] + corners[1:]) / 2])  # of the curves, the first a start
    middles = ends[:-1] / 4 + corners[:-1] / 2 + ends[1:] / 4
    curves = np.stack([middles, ends[1:]], axis=1).reshape(-1, 2)
    return snapped(np.concatenate([corners[:1], curves, corners[-1:]]).astype(np.float32))
