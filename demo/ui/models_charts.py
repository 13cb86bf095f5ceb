"""The models page's small figures: adapting, training, and how models compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from demo.training.shelf import Figure, Model
from demo.ui.models_words import kind, name
from demo.ui.palette import colour, symbol
from demo.ui.quoted import in_figure
from demo.ui.words import say

_MARGIN = {"l": 0, "r": 8, "t": 8, "b": 0}
_LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0, "font": {"size": 12}}


def adaptation_figure(model: Model) -> go.Figure:
    """Inner steps against the mean probability of the right class, per cent, or the mean squared error."""
    traces: list[dict[str, Any]] = []
    shown = model.figures or (None,)
    for number, figure in enumerate(shown):
        values = model.errors if figure is None else [100 * share for share in figure.curve]
        words = say("models.axis.mse") if figure is None else in_figure(kind(figure.key))
        unit = "%{y:.3g}" if figure is None else "%{y:.1f} %"
        traces.append(
            {
                "type": "scatter",
                "x": np.arange(len(values)),
                "y": values,
                "mode": "lines+markers" if number == 0 else "lines",
                "name": words,
                "showlegend": False,
                "opacity": 1 if number == 0 else 0.55,
                "line": {"color": colour(model.name), "width": 3 if number == 0 else 1.5},
                "hovertemplate": f"{unit}<extra>{words}</extra>",
            }
        )
    if model.figures:
        axis: dict[str, Any] = {"title": {"text": say("models.axis.right")}, "range": [0, 102]}
    else:
        axis = {"title": {"text": say("models.axis.mse")}, "type": "log", "tickformat": "~g"}
    layout = {
        "margin": _MARGIN,
        "hovermode": "closest",
        "xaxis": {"title": {"text": say("models.axis.step")}, "zeroline": False},
        "yaxis": {**axis, "zeroline": False},
    }
    return go.Figure(traces, layout)


def history_figure(model: Model) -> go.Figure:
    """Meta-steps against the training loss and the figure on what was kept for validation."""
    at = [point["meta_step"] for point in model.history]
    share = 1.0 if model.use == "sines" else 100.0
    line = {"type": "scatter", "x": at, "mode": "lines"}
    loss = {
        **line,
        "y": [point["loss"] for point in model.history],
        "name": say("models.history.loss"),
        "yaxis": "y2",
        "line": {"color": colour(model.name), "width": 1.5, "dash": "dash"},
        "hovertemplate": "%{y:.3g}",
    }
    if model.own:
        return _training_figure(loss)
    validation = {
        **line,
        "y": [share * point["validation"] for point in model.history],
        "name": say("models.history.mse" if model.use == "sines" else "models.history.accuracy"),
        "line": {"color": colour(model.name), "width": 3},
        "hovertemplate": "%{y:.3g}",
    }
    traces = [validation, loss]
    layout = {
        "margin": _MARGIN,
        "legend": _LEGEND,
        "hovermode": "x unified",
        "xaxis": {"title": {"text": say("models.axis.meta")}, "zeroline": False},
        "yaxis": {"zeroline": False},
        "yaxis2": {"overlaying": "y", "side": "right", "showgrid": False, "zeroline": False, "tickformat": ".2~g"},
    }
    return go.Figure(traces, layout)


def _training_figure(loss: dict[str, Any]) -> go.Figure:
    """The training loss alone."""
    layout = {
        "margin": _MARGIN,
        "hovermode": "x unified",
        "xaxis": {"title": {"text": say("models.axis.meta")}, "zeroline": False},
        "yaxis": {"title": {"text": say("models.head.loss")}, "zeroline": False},
    }
    return go.Figure([{**loss, "yaxis": "y", "name": say("models.head.loss")}], layout)


def comparison_figure(pairs: Sequence[tuple[Model, Figure]], ink: str) -> go.Figure:
    """Accuracy in per cent with its interval, a row a model, the best on top. ink: the page's text colour."""
    names = [in_figure(name(model)) for model, _ in pairs]
    ci95 = [100 * figure.ci95 for _, figure in pairs]
    trace = {
        "type": "scatter",
        "x": [100 * figure.accuracy for _, figure in pairs],
        "y": names,
        "customdata": ci95,
        "mode": "markers",
        "error_x": {"type": "data", "array": ci95, "color": ink, "thickness": 2, "width": 6},
        "marker": {
            "size": 10,
            "color": [colour(m.name) for m, _ in pairs],
            "symbol": [symbol(m.name) for m, _ in pairs],
        },
        "hovertemplate": "%{x:.1f} ± %{customdata:.1f} %<extra></extra>",
    }
    layout = {
        "margin": _MARGIN,
        "xaxis": {"title": {"text": say("models.axis.accuracy")}, "zeroline": False},
        "yaxis": {"autorange": "reversed", "automargin": True},
    }
    return go.Figure([trace], layout)
