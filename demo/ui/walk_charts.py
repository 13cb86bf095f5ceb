"""How far policy-gradient steps bring each policy, as a chart, and the figures and tables to take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from demo.lessons.clones import Clone
from demo.lessons.walks import Question, Walks
from demo.tasks.demonstrations import Demonstrations
from demo.ui.navigate import colour, heads
from demo.ui.palette import SYMBOLS
from demo.ui.planes import SIGHT, Place
from demo.ui.words import say

TICKS = (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def return_figure(found: Mapping[str, Walks]) -> go.Figure:
    """Mean return of every policy after each step, on a scale of its logarithm: returns differ by factors."""
    steps = heads(len(next(iter(found.values())).means) - 1)
    traces = [
        {
            "type": "scatter",
            "x": steps,
            "y": [-value for value in walks.means],
            "customdata": walks.means,
            "mode": "lines+markers",
            "name": say(f"learner.{name}"),
            "line": {"color": colour(name), "width": 3, "dash": "dot" if name == "nav-metasgd" else "solid"},
            "marker": {"symbol": SYMBOLS[name.removeprefix("nav-")], "size": 11},
            "hovertemplate": "%{customdata:.2f}",
        }
        for name, walks in found.items()
    ]
    layout = {
        "margin": {"l": 0, "r": 8, "t": 36, "b": 0},
        "hovermode": "x unified",
        "uirevision": "navigate",
        "font": {"size": 14},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {"zeroline": False},
        "yaxis": {
            "title": {"text": say("navigate.returns.axis")},
            "type": "log",
            "autorange": "reversed",
            "tickvals": TICKS,
            "ticktext": [f"−{tick:g}" for tick in TICKS],
            "zeroline": False,
        },
    }
    return go.Figure(traces, layout)


def return_table(found: Mapping[str, Walks]) -> dict[str, list[Any]]:
    """Mean returns by step."""
    first = next(iter(found.values()))
    table: dict[str, list[Any]] = {say("navigate.step"): list(range(len(first.means)))}
    for name, walks in found.items():
        table[say(f"learner.{name}")] = walks.means
    return table


def walk_figures(asked: Question, found: Mapping[str, Walks], ink: str) -> list[go.Figure]:
    """Every square of the picture, policy by policy."""
    figures = []
    for name, walks in found.items():
        for step, head in enumerate(heads(len(walks.means) - 1)):
            lines = [_line(path, colour(name), 1.2) for path in walks.places[step]]
            title = say("navigate.square", who=say(f"learner.{name}"), when=head)
            figures.append(go.Figure([*lines, _mark((asked.x, asked.y), ink)], _layout(title)))
    return figures


def walk_table(asked: Question, found: Mapping[str, Walks]) -> dict[str, list[Any]]:
    """Goal, and every place of every walk: policy, step, walk, time, x, y."""
    columns: list[list[Any]] = [[], [], [], [], [], []]
    for name, walks in found.items():
        for step, paths in enumerate(walks.places):
            for number, path in enumerate(paths):
                for time, (x, y) in enumerate(path.tolist()):
                    row = (say(f"learner.{name}"), step, number, time, round(x, 4), round(y, 4))
                    for column, value in zip(columns, row, strict=True):
                        column.append(value)
    names = (say(f"navigate.column.{name}") for name in ("policy", "step", "walk", "time", "x", "y"))
    goal = {say("navigate.column.goalx"): [asked.x], say("navigate.column.goaly"): [asked.y]}
    return dict(zip(names, columns, strict=True)) | goal


def clone_figures(demonstration: Demonstrations, found: Mapping[str, Clone], ink: str) -> list[go.Figure]:
    """The demonstration with each imitator's walk."""
    shown = demonstration.places[0].numpy()
    return [
        go.Figure(
            [_line(shown, ink, 2.5, "dot"), _line(clone.path, colour(name), 3), _mark(tuple(shown[-1].tolist()), ink)],
            _layout(say(f"learner.{name}")),
        )
        for name, clone in found.items()
    ]


def clone_table(demonstration: Demonstrations, found: Mapping[str, Clone]) -> dict[str, list[Any]]:
    """The places of the demonstration and of the imitators, step by step."""
    paths = {say("navigate.pad.pad"): demonstration.places[0].numpy()}
    paths |= {say(f"learner.{name}"): clone.path for name, clone in found.items()}
    return {
        say("export.column", whose=who, column=say(f"navigate.column.{axis}")): [
            round(v, 4) for v in path[:, k].tolist()
        ]
        for who, path in paths.items()
        for k, axis in enumerate("xy")
    }


def _line(path: Any, colour: str, width: float, dash: str = "solid") -> dict[str, Any]:
    line = {"color": colour, "width": width, "dash": dash}
    x, y = path[:, 0].tolist(), path[:, 1].tolist()
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": line, "showlegend": False}


def _mark(place: Place, ink: str) -> dict[str, Any]:
    marker = {"symbol": "star", "size": 14, "color": ink}
    return {
        "type": "scatter",
        "x": [place[0]],
        "y": [place[1]],
        "mode": "markers",
        "marker": marker,
        "showlegend": False,
    }


def _layout(title: str) -> dict[str, Any]:
    axis = {"range": [-SIGHT, SIGHT], "zeroline": False}
    return {"title": {"text": title}, "xaxis": axis, "yaxis": {**axis, "scaleanchor": "x"}}
