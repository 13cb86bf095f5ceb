"""The animation's panels as numbers and as Plotly's figures, for export. On the page they are `inside.js`."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from demo.ui.quoted import in_figure
from demo.ui.words import say

Data = dict[str, Any]  # what `demo.ui.inside.inside_data` gives


def inside_table(data: Data) -> dict[str, list[Any]]:
    """By inner step: loss, probabilities of each query, each layer's distance, and every drawing's place on the map."""
    steps, queries = range(len(data["losses"])), _queries(data)
    table = {say("inside.view.loss.axis"): list(steps), say("inside.view.loss"): data["losses"]}
    for q, query in enumerate(queries):
        for i, title in enumerate(titles(data)):
            name = say("export.column", whose=query, column=title)
            table[name] = [data["probabilities"][k][q][i] for k in steps]
    for layer in data["layers"]:
        table[say("export.column", whose=say("inside.view.moved.distance"), column=_layer(layer))] = layer["moved"]
    for p, drawing in enumerate(data["drawings"]):
        for axis, letter in enumerate("xy"):
            name = say("export.column", whose=say("inside.view.map"), column=f"{drawing['name']} {letter}")
            table[name] = [data["places"][k][p][axis] for k in steps]
    return {name: ["" if value is None else value for value in values] for name, values in table.items()}


def inside_figures(data: Data, ink: str) -> list[go.Figure]:
    """The answers, the loss, the movement, and the map. ink: the page's text colour."""
    steps, queries = list(range(len(data["losses"]))), _queries(data)
    probabilities = [
        _line(
            steps,
            [data["probabilities"][k][q][i] for k in steps],
            title if len(queries) == 1 else say("export.column", whose=query, column=title),
            data["colours"][i],
        )
        for q, query in enumerate(queries)
        for i, title in enumerate(map(in_figure, titles(data)))
    ]
    moved = [_line(steps, layer["moved"], _layer(layer), None) for layer in data["layers"]]
    losses = [_line(steps, data["losses"], say("inside.view.loss"), ink)]
    return [
        _figure(probabilities, "answer", {"range": [-0.02, 1.02], "tickformat": ".0%"}),
        _figure(losses, "loss", {"rangemode": "tozero"}),
        _figure(moved, "moved", {"rangemode": "tozero"}),
        _map(data, ink),
    ]


def titles(data: Data) -> list[str]:
    """Of the classes: "C, fish"; a class without a name of its own is its letter."""
    return [
        letter if letter == label else say("inside.view.name", letter=letter, label=label)
        for letter, label in zip(data["letters"], data["labels"], strict=True)
    ]


def _queries(data: Data) -> list[str]:
    return [drawing["name"] for drawing in data["drawings"] if drawing["class"] < 0]


def _layer(layer: dict[str, Any]) -> str:
    if layer["block"] == "head":
        return say("inside.view.moved.head")
    return say("inside.view.moved.block", block=layer["block"])


def _line(x: list[Any], y: list[Any], name: str, colour: str | None) -> dict[str, Any]:
    line = {"type": "scatter", "x": x, "y": y, "name": name, "mode": "lines+markers", "line": {"color": colour}}
    return {**line, "hovertemplate": "%{y:.4g}"}


def _map(data: Data, ink: str) -> go.Figure:
    """Every drawing's way through the plane; it ends in the larger mark. A unit is as long on both axes."""
    lines = []
    for p, drawing in enumerate(data["drawings"]):
        x, y = ([places[p][axis] for places in data["places"]] for axis in (0, 1))
        colour = ink if drawing["class"] < 0 else data["colours"][drawing["class"]]
        line = _line(x, y, drawing["name"], colour)
        sizes = [5] * (len(x) - 1) + [12]
        lines.append({**line, "marker": {"size": sizes}, "hovertemplate": "%{x:.3f}, %{y:.3f}"})
    figure = _figure(lines, "map", {"scaleanchor": "x"})
    return figure.update_layout(hovermode="closest", xaxis={"title": None})


def _figure(lines: list[dict[str, Any]], panel: str, y: dict[str, Any]) -> go.Figure:
    return go.Figure(
        lines,
        {
            "title": {"text": say(f"inside.view.{panel}")},
            "hovermode": "x unified",
            "showlegend": True,
            "xaxis": {"title": {"text": say("inside.view.loss.axis")}, "zeroline": False},
            "yaxis": {"zeroline": False, **y},
        },
    )
