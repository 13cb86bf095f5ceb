"""A run that is watched as numbers and as Plotly's figures, for export. On the page it is `watch.js`."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from demo.lessons.look import GRID, LEARNERS, STEPS, TASKS
from demo.lessons.runs import Seen
from demo.ui.palette import LEARNERS as COLOURS
from demo.ui.palette import SYMBOLS
from demo.ui.words import many, say


def watch_table(seen: Seen) -> dict[str, list[Any]]:
    """Mean squared error of each learner, a row for every meta-step that was looked at and every inner step."""
    looks = seen.looks
    table: dict[str, list[Any]] = {
        say("watch.table.meta"): [look.meta_step for look in looks for _ in range(STEPS + 1)],
        say("watch.table.step"): [step for _ in looks for step in range(STEPS + 1)],
    }
    for i, name in enumerate(LEARNERS):
        errors = np.array([look.errors[i] for look in looks], dtype=np.float64).ravel()
        table[say(f"learner.{name}")] = [float(e) if np.isfinite(e) else "" for e in errors]
    return table


def watch_figures(seen: Seen, step: int, sine: int, ink: str) -> list[go.Figure]:
    """Each learner on one held-out sine (1 ... SHOWN), and errors by inner step and by meta-step; as last looked at.

    step: inner steps taken, 0 ... STEPS. ink: the page's text colour. Nothing before the first look.
    """
    if not seen.looks:
        return [go.Figure()]
    after = many("watch.after", step)
    now, times = seen.looks[-1], [look.meta_step for look in seen.looks]
    panels = [_panel(seen, i, step, sine - 1, ink) for i in range(len(LEARNERS))]
    inner = [_line(i, list(range(STEPS + 1)), now.errors[i]) for i in range(len(LEARNERS))]
    outer = [_line(i, times, np.array([look.errors[i, step] for look in seen.looks])) for i in range(len(LEARNERS))]
    return [
        *panels,
        _errors(inner, say("watch.view.inner"), say("watch.table.step")),
        _errors(outer, say("watch.view.outer", after=after), say("watch.table.meta")),
    ]


def _panel(seen: Seen, i: int, step: int, sine: int, ink: str) -> go.Figure:
    look, colour = seen.looks[-1], _colour(i)
    points = look.points[sine]
    curves = [
        (say("watch.view.start"), look.curves[i, 0, sine], {"color": colour, "width": 2, "dash": "dot"}),
        (many("watch.after", step), look.curves[i, step, sine], {"color": colour, "width": 4}),
        (say("watch.view.truth"), look.truth[sine], {"color": ink, "width": 2, "dash": "dash"}),
    ]
    traces = [
        *(
            {"type": "scatter", "x": GRID, "y": y, "mode": "lines", "name": name, "line": line}
            for name, y, line in curves
        ),
        {
            "type": "scatter",
            "x": points[:, 0],
            "y": points[:, 1],
            "mode": "markers",
            "name": say("watch.view.points"),
            "marker": {"color": ink, "size": 8},
        },
    ]
    layout = {
        "title": {"text": say(f"learner.{LEARNERS[i]}")},
        "legend": {"orientation": "h"},
        "yaxis": {"range": [-6, 6], "zeroline": False},
        "xaxis": {"zeroline": False},
    }
    return go.Figure(traces, layout)


def _line(i: int, x: list[int], y: np.ndarray[Any, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines+markers",
        "name": say(f"learner.{LEARNERS[i]}"),
        "line": {"color": _colour(i), "width": 3},
        "marker": {"symbol": SYMBOLS[LEARNERS[i].removeprefix("sine-")], "size": 7},
        "hovertemplate": "%{y:.3f}",
    }


def _errors(lines: list[dict[str, Any]], title: str, axis: str) -> go.Figure:
    layout = {
        "title": {"text": title},
        "hovermode": "x unified",
        "xaxis": {"title": {"text": axis}, "zeroline": False},
        "yaxis": {"title": {"text": say("watch.table.error", tasks=TASKS)}, "type": "log", "tickformat": "~g"},
    }
    return go.Figure(lines, layout)


def _colour(i: int) -> str:
    return COLOURS[LEARNERS[i].removeprefix("sine-")]
