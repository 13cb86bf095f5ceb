"""The sine page's two figures. A learner has one colour in both, safe for colour-blind eyes (Okabe and Ito).

Figures are built from plain dictionaries in one go: trace by trace, Plotly's checks cost more than adapting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from demo.learners import ENTRIES
from demo.ui.sine_view import GRID, Question, Run, Values

COLOURS = {
    "sine-maml": "#D55E00",
    "sine-reptile": "#0072B2",
    "sine-pretrained": "#009E73",
    "sine-random": "#CC79A7",
}
SYMBOLS = {"sine-maml": "circle", "sine-reptile": "square", "sine-pretrained": "diamond", "sine-random": "triangle-up"}

REACH = 6.0
"""The value axis ends here, fixed, so that a larger amplitude looks larger."""

BETWEEN = 4
"""Curves at most between the first and the last: more would only be a haze, and a slow one while a slider moves."""

Trace = dict[str, Any]  # of Plotly, not of a learner


def fit_figure(question: Question, run: Run | None, step: int, ink: str) -> go.Figure:
    """True curve, points, and the run's curves up to `step`, or up to where it diverged if that is earlier.

    ink: the page's text colour. Without a run the sine and its points stand alone.
    """
    traces = [] if run is None else _adaptation(run, min(step, run.last))
    x, y = question.support()
    traces += [  # on top: dashes over a thick line show where both agree
        _curve(question.truth(), "true curve", {"color": ink, "width": 2, "dash": "dash"}, legendrank=1),
        {
            "type": "scatter",
            "x": x,
            "y": y,
            "mode": "markers",
            "name": "points",
            "legendrank": 2,
            "marker": {"color": ink, "size": 9},
            "hovertemplate": "x %{x:.2f}, y %{y:.2f}<extra>point</extra>",
        },
    ]
    reach = max(REACH, 1.05 * float(np.abs(y).max()))
    layout = {
        **_layout(),
        "hovermode": "closest",
        "xaxis": {"range": [GRID[0], GRID[-1]], "dtick": 1, "zeroline": False},
        "yaxis": {"range": [-reach, reach], "dtick": 2},
    }
    return go.Figure(traces, layout)


def _adaptation(run: Run, step: int) -> list[Trace]:
    """Start, end, and some steps between, the more solid the later. Nothing if not even the start is sound."""
    if step < 0:
        return []
    colour = COLOURS[run.name]
    between = [
        _curve(
            run.curves[k],
            f"step {k}",
            {"color": colour, "width": 1},
            opacity=0.25 + 0.4 * k / step,
            legendgroup="between",
            legendrank=4,
            showlegend=False,
        )
        for k in sorted({round(step * part / (BETWEEN + 1)) for part in range(1, BETWEEN + 1)} - {0, step})
    ]
    if between:  # one legend entry for all: the last, as the first is too faint to be seen there
        between[-1] |= {"name": "steps between", "showlegend": True}
    start = _curve(run.curves[0], "before", {"color": colour, "width": 2, "dash": "dot"}, legendrank=3)
    if step == 0:
        return [start]
    end = _curve(run.curves[step], f"after {plural(step)}", {"color": colour, "width": 4}, legendrank=5)
    return [*between, start, end]


def _curve(y: Values, name: str, line: Trace, **rest: Any) -> Trace:
    hover = f"x %{{x:.1f}}, y %{{y:.2f}}<extra>{name}</extra>"
    base = {"type": "scatter", "x": GRID, "y": y, "mode": "lines", "name": name, "line": line, "hovertemplate": hover}
    return {**base, **rest}


def error_figure(runs: Sequence[Run], chosen: str, step: int, ink: str) -> go.Figure:
    """Mean squared error at every step for all runs, on a logarithmic axis, the step in view marked.

    A run that diverges ends at its last sound step, in a cross.
    """
    longest = max((len(run.errors) for run in runs), default=1) - 1
    low, high = _decades(runs)
    mark = {"type": "line", "x0": step, "x1": step, "y0": 0, "y1": 1, "yref": "paper"}
    layout = {
        **_layout(),
        "hovermode": "x unified",
        "shapes": [{**mark, "line": {"color": ink, "width": 1, "dash": "dot"}}],
        "xaxis": {
            "title": {"text": "inner step"},
            "range": [-0.5, longest + 0.5],
            "dtick": 4,
            "zeroline": False,
            "unifiedhovertitle": {"text": "step %{x}"},
        },
        "yaxis": {
            "title": {"text": "mean squared error"},
            "type": "log",
            "range": [low - 0.05, high + 0.05],
            "dtick": 1 if high - low > 3 else "D2",  # a few decades leave room for 2 and 5 between
            "tickformat": "~g",
        },
    }
    return go.Figure([_errors(run, run.name == chosen) for run in runs], layout)


def _errors(run: Run, chosen: bool) -> Trace:
    sound, broken = run.last + 1, run.diverged is not None
    colour = COLOURS[run.name]
    return {
        "type": "scatter",
        "x": np.arange(sound),
        "y": run.errors[:sound],
        "mode": "lines+markers",
        "name": ENTRIES[run.name].title,
        "line": {"color": colour, "width": 3 if chosen else 1.5},
        "marker": {
            "symbol": [SYMBOLS[run.name]] * (sound - broken) + ["x"] * broken,
            "size": [6] * (sound - broken) + [13] * broken,
        },
        "hovertemplate": "%{y:.3g}",
    }


def _decades(runs: Sequence[Run]) -> tuple[float, float]:
    """Whole powers of ten around all sound errors, so that the axis rests while a slider moves."""
    sound = np.concatenate([run.errors[: run.last + 1] for run in runs] or [np.ones(1)])
    exponents = np.log10(sound[sound > 0])
    if not exponents.size:
        return -1.0, 1.0
    return float(np.floor(exponents.min())), float(np.floor(exponents.max()) + 1)


def plural(steps: int) -> str:
    return f"{steps} step" if steps == 1 else f"{steps} steps"


def _layout() -> dict[str, Any]:
    """The legend lies above the plot, where it can cover no curve."""
    legend = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0, "font": {"size": 12}}
    return {"margin": {"l": 0, "r": 8, "t": 8, "b": 0}, "legend": legend, "uirevision": "sine"}
