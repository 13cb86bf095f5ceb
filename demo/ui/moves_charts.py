"""What each rule's meta-steps do to the loss, before and after adapting: two figures alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from demo.lessons import moves
from demo.lessons.moves import Array, Loops, Plane
from demo.ui.palette import LEARNERS, SYMBOLS
from demo.ui.words import say

META_STEPS = 40


def curves(tasks: Plane, start: Array, loops: Loops) -> tuple[dict[str, Array], dict[str, Array]]:
    """Mean loss over tasks before and after adapting, (META_STEPS + 1,) by rule."""
    paths = {rule: moves.play(rule, tasks, start, loops, META_STEPS) for rule in moves.RULES}
    before = {rule: np.array([moves.loss_before(tasks, theta) for theta in path]) for rule, path in paths.items()}
    after = {rule: np.array([moves.loss_after(tasks, theta, loops) for theta in path]) for rule, path in paths.items()}
    return before, after


def loss_figure(losses: Mapping[str, Array], title: str) -> go.Figure:
    """One line a rule over meta-steps; one that climbs far leaves the picture at its top."""
    start = float(next(iter(losses.values()))[0])
    top = min(3 * start, max(float(values.max()) for values in losses.values()))
    layout = {
        "title": {"text": title, "font": {"size": 16}, "x": 0, "xref": "paper", "y": 0.97},
        "margin": {"l": 0, "r": 8, "t": 40, "b": 0},
        "showlegend": False,
        "hovermode": "x unified",
        "uirevision": "moves",
        "font": {"size": 14},
        "xaxis": {
            "title": {"text": say("moves.axis.meta")},
            "range": [-0.8, META_STEPS + 0.8],
            "dtick": 10,
            "zeroline": False,
            "unifiedhovertitle": {"text": say("moves.hover.meta", step="%{x}")},
        },
        "yaxis": {"title": {"text": say("moves.axis.loss")}, "range": [0, 1.1 * top], "zeroline": False},
    }
    return go.Figure([_line(rule, values) for rule, values in losses.items()], layout)


def _line(rule: str, values: Array) -> dict[str, Any]:
    every = 5
    return {
        "type": "scatter",
        "x": list(range(len(values))),
        "y": values.tolist(),
        "mode": "lines+markers",
        "name": say(f"learner.{rule}"),
        "line": {"color": LEARNERS[rule], "width": 3},
        "marker": {
            "symbol": SYMBOLS[rule],
            "size": [10 if k % every == 0 else 0.1 for k in range(len(values))],
            "opacity": 1,
        },
        "hovertemplate": "%{y:.3f}",
    }
