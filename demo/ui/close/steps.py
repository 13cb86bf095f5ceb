"""Bars after each inner step: how the answer to each query comes about. Part of several learners' views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from demo.lessons.drawn import Drawn
from demo.ui.palette import CLASSES, PLOTLY
from demo.ui.quoted import in_figure, with_labels
from demo.ui.words import say

ACROSS = 3
"""Queries beside each other."""

ROW = 250  # pixels


def show_steps(key: str, figure: go.Figure, drawings: Drawn) -> None:
    """Puts the figure on the page."""
    rows = -(-_queries(drawings) // ACROSS)
    st.plotly_chart(figure, key=key, height=40 + ROW * rows, config=PLOTLY, alt=say("close-steps.alt"))


def steps_figure(drawings: Drawn, outputs: NDArray[Any], ink: str, names: Sequence[str] | None = None) -> go.Figure:
    """Stacked bars of probabilities (S + 1, Q, N), a panel a query; names: of the bars, their steps if None."""
    drawings = with_labels(drawings, in_figure)
    from plotly.subplots import make_subplots

    queries = drawings.names[len(drawings.support) :]
    columns = min(ACROSS, len(queries))
    bars = [str(k) for k in range(len(outputs))] if names is None else list(names)
    figure = make_subplots(
        -(-len(queries) // columns),
        columns,
        subplot_titles=[say("close-steps.query", name=name) for name in queries] if len(queries) > 1 else None,
        shared_yaxes=True,
        vertical_spacing=0.18,
    )
    for q in range(len(queries)):
        for i, label in enumerate(drawings.labels):
            p = outputs[:, q, i].astype(float)
            bar = {
                "type": "bar",
                "x": bars,
                "y": p.round(4).tolist(),
                "name": label,
                "legendgroup": label,
                "showlegend": q == 0,
                "marker": {"color": CLASSES[i], "line": {"width": 0}},
                "text": [label if share > 0.12 else "" for share in p],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "hovertemplate": f"{label}: %{{y:.1%}}<extra></extra>",
            }
            figure.add_trace(bar, q // columns + 1, q % columns + 1)
    figure.update_xaxes(type="category", title_text=None if names else say("close-steps.step"), title_standoff=4)
    figure.update_yaxes(range=[0, 1], tickformat=".0%", showgrid=False)
    figure.update_layout(
        barmode="stack",
        bargap=0.12,
        font={"size": 14, "color": ink},
        margin={"l": 0, "r": 0, "t": 34, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 1, "xanchor": "right", "traceorder": "normal"},
    )
    return figure


def steps_table(drawings: Drawn, outputs: NDArray[Any], names: Sequence[str] | None = None) -> dict[str, list[Any]]:
    """The same as numbers: a row a query and step."""
    queries = drawings.names[len(drawings.support) :]
    steps = list(range(len(outputs))) if names is None else list(names)
    return {
        say("close-steps.of"): [name for name in queries for _ in steps],
        say("close-steps.step"): steps * len(queries),
        **{
            label: np.concatenate([outputs[:, q, i] for q in range(len(queries))]).astype(float).round(4).tolist()
            for i, label in enumerate(drawings.labels)
        },
    }


def _queries(drawings: Drawn) -> int:
    return len(drawings.names) - len(drawings.support)
