"""Learning curves of the combinations of inner gradients: one figure for each kind of combination."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from demo.lessons.combinations import GRADIENTS
from demo.lessons.experiments import Row
from demo.ui.palette import CLASSES
from demo.ui.words import say

KINDS = ("last", "mean", "sum")
COLOURS = {2: CLASSES[1], 3: CLASSES[2], 4: CLASSES[0]}
SYMBOLS = {1: "x", 2: "diamond", 3: "square", 4: "circle"}
RANGE = (0.1, 8.0)
"""Of the axis, in squared units: sines of amplitude up to 5 have a mean square of 4.3."""

DIVERGED = 100.0

SUB = str.maketrans("1234", "₁₂₃₄")


def formula(kind: str, k: int) -> str:
    """As one reads it: "g₃", "g₁+…+g₃", "⅓(g₁+…+g₃)"."""
    if kind == "last" or k == 1:
        return f"g{k}".translate(SUB)
    total = ("g1+g2" if k == 2 else f"g1+…+g{k}").translate(SUB)
    return total if kind == "sum" else f"{' ½⅓¼'[k - 1]}({total})"


def mix_figure(kind: str, rows: Sequence[Row], meta_steps: int, ink: str) -> go.Figure:
    """Held-out error over meta-steps for k = 1 ... GRADIENTS; k = 1 is the same in every figure."""
    lines = [_line(kind, k, rows, ink) for k in range(1, GRADIENTS + 1)]
    layout = {
        "title": {"text": say(f"moves.mix.kind.{kind}"), "font": {"size": 16}, "x": 0, "xref": "paper", "y": 0.98},
        "margin": {"l": 0, "r": 118, "t": 36, "b": 0},
        "showlegend": False,
        "hovermode": "x unified",
        "uirevision": "mix",
        "font": {"size": 14},
        "xaxis": {
            "title": {"text": say("moves.axis.meta")},
            "range": [0, meta_steps],
            "nticks": 5,
            "zeroline": False,
            "unifiedhovertitle": {"text": say("moves.hover.meta", step="%{x}")},
        },
        "yaxis": {
            "title": {"text": say("moves.mix.loss")},
            "type": "log",
            "range": [math.log10(bound) for bound in RANGE],
            "tickvals": [0.1, 0.2, 0.5, 1, 2, 5],
            "tickformat": "~g",
        },
        "annotations": _names(kind, rows, meta_steps, ink) if rows else [_empty(ink)],
    }
    return go.Figure(lines, layout)


def mix_table(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Held-out error over meta-steps of every combination; a diverged one is empty."""
    table = {say("moves.axis.meta"): [row["meta_step"] for row in rows]}
    for kind in KINDS:
        for k in range(1, GRADIENTS + 1):  # g₁ is the same in every kind, and has one column
            losses = [row["losses"][_key(kind, k)] for row in rows]
            table[formula(kind, k)] = ["" if loss is None else loss for loss in losses]
    return table


def _line(kind: str, k: int, rows: Sequence[Row], ink: str) -> dict[str, Any]:
    colour = COLOURS.get(k, ink)
    return {
        "type": "scatter",
        "x": [row["meta_step"] for row in rows],
        "y": [row["losses"][_key(kind, k)] for row in rows],
        "mode": "lines+markers",
        "name": formula(kind, k),
        "line": {"color": colour, "width": 3, "dash": "dot" if k == 1 else "solid"},
        "marker": {"symbol": SYMBOLS[k], "size": [9 if i % 5 == 0 else 0.1 for i in range(len(rows))], "opacity": 1},
        "hovertemplate": "%{y:.2f}",
        "cliponaxis": False,
    }


def _names(kind: str, rows: Sequence[Row], meta_steps: int, ink: str) -> list[dict[str, Any]]:
    """What each line is, where it ends, pushed apart so that all can be read."""
    lasts = {k: rows[-1]["losses"][_key(kind, k)] for k in range(1, GRADIENTS + 1)}
    low, high = (math.log10(bound) for bound in RANGE)
    places = {k: high if v is None else min(high, max(low, math.log10(v))) for k, v in lasts.items()}
    apart, below = 0.075 * (high - low), low - 1
    for k in sorted(places, key=lambda k: places[k]):
        places[k] = below = max(places[k], below + apart)
    return [
        {
            "x": 1,
            "xref": "paper",
            "y": place,
            "xanchor": "left",
            "xshift": 6,
            "text": f"<b>{formula(kind, k)}</b> {_value(lasts[k])}",
            "showarrow": False,
            "font": {"color": ink, "size": 12},
        }
        for k, place in places.items()
    ]


def _value(loss: float | None) -> str:
    return say("moves.mix.diverged") if loss is None or loss > DIVERGED else f"{loss:.2f}"


def _empty(ink: str) -> dict[str, Any]:
    place = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    return {**place, "text": say("moves.mix.empty"), "showarrow": False, "font": {"color": ink, "size": 16}}


def _key(kind: str, k: int) -> str:
    """In `demo.lessons.combinations`."""
    return f"{kind if k > 1 else 'last'}{k}"
