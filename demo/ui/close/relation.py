"""A relation network up close: the score of every drawing with every class, which a network of its own has given."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray

from demo.learners.relation import Relation
from demo.lessons.drawn import Drawn
from demo.ui.close import Close
from demo.ui.close.pictures import DEEP, PALE
from demo.ui.export import show_export
from demo.ui.palette import PLOTLY, ink
from demo.ui.quoted import in_figure, in_markdown, with_labels
from demo.ui.words import say

ROW = 40  # pixels


@torch.no_grad()
def show(close: Close) -> None:
    drawings, episodes = close.drawings, close.episodes
    network, theta = close.learner.network, close.learner.theta
    assert isinstance(network, Relation)
    everything = torch.cat([episodes.queries, episodes.support], dim=1)
    r = network.logits(theta, episodes, everything).sigmoid()[0].numpy()
    known = len(drawings.support)
    names = [*drawings.names[known:], *drawings.names[:known]]
    answers = close.learner.adapt_all(episodes)[1][-1, 0].numpy()
    table = scores_table(drawings, r[: len(names) - known], answers)
    figure = scores_figure(drawings, names, r, ink())
    with st.container(key="close-scores"):
        alt = say("close-relation.alt", answers=", ".join(table[say("close-relation.answer")]))
        st.plotly_chart(figure, key="close-relation", height=70 + ROW * len(names), config=PLOTLY, alt=alt)
        quoted = with_labels(drawings, in_markdown)
        st.table(scores_table(quoted, r[: len(names) - known], answers), hide_index=True)
    show_export("relation", figure, {**every_table(drawings, names, r)}, ".st-key-close-scores")


def scores_figure(drawings: Drawn, names: list[str], r: NDArray[Any], ink: str) -> go.Figure:
    """r (P, N) of drawings, the queries first, with classes; a line divides queries from support drawings."""
    drawings = with_labels(drawings, in_figure)
    queries = len(names) - len(drawings.support)
    columns = [say("close-relation.class", label=label) for label in drawings.labels]
    best = r.argmax(axis=1)
    trace = {
        "type": "heatmap",
        "x": columns,
        "y": names,
        "z": r.astype(float).round(4).tolist(),
        "zmin": 0,
        "zmax": 1,
        "text": [
            [f"<b>{v:.2f}</b>" if k == b else f"{v:.2f}" for k, v in enumerate(row)]
            for row, b in zip(r, best, strict=True)
        ],
        "texttemplate": "%{text}",
        "textfont": {"size": 15, "color": ink},
        "colorscale": [[0, PALE], [1, DEEP]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "r(%{x}, %{y}) = %{z:.3f}<extra></extra>",
    }
    axis = {"type": "category", "showgrid": False, "fixedrange": True, "tickfont": {"size": 16}}
    border = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": queries - 0.5, "y1": queries - 0.5}
    return go.Figure(
        [trace],
        {
            "margin": {"l": 0, "r": 0, "t": 4, "b": 0},
            "font": {"size": 15, "color": ink},
            "xaxis": {**axis, "side": "top"},
            "yaxis": {**axis, "autorange": "reversed"},
            "shapes": [{**border, "line": {"color": ink, "width": 3}}],
        },
    )


def scores_table(drawings: Drawn, r: NDArray[Any], probabilities: NDArray[Any]) -> dict[str, list[Any]]:
    """A row for each query: who has the highest of its scores (Q, N), and what that is worth (Q, N)."""
    best = r.argmax(axis=1)
    return {
        say("close-relation.query"): list(drawings.names[len(drawings.support) :]),
        say("close-relation.answer"): [drawings.labels[i] for i in best],
        say("close-relation.score"): [round(float(row[i]), 3) for row, i in zip(r, best, strict=True)],
        say("close-relation.probability"): [f"{p[i]:.1%}" for p, i in zip(probabilities, best, strict=True)],
    }


def every_table(drawings: Drawn, names: list[str], r: NDArray[Any]) -> dict[str, list[Any]]:
    """All scores, a row for each drawing."""
    columns = np.asarray(r, float).round(4).T.tolist()
    classes = [say("close-relation.class", label=label) for label in drawings.labels]
    return {say("close-relation.drawing"): names, **dict(zip(classes, columns, strict=True))}
