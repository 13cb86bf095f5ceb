"""The tasks page's figures: probabilities of one task, its inner loop, and accuracy against N or K."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from demo.learners import CLASSIFIERS
from demo.lessons.tasks import SHOTS, Answer, Measured, Question, Size, curve
from demo.tasks.making import LETTERS, MOST
from demo.ui import palette
from demo.ui.words import say

_MARGIN = {"l": 0, "r": 8, "t": 8, "b": 0}
_LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0, "font": {"size": 12}}


def size_figure(scores: Mapping[Question, Measured], question: Question, size: Size, ink: str) -> go.Figure:
    """Accuracy in per cent with its 95 % confidence interval against N ("ways") or K ("shots").

    Every learner of which two points or more are known has a curve; a dotted line says what guessing gives.
    """
    traces = []
    for name in (entry.name for entry in CLASSIFIERS):
        points = curve(scores, question, size, name)
        if points:
            traces.append(_curve(name, points, name == question.learner))
    places = np.arange(2, MOST + 1) if size == "ways" else np.array(SHOTS)
    chance = 100 / places if size == "ways" else np.full(len(places), 100 / question.ways)
    guess = say("tasks.guessing")
    traces.append(
        {
            "type": "scatter",
            "x": places,
            "y": chance,
            "mode": "lines",
            "name": guess,
            "line": {"color": ink, "width": 1.5, "dash": "dot"},
            "hovertemplate": f"%{{y:.1f}} %<extra>{guess}</extra>",
        }
    )
    axis = {"title": {"text": say("tasks.axis.ways" if size == "ways" else "tasks.axis.shots")}, "zeroline": False}
    if size == "ways":
        axis |= {"tickvals": [2, 3, 5, 8, 12, 16, 20], "range": [1.2, MOST + 0.8]}
    else:
        axis |= {"dtick": 1, "range": [0.7, SHOTS[-1] + 0.3]}
    layout = {
        "margin": _MARGIN,
        "legend": _LEGEND,
        "hovermode": "closest",
        "xaxis": axis,
        "yaxis": {"title": {"text": say("tasks.axis.accuracy")}, "range": [0, 102], "dtick": 20, "zeroline": False},
        "uirevision": size,
    }
    return go.Figure(traces, layout)


def _curve(learner: str, points: list[tuple[int, Measured]], chosen: bool) -> dict[str, Any]:
    name, colour = say(f"learner.{learner}"), palette.colour(learner)
    ci95 = [100 * score.ci95 for _, score in points]
    return {
        "type": "scatter",
        "x": [place for place, _ in points],
        "y": [100 * score.accuracy for _, score in points],
        "error_y": {"type": "data", "array": ci95, "color": colour, "thickness": 2, "width": 6},
        "customdata": ci95,
        "mode": "lines+markers",
        "name": name,
        "line": {"color": colour, "width": 3 if chosen else 1.5},
        "marker": {"symbol": palette.symbol(learner), "size": 8 if chosen else 6},
        "hovertemplate": f"%{{y:.1f}} ± %{{customdata:.1f}} %<extra>{name}</extra>",
    }


def table_figure(answer: Answer, ink: str) -> go.Figure:
    """Probabilities of the classes (columns) for each query (rows) after the last step; the diagonal is right."""
    share = 100 * answer.probabilities[-1]
    letters = list(LETTERS[: len(share)])
    few = len(share) <= 10
    heat = {
        "type": "heatmap",
        "x": letters,
        "y": letters,
        "z": share,
        "zmin": 0,
        "zmax": 100,
        "colorscale": [[0, "rgba(0,114,178,0.04)"], [1, "#0072B2"]],
        "xgap": 2,
        "ygap": 2,
        "texttemplate": "%{z:.0f}" if few else "",
        "showscale": not few,
        "hovertemplate": say("tasks.hover.query") + "<extra></extra>",
    }
    told = answer.told
    marks = {  # where the likeliest class is the wrong one
        "type": "scatter",
        "x": [letters[told[n]] for n in range(len(told)) if told[n] != n],
        "y": [letters[n] for n in range(len(told)) if told[n] != n],
        "mode": "markers",
        "marker": {"symbol": "square-open", "size": 30 if few else 14, "color": "#D55E00", "line": {"width": 3}},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    layout = {
        "margin": _MARGIN,
        "xaxis": {"title": {"text": say("tasks.axis.class")}, "side": "top", "showgrid": False},
        "yaxis": {"title": {"text": say("tasks.axis.query")}, "autorange": "reversed", "showgrid": False},
        "font": {"color": ink},
    }
    return go.Figure([heat, marks], layout)


def steps_figure(answer: Answer, learner: str) -> go.Figure:
    """The mean probability of the right class, and the support loss, after every inner step."""
    steps = np.arange(len(answer.losses))
    right = 100 * answer.probabilities.diagonal(axis1=1, axis2=2).mean(axis=1)
    colour = palette.colour(learner)
    names = say("tasks.steps.right"), say("tasks.steps.loss")
    line = {"type": "scatter", "x": steps, "mode": "lines+markers"}
    traces = [
        {**line, "y": right, "name": names[0], "line": {"color": colour, "width": 3}, "hovertemplate": "%{y:.1f} %"},
        {
            **line,
            "y": answer.losses,
            "name": names[1],
            "yaxis": "y2",
            "line": {"color": colour, "width": 1.5, "dash": "dash"},
            "marker": {"symbol": palette.symbol(learner)},
            "hovertemplate": "%{y:.3f}",
        },
    ]
    layout = {
        "margin": _MARGIN,
        "legend": _LEGEND,
        "hovermode": "x unified",
        "xaxis": {"title": {"text": say("tasks.axis.step")}, "zeroline": False, "rangemode": "tozero"},
        "yaxis": {"range": [0, 102], "ticksuffix": " %", "zeroline": False},
        "yaxis2": {
            "overlaying": "y",
            "side": "right",
            "rangemode": "tozero",
            "showgrid": False,
            "zeroline": False,
            "tickformat": ".2~g",
        },
    }
    return go.Figure(traces, layout)
