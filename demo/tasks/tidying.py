"""From the trace of a picture of rough ink (`demo.tasks.tracing`) to clean strokes, as a pen draws them.

Thick ink has bristly skeletons. Their bristles go, and strokes go straight on where lines cross
(`demo.tasks.joining`), so that undoing, counting and sharing strokes become possible.
"""

from __future__ import annotations

import numpy as np
from skimage.measure import approximate_polygon

from demo.tasks.drawing import Drawing, Segments
from demo.tasks.joining import joined

Pixel = tuple[int, int]
Web = dict[Pixel, set[Pixel]]  # each pixel of the skeleton with those that it is joined to
Chain = list[Pixel]


def tidied(traced: Drawing, spur: float, tolerance: float) -> Drawing:
    """The same lines in long strokes; `traced` has strokes from pixel to neighbouring pixel, and lone pixels.

    spur: side branches shorter than this, in pixels, are where thick ink was rough, and go; lines shorter than
    this, with nothing at either end, are dots.
    tolerance: how far, in pixels, a line may move when points that it does not need are left out.
    """
    web = _web(traced)
    while chain := _shortest_spur(web, spur):
        _remove(web, chain)
    strokes = joined(_segments(web))
    shorter = [stroke if len(stroke) == 1 else approximate_polygon(stroke, tolerance) for stroke in strokes]
    return Drawing(traced.width, traced.height, tuple(shorter))


def ends(traced: Drawing) -> int:
    """How many ends the lines have; the time that `tidied` takes goes with the square of it."""
    return sum(len(others) == 1 for others in _web(traced).values())


def _web(traced: Drawing) -> Web:
    web: Web = {}
    for stroke in traced.strokes:
        pixels = [(int(x), int(y)) for x, y in stroke]
        for one in pixels:
            web.setdefault(one, set()).update(other for other in pixels if other != one)
    for one, others in web.items():  # no diagonals where there is a way round the corner: they would be junctions
        for other in [o for o in others if o[0] != one[0] and o[1] != one[1]]:
            if any(corner in others and corner in web[other] for corner in ((one[0], other[1]), (other[0], one[1]))):
                others.discard(other)
                web[other].discard(one)
    return web


def _segments(web: Web) -> Segments:
    """(S, 2, 2); a pixel's ink lies round its centre, and a lone pixel is a segment of no length."""
    pairs = [(one, other) for one, others in web.items() for other in others or {one} if one <= other]
    return np.array(pairs, np.float32).reshape(-1, 2, 2) + np.float32(0.5)


def _shortest_spur(web: Web, spur: float) -> Chain | None:
    """The shortest line that is to go, shorter than `spur`, if there is one.

    That is a side branch without its junction, or a line that leads nowhere without its middle.
    """
    shortest, least = None, spur
    for end in (pixel for pixel, others in web.items() if len(others) == 1):
        chain = _walk(web, end)
        length = float(np.linalg.norm(np.diff(chain, axis=0), axis=1).sum())
        if length < least:
            middle = len(chain) // 2
            lone = len(web[chain[-1]]) == 1
            shortest, least = chain[:middle] + chain[middle + 1 :] if lone else chain[:-1], length
    return shortest


def _walk(web: Web, end: Pixel) -> Chain:
    """From an end to the junction or the end that the line leads to."""
    chain = [end, *web[end]]
    while len(web[chain[-1]]) == 2:
        (ahead,) = web[chain[-1]] - {chain[-2]}
        chain.append(ahead)
    return chain


def _remove(web: Web, pixels: Chain) -> None:
    for pixel in pixels:
        for other in web.pop(pixel):
            web[other].discard(pixel)
