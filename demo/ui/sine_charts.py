"""The sine page's two figures. A learner has one colour in both, and everywhere else (`palette`).

Figures are built from plain dictionaries in one go: trace by trace, Plotly's checks cost more than adapting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from demo.ui.palette import LEARNERS, SYMBOLS
from demo.ui.sine_view import GRID, Question, Run, Values
from demo.ui.words import many, say

REACH = 6.0
"""The value axis ends here, fixed, so that a larger amplitude looks larger."""

BETWEEN = 4
"""Curves at most between the first and the last: more would only be a haze."""

LINES: dict[str, dict[str, Any]] = {
    "truth": {"width": 2, "dash": "dash"},
    "before": {"width": 2, "dash": "dot"},
    "between": {"width": 1.5},
    "after": {"width": 4},
}
"""Plotly's, by kind of curve; fit.css has the same for the page."""

RANKS = ["truth", "points", "before", "between", "after"]
"""Kinds of curves as legends and tables name them, one after another; fit.js does the same."""

Table = dict[str, Iterable[float]]
Trace = dict[str, Any]  # of Plotly, not of a learner


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve of the fit: its kind (a key of LINES), its name, its values over GRID (Q,), its opacity."""

    kind: str
    name: str
    y: Values
    opacity: float = 1.0


def colour(name: str) -> str:
    return LEARNERS[rule(name)]


def rule(name: str) -> str:
    """The rule's name, by which colours and symbols go."""
    return name.removeprefix("sine-")


def curves(question: Question, run: Run | None, step: int, tongue: str | None = None) -> list[Curve]:
    """What the fit shows, from the back to the front: dashes over a thick line show where both agree.

    The run's curves go up to `step`, or up to where it diverged if that is earlier: steps between, the more
    solid the later, start, end. Nothing of a run if not even its start is sound. Last the true curve.
    """
    last = -1 if run is None else min(step, run.last)
    found = []
    if run is not None and last >= 0:
        parts = {round(last * part / (BETWEEN + 1)) for part in range(1, BETWEEN + 1)} - {0, last}
        for k in sorted(parts):
            name = say("sine.curve.step", tongue, count=k)
            found.append(Curve("between", name, run.curves[k], 0.25 + 0.4 * k / last))
        found.append(Curve("before", say("sine.curve.before", tongue), run.curves[0]))
        if last > 0:
            found.append(Curve("after", many("sine.curve.after", last, tongue), run.curves[last]))
    return [*found, Curve("truth", say("sine.curve.truth", tongue), question.truth())]


def reach(question: Question) -> float:
    """Where the fit's value axis ends: at REACH, or far enough for every point."""
    return max(REACH, 1.05 * float(np.abs(question.support()[1]).max()))


def fit_figure(question: Question, run: Run | None, step: int, ink: str, tongue: str | None = None) -> go.Figure:
    """The fit as Plotly shows it, for export; on the page it is `demo.ui.fit`, which follows a hand.

    ink: the page's text colour. Without a run the sine and its points stand alone.
    """
    x, y = question.support()
    points: Trace = {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "markers",
        "name": say("sine.curve.points", tongue),
        "marker": {"color": ink, "size": 9},
        "legendrank": RANKS.index("points"),
        "hovertemplate": f"x %{{x:.2f}}, y %{{y:.2f}}<extra>{say('sine.curve.points', tongue)}</extra>",
    }
    ends = reach(question)
    layout: Trace = {
        **_layout(),
        "hovermode": "closest",
        "xaxis": {**_axis(say("sine.fit.x", tongue), ink), "range": [GRID[0], GRID[-1]], "dtick": 1},
        "yaxis": {**_axis(say("sine.fit.y", tongue), ink), "range": [-ends, ends], "dtick": 2},
    }
    drawn = curves(question, run, step, tongue)
    return go.Figure([*(_curve(one, run, ink) for one in drawn), points], layout)


def _curve(curve: Curve, run: Run | None, ink: str) -> Trace:
    stroke = ink if run is None or curve.kind == "truth" else colour(run.name)
    return {
        "type": "scatter",
        "x": GRID,
        "y": curve.y,
        "mode": "lines",
        "name": curve.name,
        "opacity": curve.opacity,
        "legendrank": RANKS.index(curve.kind),
        "line": {**LINES[curve.kind], "color": stroke},
        "hovertemplate": f"x %{{x:.1f}}, y %{{y:.2f}}<extra>{curve.name}</extra>",
    }


def fit_table(question: Question, run: Run | None, step: int) -> Table:
    """The fit's numbers by column; the points' columns are shorter."""
    x, y = question.support()
    drawn = {curve.name: curve.y for curve in sorted(curves(question, run, step), key=lambda c: RANKS.index(c.kind))}
    name = say("sine.curve.points")
    return {"x": GRID, **drawn, f"{name} x": x, f"{name} y": y}


def error_figure(runs: Sequence[Run], chosen: str, step: int, ink: str) -> go.Figure:
    """Mean squared error at every step for all runs, on a logarithmic axis, the step in view marked.

    A run that diverges ends at its last sound step, in a cross.
    """
    longest = max((len(run.errors) for run in runs), default=1) - 1
    low, high = _decades(runs)
    mark: Trace = {"type": "line", "x0": step, "x1": step, "y0": 0, "y1": 1, "yref": "paper"}
    layout: Trace = {
        **_layout(),
        "hovermode": "x unified",
        "shapes": [{**mark, "line": {"color": ink, "width": 1, "dash": "dot"}}],
        "xaxis": {
            **_axis(say("sine.errors.step"), ink),
            "range": [-0.5, longest + 0.5],
            "dtick": 4,
            "unifiedhovertitle": {"text": say("sine.errors.hover")},
        },
        "yaxis": {
            **_axis(say("sine.errors.error"), ink),
            "type": "log",
            "range": [low - 0.05, high + 0.05],
            "dtick": 1 if high - low > 3 else "D2",  # a few decades leave room for 2 and 5 between
            "tickformat": "~g",
        },
    }
    return go.Figure([_errors(run, run.name == chosen) for run in runs], layout)


def _errors(run: Run, chosen: bool) -> Trace:
    sound, broken = run.last + 1, run.diverged is not None
    return {
        "type": "scatter",
        "x": np.arange(sound),
        "y": run.errors[:sound],
        "mode": "lines+markers",
        "name": say(f"learner.{run.name}"),
        "line": {"color": colour(run.name), "width": 4 if chosen else 2},
        "marker": {
            "symbol": [SYMBOLS[rule(run.name)]] * (sound - broken) + ["x"] * broken,
            "size": [7] * (sound - broken) + [13] * broken,
        },
        "hovertemplate": "%{y:.3g}",
    }


def error_table(runs: Sequence[Run]) -> Table:
    """The errors by learner; columns end where a run diverged."""
    longest = max((len(run.errors) for run in runs), default=0)
    return {
        say("sine.errors.step"): range(longest),
        **{say(f"learner.{run.name}"): run.errors[: run.last + 1] for run in runs},
    }


def _decades(runs: Sequence[Run]) -> tuple[float, float]:
    """Whole powers of ten around all sound errors, so that the axis rests while a slider moves."""
    sound = np.concatenate([run.errors[: run.last + 1] for run in runs] or [np.ones(1)])
    exponents = np.log10(sound[sound > 0])
    if not exponents.size:
        return -1.0, 1.0
    return float(np.floor(exponents.min())), float(np.floor(exponents.max()) + 1)


def _layout() -> dict[str, Any]:
    """The legend lies above the plot, where it can cover no curve."""
    legend = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0, "font": {"size": 14}}
    return {"margin": {"l": 0, "r": 8, "t": 8, "b": 0}, "legend": legend, "uirevision": "sine"}


def _axis(title: str, ink: str) -> Trace:
    """In the text's colour and size: Streamlit's own grey is too faint for the back row."""
    font = {"color": ink, "size": 14}
    return {"title": {"text": title, "font": font}, "tickfont": font, "zeroline": False}
