"""The plane of two weights as numbers and as Plotly's figure, and its losses as numbers, for export.

On the page the plane is `moves_plane.js`, in which as many meta-steps are drawn as were taken; here are all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from demo.lessons import moves
from demo.lessons.moves import Array, Loops, Plane
from demo.ui.moves_charts import META_STEPS
from demo.ui.moves_plane import rings
from demo.ui.palette import LEARNERS, SYMBOLS
from demo.ui.words import many, say

WEIGHTS = ("θ₁", "θ₂")


def plane_table(tasks: Plane, start: Array, loops: Loops) -> dict[str, Any]:
    """Both weights of each rule by meta-step, and the tasks' optima."""
    table: dict[str, Any] = {say("moves.axis.meta"): range(META_STEPS + 1)}
    for rule, path in _paths(tasks, start, loops).items():
        for axis, weight in enumerate(WEIGHTS):
            table[say("export.column", whose=say(f"learner.{rule}"), column=weight)] = path[:, axis]
    for axis, weight in enumerate(WEIGHTS):
        table[say("export.column", whose=say("moves.optima"), column=weight)] = tasks.optima[:, axis]
    return table


def plane_figure(tasks: Plane, start: Array, loops: Loops, ink: str) -> go.Figure:
    """The tasks' contours and optima, and every rule's way. ink: the page's text colour."""
    faint = {"type": "scatter", "mode": "lines", "line": {"color": ink, "width": 1}, "opacity": 0.3}
    contours = [
        {**faint, "x": x, "y": y, "hoverinfo": "skip", "showlegend": False}
        for optimum, curvature in zip(tasks.optima, tasks.curvatures, strict=True)
        for x, y in (_ellipse(optimum, ring) for ring in rings(curvature))
    ]
    optima = {
        "type": "scatter",
        "x": tasks.optima[:, 0],
        "y": tasks.optima[:, 1],
        "mode": "markers+text",
        "text": [str(i + 1) for i in range(len(tasks.optima))],
        "textposition": "top right",
        "marker": {"color": ink, "size": 9, "symbol": "circle-open"},
        "name": say("moves.optima"),
        "hovertemplate": "%{x:.2f}, %{y:.2f}",
    }
    ways = [
        {
            "type": "scatter",
            "x": path[:, 0],
            "y": path[:, 1],
            "mode": "lines+markers",
            "name": say(f"learner.{rule}"),
            "line": {"color": LEARNERS[rule], "width": 3},
            "marker": {"symbol": SYMBOLS[rule], "size": 8},
            "text": [str(k) for k in range(len(path))],
            "hovertemplate": say("moves.hover.meta", step="%{text}") + ": %{x:.3f}, %{y:.3f}",
        }
        for rule, path in _paths(tasks, start, loops).items()
    ]
    # A rule that diverges leaves the picture.
    seen = np.vstack([tasks.optima, start[None]])
    ends = [[float(v) for v in (seen[:, axis].min() - 1, seen[:, axis].max() + 1)] for axis in (0, 1)]
    layout = {
        "hovermode": "closest",
        "xaxis": {"title": {"text": WEIGHTS[0]}, "range": ends[0], "zeroline": False},
        "yaxis": {"title": {"text": WEIGHTS[1]}, "range": ends[1], "zeroline": False, "scaleanchor": "x"},
    }
    return go.Figure([*contours, optima, *ways], layout)


def loss_table(before: Mapping[str, Array], after: Mapping[str, Array], steps: int) -> dict[str, Any]:
    """Mean loss over tasks by meta-step and rule, before adapting and after so many inner steps."""
    table: dict[str, Any] = {say("moves.axis.meta"): range(META_STEPS + 1)}
    for title, losses in ((say("moves.before"), before), (many("moves.after", steps), after)):
        for rule, values in losses.items():
            table[say("export.column", whose=title, column=say(f"learner.{rule}"))] = values
    return table


def _paths(tasks: Plane, start: Array, loops: Loops) -> dict[str, Array]:
    """(META_STEPS + 1, 2) by rule."""
    return {rule: moves.play(rule, tasks, start, loops, META_STEPS) for rule in moves.RULES}


def _ellipse(centre: Array, ring: Mapping[str, float]) -> tuple[Array, Array]:
    turn, angle = np.linspace(0, 2 * np.pi, 61), np.radians(ring["angle"])
    along, across = ring["rx"] * np.cos(turn), ring["ry"] * np.sin(turn)
    return (
        centre[0] + along * np.cos(angle) - across * np.sin(angle),
        centre[1] + along * np.sin(angle) + across * np.cos(angle),
    )
