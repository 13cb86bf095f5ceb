"""The compare page's answers as a figure and as numbers, for export. On the page they are `compare.js`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from demo.lessons.drawn import Drawn
from demo.lessons.opinions import Opinion
from demo.ui.compare import class_title, steps_taken
from demo.ui.palette import CLASSES
from demo.ui.quoted import in_figure, with_labels
from demo.ui.words import say


def opinions_figure(drawings: Drawn, rows: Sequence[Opinion], ink: str) -> go.Figure:
    """A stacked bar of class probabilities in per cent for each learner that has answered, the first on top."""
    drawings = with_labels(drawings, in_figure)
    said = [one for one in rows if one.probabilities is not None]
    names = [say(f"learner.{one.name}") for one in said]
    bars = []
    for i in range(len(drawings.labels)):
        shares = [100 * float(one.probabilities[i]) for one in said if one.probabilities is not None]
        title = class_title(drawings, i)
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": shares,
                "y": names,
                "name": title,
                "marker": {"color": CLASSES[i]},
                "hovertemplate": f"%{{x:.1f}} %<extra>{title}</extra>",
            }
        )
    layout = {
        "barmode": "stack",
        "font": {"color": ink},
        "height": 120 + 26 * len(said),
        "xaxis": {"range": [0, 100], "ticksuffix": " %"},
        "yaxis": {"autorange": "reversed", "automargin": True},
    }
    return go.Figure(bars, layout)


def opinions_table(drawings: Drawn, rows: Sequence[Opinion]) -> dict[str, list[Any]]:
    """A line for each learner listed; cells of those without an answer are empty."""
    table: dict[str, list[Any]] = {
        say("compare.head.learner"): [say(f"learner.{one.name}") for one in rows],
        say("compare.column.family"): [say(f"family.{one.entry.family}") for one in rows],
    }
    for i in range(len(drawings.labels)):
        heading = say("compare.column.probability", title=class_title(drawings, i))
        table[heading] = ["" if one.probabilities is None else round(float(one.probabilities[i]), 5) for one in rows]
    best = [one.favourite for one in rows]
    return {
        **table,
        say("compare.head.says"): ["" if i is None else class_title(drawings, i) for i in best],
        say("compare.column.accuracy"): ["" if one.accuracy is None else round(100 * one.accuracy, 2) for one in rows],
        say("compare.column.milliseconds"): [
            "" if one.probabilities is None else round(one.milliseconds, 2) for one in rows
        ],
        say("compare.head.steps"): ["" if one.probabilities is None else steps_taken(one) for one in rows],
        say("compare.head.together"): [say("compare.yes") if one.transductive else say("compare.no") for one in rows],
    }
