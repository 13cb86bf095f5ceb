"""How all classifiers stand on the same tasks: a figure and a table from their cards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from demo.training.shelf import ShelfError
from demo.training.standings import Standing, by_family, standing
from demo.ui.export import show_export
from demo.ui.models_card import table
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.quoted import in_markdown
from demo.ui.words import say

TICKS = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


def show_standings() -> None:
    st.subheader(say("compare.standings.title"), anchor=False)
    st.markdown(say("compare.standings.lead"))
    rows, broken = found()
    for learner, error in broken:
        words = say("compare.standings.broken", learner=learner, error=in_markdown(error))
        st.error(words, icon=":material/error:")
    figure = standings_figure(rows, ink())
    with st.container(key="compare-standings"):
        height = 110 + 26 * len(rows)
        alt = say("compare.standings.title")
        st.plotly_chart(figure, key="compare-standings-plot", height=height, config=PLOTLY, alt=alt)
    show_export("standings", figure, lambda: standings_table(rows), ".st-key-compare-standings")
    columns = heads_and_cells(rows)
    st.html(table(list(columns), zip(*columns.values(), strict=True)))
    st.caption(say("compare.standings.command"))
    with st.expander(say("compare.deeper.title"), icon=":material/help:"):
        st.markdown(say("compare.deeper.text"))


def found() -> tuple[list[Standing], list[tuple[str, str]]]:
    """Every classifier's row, a family after the other, and who has none for want of a whole card, and why."""
    rows, broken = [], []
    for entry in by_family():
        try:
            rows.append(standing(entry))
        except ShelfError as error:
            broken.append((say(f"learner.{entry.name}"), str(error)))
    return rows, broken


def heads_and_cells(rows: Sequence[Standing]) -> dict[str, list[str]]:
    """The table on the page: columns of texts by their heads."""
    return {
        say("compare.head.learner"): [say(f"learner.{row.entry.name}") for row in rows],
        say("compare.column.family"): [say(f"family.{row.entry.family}") for row in rows],
        say("compare.standings.three"): [row.three.percent for row in rows],
        say("compare.standings.five"): [row.five.percent for row in rows],
        say("compare.standings.published"): [row.entry.published or "–" for row in rows],
        say("compare.standings.paper"): [row.entry.paper or "–" for row in rows],
    }


def standings_table(rows: Sequence[Standing]) -> dict[str, list[Any]]:
    """The same with numbers, in per cent."""
    columns: dict[str, list[Any]] = {}
    for head, cells in heads_and_cells(rows).items():
        if head in (say("compare.standings.three"), say("compare.standings.five")):
            rates = [row.three if head == say("compare.standings.three") else row.five for row in rows]
            columns[say("export.percent", column=head)] = [round(100 * rate.accuracy, 2) for rate in rates]
            columns[say("export.interval", column=head)] = [round(100 * rate.ci95, 2) for rate in rates]
        else:
            columns[head] = list(cells)
    return columns


def standings_figure(rows: Sequence[Standing], ink: str) -> go.Figure:
    """A dot and its interval for each learner and kind of tasks, on an axis of -log(1 - accuracy)."""
    names = [say(f"learner.{row.entry.name}") for row in rows]
    traces = []
    for key, colour, rates in (
        ("three", CLASSES[1], [row.three for row in rows]),
        ("five", CLASSES[0], [row.five for row in rows]),
    ):
        at = [_place(rate.accuracy) for rate in rates]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": at,
                "y": names,
                "name": say(f"compare.standings.{key}"),
                "text": [rate.percent for rate in rates],
                "marker": {"color": colour, "size": 9, "symbol": "circle" if key == "five" else "square"},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [_place(r.accuracy + r.ci95) - x for r, x in zip(rates, at, strict=True)],
                    "arrayminus": [x - _place(r.accuracy - r.ci95) for r, x in zip(rates, at, strict=True)],
                    "color": colour,
                    "width": 4,
                },
                "hovertemplate": "%{text} %<extra>%{y}</extra>",
            }
        )
    printed = [(name, row) for name, row in zip(names, rows, strict=True) if row.published is not None]
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [_place(row.published or 0.0) for _, row in printed],
            "y": [name for name, _ in printed],
            "name": say("compare.standings.published"),
            "text": [row.entry.published for _, row in printed],
            "marker": {"symbol": "diamond-open", "size": 10, "color": ink, "line": {"width": 1.5}},
            "hovertemplate": "%{text}<extra>%{y}</extra>",
        }
    )
    least = min((_place(row.five.accuracy) for row in rows), default=0.0)
    ticks = [tick for tick in TICKS if _place(tick) > least - 0.5]
    layout = {
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "font": {"size": 14},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0},
        "xaxis": {
            "title": {"text": say("compare.standings.axis")},
            "tickvals": [_place(tick) for tick in ticks],
            "ticktext": [f"{100 * tick:g}" for tick in ticks],
            "zeroline": False,
        },
        "yaxis": {"autorange": "reversed", "automargin": True, "categoryorder": "array", "categoryarray": names},
    }
    return go.Figure(traces, layout)


def _place(accuracy: float) -> float:
    return -math.log(1 - min(accuracy, 0.9999))
