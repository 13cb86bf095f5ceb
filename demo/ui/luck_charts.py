"""What two runs of the same MAML look like from inside, and on tasks it has never seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from demo.lessons.experiments import Row
from demo.lessons.luck import FURTHER, LN2, WORLDS
from demo.ui.palette import CLASSES
from demo.ui.words import say

TRAINING, NEW = CLASSES[1], CLASSES[0]
"""Of what happens on the points that are trained on, and on new ones."""

COLUMNS = {
    "meta_step": "luck.meta",
    "support": "luck.verdict.training",
    "query": "luck.verdict.query",
    "query_ci": "luck.verdict.query",
    "accuracy": "luck.verdict.accuracy",
    "accuracy_ci": "luck.verdict.accuracy",
}
"""Of the table, and what they are called."""


def loss_figure(rows: Sequence[Row], meta_steps: int, ink: str) -> go.Figure:
    """Support and held-out query loss after the inner loop while meta-training, and ln 2."""
    x = [row["meta_step"] for row in rows]
    query, half = [row["query"] for row in rows], [row["query_ci"] for row in rows]
    traces = [
        *_band(x, query, half),
        _line(x, [row["support"] for row in rows], say("luck.loss.support"), TRAINING, dash="dash"),
        _line(x, query, say("luck.loss.query"), NEW),
    ]
    layout = _layout("luck.loss", meta_steps, [0, 2.1], ink, bool(rows)) | _mark(LN2, say("luck.ln2"), ink)
    return go.Figure(traces, _noted(layout, rows, ink))


def accuracy_figure(rows: Sequence[Row], meta_steps: int, ink: str) -> go.Figure:
    """Accuracy on new points with its confidence interval, and one half."""
    x = [row["meta_step"] for row in rows]
    accuracy, half = [row["accuracy"] for row in rows], [row["accuracy_ci"] for row in rows]
    traces = [*_band(x, accuracy, half), _line(x, accuracy, say("luck.accuracy.title"), NEW, form=".1%")]
    layout = _layout("luck.accuracy", meta_steps, [0.4, 1.02], ink, bool(rows))
    layout["yaxis"]["tickformat"] = ".0%"
    return go.Figure(traces, _noted(layout | _mark(0.5, say("luck.chance"), ink), rows, ink))


def loop_figure(rows: Sequence[Row], ink: str) -> go.Figure:
    """At the end: support and query loss at every inner step, further than it was trained for."""
    loop = rows[-1].get("loop") if rows else None
    traces = []
    if loop:
        x = list(range(FURTHER + 1))
        traces = [
            _line(x, loop["support"], say("luck.loss.support"), TRAINING, dash="dash"),
            _line(x, loop["query"], say("luck.loss.query"), NEW),
        ]
    layout = _layout("luck.loop", FURTHER, [0, 1.5], ink, bool(loop)) | _mark(LN2, say("luck.ln2"), ink, above=False)
    layout["xaxis"]["title"] = {"text": say("luck.loop.axis")}
    layout["yaxis"]["title"] = {"text": say("luck.loss.axis")}
    return go.Figure(traces, _noted(layout, loop, ink))


CHARTS: dict[str, Callable[[Sequence[Row], int, str], go.Figure]] = {
    "loss": loss_figure,
    "accuracy": accuracy_figure,
    "loop": lambda rows, _, ink: loop_figure(rows, ink),
}


def luck_figures(rows: Sequence[Row], meta_steps: int, ink: str) -> list[go.Figure]:
    """All of both worlds, in pairs, named for where they do not stand under their world's name."""
    figures = []
    for name, draw in CHARTS.items():
        for world in WORLDS:
            title = say("export.column", whose=say(f"luck.world.{world}"), column=say(f"luck.{name}.title"))
            figures.append(draw(of_world(world, rows), meta_steps, ink).update_layout(title={"text": title}))
    return figures


def luck_table(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Both worlds' losses and accuracies by meta-step, with their intervals, and at the end by inner step."""
    table: dict[str, list[Any]] = {}
    for world in WORLDS:
        seen, name = of_world(world, rows), say(f"luck.world.{world}")
        for column, key in COLUMNS.items():
            heading = say("export.column", whose=name, column=say(key))
            if column.endswith("_ci"):
                heading = say("export.interval", column=heading)
            table[heading] = [row[column] for row in seen]
        if seen and (loop := seen[-1].get("loop")):
            table[say("export.column", whose=name, column=say("luck.loop.axis"))] = list(range(FURTHER + 1))
            for points in ("support", "query"):
                column = f"{say('luck.loop.title')}, {say(f'luck.loss.{points}')}"
                table[say("export.column", whose=name, column=column)] = loop[points]
    return table


def of_world(world: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["world"] == world]


def _line(
    x: list[int], y: list[float], name: str, colour: str, dash: str = "solid", form: str = ".3f"
) -> dict[str, Any]:
    hover = f"%{{y:{form}}}"
    line = {"color": colour, "width": 3.5, "dash": dash}
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "name": name, "line": line, "hovertemplate": hover}


def _band(x: list[int], y: list[float], half: list[float]) -> list[dict[str, Any]]:
    """The 95 % confidence interval: two lines that are not seen, and what is between."""
    base = {"type": "scatter", "x": x, "mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
    low = [value - h for value, h in zip(y, half, strict=True)]
    high = [value + h for value, h in zip(y, half, strict=True)]
    return [{**base, "y": low}, {**base, "y": high, "fill": "tonexty", "fillcolor": "rgba(0, 114, 178, 0.25)"}]


def _layout(key: str, last: int, heights: list[float], ink: str, filled: bool) -> dict[str, Any]:
    return {
        "title": {"text": say(f"{key}.title"), "font": {"size": 16}, "x": 0, "xref": "paper", "y": 0.98},
        "margin": {"l": 0, "r": 8, "t": 34, "b": 0},
        "showlegend": filled and key != "luck.accuracy",
        "legend": {"x": 1, "y": 1.02, "xanchor": "right", "yanchor": "top", "bgcolor": "rgba(0,0,0,0)"},
        "hovermode": "x unified",
        "uirevision": key,
        "font": {"size": 14},
        "xaxis": {"title": {"text": say("luck.meta")}, "range": [0, last], "nticks": 6, "zeroline": False},
        "yaxis": {"title": {"text": say(f"{key}.axis")}, "range": heights, "zeroline": False},
    }


def _mark(height: float, name: str, ink: str, above: bool = True) -> dict[str, Any]:
    """A level line with its name above or below its end, where curves leave room."""
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": height, "y1": height}
    text = {"xref": "paper", "x": 0.99, "y": height, "xanchor": "right", "showarrow": False}
    side = {"yanchor": "bottom", "yshift": 3} if above else {"yanchor": "top", "yshift": -2}
    return {
        "shapes": [{**line, "line": {"color": ink, "width": 2, "dash": "dot"}}],
        "annotations": [{**text, **side, "text": name, "font": {"color": ink, "size": 13}}],
    }


def _noted(layout: dict[str, Any], content: object, ink: str) -> dict[str, Any]:
    if content:
        return layout
    place = {"x": 0.5, "y": 0.85, "xref": "paper", "yref": "paper", "showarrow": False}
    note = {**place, "text": say("luck.empty"), "font": {"color": ink, "size": 16}}
    return layout | {"annotations": [*layout["annotations"], note]}
