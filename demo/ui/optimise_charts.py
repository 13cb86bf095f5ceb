"""Three optimisers beside each other: what is left of the loss, step by step, and the curves they bend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from demo.lessons.optimising import NAMES, Array, Fit, places
from demo.ui.palette import CLASSES
from demo.ui.words import say

STYLES: dict[str, dict[str, Any]] = {
    "learnt": {"color": CLASSES[0], "width": 4},
    "adam": {"color": CLASSES[1], "width": 2.5, "dash": "dash"},
    "sgd": {"color": CLASSES[2], "width": 2.5, "dash": "dot"},
}
REACH = 6.0  # of the fit's value axis

Table = dict[str, Iterable[float]]


def mean_figure(losses: Mapping[str, Array], ink: str) -> go.Figure:
    """The mean over problems (S + 1, P) at every step, with its 95 % confidence interval as a band."""
    traces: list[dict[str, Any]] = []
    means = {}
    for name in NAMES:
        means[name], half = mean_and_half(losses[name])
        traces += [*_band(means[name] - half, means[name] + half, STYLES[name]["color"]), _line(name, means[name])]
    return go.Figure(traces, _layout("optimise.mean", ink, means))


def one_figure(losses: Mapping[str, Array], ink: str) -> go.Figure:
    """The first of the problems alone."""
    traces = [_line(name, losses[name][:, 0]) for name in NAMES]
    return go.Figure(traces, _layout("optimise.one", ink, {name: losses[name][:, :1] for name in NAMES}))


def error_figure(fits: Mapping[str, Fit], step: int, ink: str) -> go.Figure:
    """The error on the whole curve at every step, the step in view marked."""
    layout = _layout("optimise.errors", ink, {name: fits[name].errors for name in NAMES})
    mark = {"type": "line", "x0": step, "x1": step, "yref": "paper", "y0": 0, "y1": 1}
    layout["shapes"] = [{**mark, "line": {"color": ink, "width": 1.5, "dash": "dot"}}]
    return go.Figure([_line(name, fits[name].errors) for name in NAMES], layout)


def curve_figure(fits: Mapping[str, Fit], truth: Array, step: int, ink: str) -> go.Figure:
    """The sine, and what each optimiser has made of the network by a step."""
    x = places()

    def line(name: str, y: Array, style: dict[str, Any]) -> dict[str, Any]:
        made = {
            "type": "scatter",
            "mode": "lines",
            "x": x.tolist(),
            "y": y.tolist(),
            "line": style,
            "name": say(f"optimise.{name}"),
        }
        return {**made, "hovertemplate": "x %{x:.1f}, y %{y:.2f}"}

    sine = line("truth", truth, {"color": ink, "width": 2})
    traces = [line(name, fits[name].curves[step], STYLES[name]) for name in NAMES]
    layout = _layout("optimise.curve", ink)
    layout["xaxis"] = {"title": {"text": "x"}, "range": [x[0], x[-1]], "zeroline": False}
    layout["yaxis"] = {"title": {"text": "y"}, "range": [-REACH, REACH], "zeroline": False}
    return go.Figure([sine, *traces], layout)


def loss_table(losses: Mapping[str, Array]) -> Table:
    """By step each optimiser's mean loss with its interval, and its loss on the first problem."""
    table: Table = {say("optimise.step"): range(len(losses[NAMES[0]]))}
    for name in NAMES:
        mean, half = mean_and_half(losses[name])
        column = _column(name, say("optimise.mean.title"))
        table |= {column: mean, say("export.interval", column=column): half}
        table |= {_column(name, say("optimise.one.title")): losses[name][:, 0]}
    return table


def fit_table(fits: Mapping[str, Fit], truth: Array, step: int) -> Table:
    """The errors by step, and the curves at the step in view."""
    table: Table = {say("optimise.step"): range(len(fits[NAMES[0]].errors))}
    table |= {_column(name, say("optimise.errors.title")): fits[name].errors for name in NAMES}
    table |= {"x": places(), say("optimise.truth"): truth}
    table |= {_column(name, say("optimise.after", step=step)): fits[name].curves[step] for name in NAMES}
    return table


def _column(name: str, what: str) -> str:
    return say("export.column", whose=say(f"optimise.{name}"), column=what)


def mean_and_half(losses: Array) -> tuple[Array, Array]:
    """Over problems: the mean (S + 1,) and half its 95 % confidence interval."""
    return losses.mean(axis=1), 1.96 * losses.std(axis=1, ddof=1) / np.sqrt(losses.shape[1])


def _line(name: str, y: Array) -> dict[str, Any]:
    line = {"type": "scatter", "mode": "lines", "x": list(range(len(y))), "y": y.tolist(), "line": STYLES[name]}
    return {**line, "name": say(f"optimise.{name}"), "hovertemplate": "%{y:.3g}"}


def _band(low: Array, high: Array, colour: str) -> list[dict[str, Any]]:
    """Two lines that are not seen, and what is between; on a logarithmic axis nothing is below 0."""
    base: dict[str, Any] = {"type": "scatter", "x": list(range(len(low))), "mode": "lines", "line": {"width": 0}}
    base |= {"showlegend": False, "hoverinfo": "skip"}
    clear = f"rgba({', '.join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))}, 0.2)"
    return [
        {**base, "y": np.maximum(low, 1e-6).tolist()},
        {**base, "y": high.tolist(), "fill": "tonexty", "fillcolor": clear},
    ]


def _layout(key: str, ink: str, losses: Mapping[str, Array] | None = None) -> dict[str, Any]:
    """With a logarithmic axis of whole decades around the losses, if there are any."""
    font = {"color": ink, "size": 14}
    layout: dict[str, Any] = {
        "title": {"text": say(f"{key}.title"), "font": {"size": 16}, "x": 0, "xref": "paper", "y": 0.98},
        "margin": {"l": 0, "r": 8, "t": 84 if key == "optimise.curve" else 64, "b": 0},  # a legend of two rows
        "legend": {
            "orientation": "h",
            "traceorder": "normal",
            "yanchor": "bottom",
            "y": 1.0,
            "xanchor": "left",
            "x": 0,
            "font": {"size": 14},
        },
        "hovermode": "x unified" if losses is not None else "closest",
        "uirevision": key,
        "font": {"size": 14},
    }
    if losses is not None:
        values = np.concatenate([np.ravel(each) for each in losses.values()])
        sound = values[np.isfinite(values) & (values > 0)]
        ends = [np.log10(np.percentile(sound, share)) for share in (0.5, 99.5)]
        last = max(len(each) for each in losses.values()) - 1
        axis = {"title": {"text": say("optimise.step"), "font": font}, "zeroline": False}
        layout["xaxis"] = {**axis, "range": [0, 1.01 * last], "dtick": 20}
        layout["yaxis"] = {
            "title": {"text": say(f"{key}.axis"), "font": font},
            "type": "log",
            "range": [float(np.floor(ends[0] * 2) / 2), float(np.ceil(ends[1] * 2) / 2)],
            "dtick": 1,
            "tickformat": "~g",
            "zeroline": False,
        }
    return layout
