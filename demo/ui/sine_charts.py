"""The sine page's two figures. A learner has one colour in both, safe for colour-blind eyes (Okabe and Ito)."""

from __future__ import annotations

from collections.abc import Sequence

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

LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0, "itemwidth": 30}


def fit_figure(question: Question, run: Run | None, step: int, ink: str) -> go.Figure:
    """True curve, points, and the run's curves up to `step`, or up to where it diverged if that is earlier.

    ink: the page's text colour. Without a run the sine and its points stand alone.
    """
    figure = go.Figure()
    _line(figure, question.truth(), "true curve", {"color": ink, "width": 2.5, "dash": "dash"})
    if run is not None and run.last >= 0:
        _adaptation(figure, run, min(step, run.last))
    x, y = question.support()
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        name="points",
        marker={"color": ink, "size": 9, "line": {"color": "white", "width": 1}},
        hovertemplate="x %{x:.2f}, y %{y:.2f}<extra>point</extra>",
    )
    reach = max(REACH, 1.05 * float(np.abs(y).max()))
    figure.update_layout(**_layout(400), hovermode="closest")
    figure.update_xaxes(title="x", range=[GRID[0], GRID[-1]], zeroline=False)
    figure.update_yaxes(title="y", range=[-reach, reach], zeroline=True)
    return figure


def _adaptation(figure: go.Figure, run: Run, step: int) -> None:
    """Start, end, and between them the steps, the more solid the later."""
    colour, title = COLOURS[run.name], ENTRIES[run.name].title
    for k in range(1, step):
        _line(
            figure,
            run.curves[k],
            f"step {k}" if step > 2 and k > 1 else "steps between",
            {"color": colour, "width": 1},
            opacity=0.12 + 0.4 * k / step,
            legendgroup="between",
            showlegend=k == 1,
            hovertemplate=f"x %{{x:.1f}}, y %{{y:.2f}}<extra>step {k}</extra>",
        )
    _line(figure, run.curves[0], "before", {"color": colour, "width": 2, "dash": "dot"})
    if step > 0:
        _line(figure, run.curves[step], f"{title}, {plural(step)}", {"color": colour, "width": 3})


def error_figure(runs: Sequence[Run], chosen: str, step: int, ink: str) -> go.Figure:
    """Mean squared error at every step for all runs, on a logarithmic axis, the step in view marked.

    A run that diverges ends at its last sound step, in a cross.
    """
    figure = go.Figure()
    for run in runs:
        steps, errors = np.arange(run.last + 1), run.errors[: run.last + 1]
        colour, symbol = COLOURS[run.name], SYMBOLS[run.name]
        broken = run.diverged is not None
        figure.add_scatter(
            x=steps,
            y=errors,
            mode="lines+markers",
            name=ENTRIES[run.name].title + (" (diverges)" if broken else ""),
            line={"color": colour, "width": 3 if run.name == chosen else 1.5},
            marker={
                "color": colour,
                "symbol": [symbol] * (len(steps) - broken) + ["x"] * broken,
                "size": [5] * (len(steps) - broken) + [12] * broken,
            },
            hovertemplate="%{y:.3g}",
        )
    figure.add_vline(x=step, line={"color": ink, "width": 1, "dash": "dot"})
    figure.update_layout(**_layout(330), hovermode="x unified")
    longest = max((len(run.errors) for run in runs), default=1) - 1
    figure.update_xaxes(title="inner step", range=[-0.5, longest + 0.5], hoverformat="d", zeroline=False)
    figure.update_yaxes(title="mean squared error", type="log", range=_decades(runs), dtick=1, exponentformat="power")
    return figure


def plural(steps: int) -> str:
    return f"{steps} step" if steps == 1 else f"{steps} steps"


def _decades(runs: Sequence[Run]) -> list[float]:
    """Whole powers of ten around all sound errors, so that the axis rests while a slider moves."""
    sound = np.concatenate([run.errors[: run.last + 1] for run in runs] or [np.ones(1)])
    sound = sound[sound > 0]
    if not sound.size:
        return [-1.0, 1.0]
    return [float(np.floor(np.log10(sound.min()))), float(np.ceil(np.log10(sound.max()) + 1e-9))]


def _line(figure: go.Figure, y: Values, name: str, line: dict, **rest: object) -> None:
    hover = f"x %{{x:.1f}}, y %{{y:.2f}}<extra>{name}</extra>"
    figure.add_scatter(x=GRID, y=y, mode="lines", name=name, line=line, **{"hovertemplate": hover, **rest})


def _layout(height: int) -> dict:
    return {"height": height, "margin": {"l": 0, "r": 8, "t": 8, "b": 0}, "legend": LEGEND, "uirevision": "sine"}
