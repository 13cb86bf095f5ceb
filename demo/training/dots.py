"""The README's figure of all classifiers: a dot and its interval a row, as plain SVG, light and dark.

Places are those of -log(1 - accuracy): halving the errors is a step of the same length anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from demo.training.standings import Rate, Standing

WIDTH, LEFT, RIGHT = 860, 300, 40
ROW, HEAD, TOP, BOTTOM = 24, 30, 56, 46
TICKS = (0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
FEWEST, MOST = 0.2, 0.9975  # where the axis begins at the least, and where it ends

STYLE = """\
text { font: 14px system-ui, sans-serif; fill: #24292f; }
.head { font-weight: 700; } .tick { font-size: 12px; text-anchor: middle; } .name { text-anchor: end; }
.grid { stroke: #24292f; stroke-opacity: 0.15; }
.five { fill: #0072B2; stroke: #0072B2; } .three { fill: #D55E00; stroke: #D55E00; }
line.five, line.three { stroke-width: 2; } .published { fill: none; stroke: #57606a; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .grid { stroke: #e6edf3; } .published { stroke: #9da7b1; }
  .five { fill: #56B4E9; stroke: #56B4E9; } .three { fill: #E69F00; stroke: #E69F00; }
}"""


def figure(rows: Sequence[Standing]) -> str:
    """The whole file; families stand under their names, in the order of the rows."""
    least = min(rate.accuracy - rate.ci95 for row in rows for rate in (row.three, row.five))
    low = max((tick for tick in TICKS if tick <= least), default=FEWEST)
    height = TOP + len(rows) * ROW + len({row.entry.family for row in rows}) * HEAD + BOTTOM
    content = "\n".join([*_axis(low, height), *_legend(), *_body(rows, low)])
    title = "Accuracy of every classifier on 3-way and 5-way 1-shot tasks of the evaluation alphabets"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{title}">\n<style>\n{STYLE}\n</style>\n{content}\n</svg>\n'
    )


def place(accuracy: float, low: float) -> float:
    """Of an accuracy on the axis, in pixels from the left; the axis begins at `low`."""
    start, end = -math.log(1 - low), -math.log(1 - MOST)
    at = -math.log(1 - min(max(accuracy, low), MOST))
    return LEFT + (at - start) / (end - start) * (WIDTH - LEFT - RIGHT)


def _axis(low: float, height: int) -> Iterator[str]:
    foot = height - BOTTOM + 6
    for tick in TICKS:
        if tick >= low:
            x = place(tick, low)
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{foot}"/>'
            yield f'<text class="tick" x="{x:.1f}" y="{foot + 18}">{100 * tick:g} %</text>'


def _legend() -> Iterator[str]:
    for x, kind, words in ((LEFT, "three", "3-way 1-shot"), (LEFT + 150, "five", "5-way 1-shot")):
        yield f'<circle class="{kind}" cx="{x + 6}" cy="20" r="5"/><text x="{x + 18}" y="25">{words}</text>'
    x = LEFT + 306
    yield f'{_diamond(x, 20)}<text x="{x + 12}" y="25">published, 5-way</text>'


def _body(rows: Sequence[Standing], low: float) -> Iterator[str]:
    y = TOP
    for family, members in groupby(rows, key=lambda row: row.entry.family):
        y += HEAD
        yield f'<text class="head" x="16" y="{y - 8}">{escape(family)}</text>'
        for row in members:
            middle = y + ROW / 2
            yield f'<text class="name" x="{LEFT - 16}" y="{middle + 5:.1f}">{escape(row.entry.title)}</text>'
            yield from _dot("three", row.three, middle - 3, low)
            yield from _dot("five", row.five, middle + 3, low)
            if row.published is not None:
                yield _diamond(place(row.published, low), middle + 3)
            y += ROW


def _dot(kind: str, rate: Rate, y: float, low: float) -> Iterator[str]:
    ends = [place(rate.accuracy + side * rate.ci95, low) for side in (-1, 1)]
    yield f'<line class="{kind}" x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
    yield f'<circle class="{kind}" cx="{place(rate.accuracy, low):.1f}" cy="{y:.1f}" r="3.5"/>'


def _diamond(x: float, y: float) -> str:
    return f'<path class="published" d="M{x - 5:.1f} {y:.1f}l5 -5l5 5l-5 5z"/>'
