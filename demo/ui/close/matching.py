"""Matching networks up close: how much attention the query pays to each drawing, without context and with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray

from demo.learners import store
from demo.learners.matching import Matching
from demo.learners.objectives import Classification
from demo.learners.trained import Trained
from demo.lessons.drawn import Drawn
from demo.ui.close import Close
from demo.ui.close.pictures import picture
from demo.ui.export import PAPER, show_export
from demo.ui.palette import CLASSES, INK, PLOTLY
from demo.ui.quoted import in_markdown, with_labels
from demo.ui.settings import MATCHING
from demo.ui.words import say

SIDES = ("matching", "matching-fce")
"""Left and right: without context and with it."""

ROW = 62  # pixels
LEAST = 230
THICKEST = 16  # of a line that has all attention
QUERY, EDGE = 1.0, 0.14  # from the middle to the query's picture, and from a picture's to its edge
EVEN, BEND = 0.45, 0.65  # where lines begin to leave a drawing's height, and where they have done so by half


@st.cache_resource(show_spinner=False)
def load(name: str) -> Trained:
    return store.load(name)


@torch.no_grad()
def show(close: Close) -> None:
    drawings, episodes = close.drawings, close.episodes
    known = len(drawings.support)
    asked = drawings.names[known:]
    name = MATCHING["attending"].among(asked) if len(asked) > 1 else asked[0]
    query = known + asked.index(name)
    attention = []
    for side in SIDES:
        learner = close.learner if close.learner.name == side else load(side)
        network, judge = learner.network, learner.objective
        assert isinstance(network, Matching)
        assert isinstance(judge, Classification)
        attention.append(network.attention(learner.theta, episodes, judge)[0, query - known].numpy())
    table = votes_table(with_labels(drawings, in_markdown), attention)
    figure = attention_figure(drawings, query, attention, st.context.theme.type or "light")
    with st.container(key="close-attention"):
        most = [drawings.names[int(a.argmax())] for a in attention]
        alt = say("close-matching.alt", query=name, without=most[0], context=most[1])
        st.plotly_chart(figure, key="close-matching", height=max(LEAST, 40 + ROW * known), config=PLOTLY, alt=alt)
        st.table(table, hide_index=True)
    show_export("matching", figure, lambda: attention_table(drawings, attention), ".st-key-close-attention")


def attention_figure(drawings: Drawn, query: int, attention: list[NDArray[Any]], theme: str) -> go.Figure:
    """The support drawings in the middle; the query on either side, with a line to each as thick as its attention."""
    known = len(drawings.support)
    middle = (known - 1) / 2
    shapes, notes, images = [], [], []
    for i, label in enumerate(drawings.support):
        images.append(picture(drawings.images[i], 0, i, 0.26, 0.86))
        for side, a in zip((-1, 1), attention, strict=True):
            near, even, bend, far = (side * x for x in (EDGE, EVEN, BEND, QUERY - EDGE))
            path = f"M {far},{middle} C {bend},{middle} {bend},{i} {even},{i} L {near},{i}"
            line = {"color": CLASSES[label], "width": max(0.75, round(THICKEST * float(a[i]), 2))}
            shapes.append({"type": "path", "path": path, "line": line})
            share = {"x": near, "y": i, "xshift": 34 * side, "bgcolor": PAPER[theme], "borderpad": 1}
            notes.append({**share, "text": f"<b>{drawings.names[i]}</b><br>{a[i]:.1%}"})
    for side, name in zip((-1, 1), SIDES, strict=True):
        images.append(picture(drawings.images[query], side * QUERY, middle, 0.26, 0.86))
        title = {"xref": "paper", "x": (side + 1) / 2, "xanchor": "left" if side < 0 else "right"}
        notes.append({**title, "yref": "paper", "y": 1, "yanchor": "bottom", "text": say(f"close-matching.{name}")})
        notes.append({"x": side * QUERY, "y": middle, "yshift": 38, "text": f"<b>{drawings.names[query]}</b>"})
    hidden = {"visible": False, "fixedrange": True}
    points = {"x": [side * QUERY for side in (-1, 1)], "y": [middle] * 2, "mode": "markers", "marker": {"opacity": 0}}
    return go.Figure(
        [{"type": "scatter", **points, "hoverinfo": "skip"}],
        {
            "margin": {"l": 0, "r": 0, "t": 30, "b": 0},
            "font": {"size": 14, "color": INK[theme]},
            "showlegend": False,
            "xaxis": {**hidden, "range": [-1.16, 1.16]},
            "yaxis": {**hidden, "range": [known - 0.4, -0.6]},
            "shapes": [{**shape, "layer": "below"} for shape in shapes],
            "images": images,
            "annotations": [{"showarrow": False, "font": {"size": 14, "color": INK[theme]}, **note} for note in notes],
        },
    )


def votes_table(drawings: Drawn, attention: list[NDArray[Any]]) -> dict[str, list[Any]]:
    """A row without context and a row with it: every class's share of the attention, and the answer."""
    member = np.equal.outer(np.arange(len(drawings.labels)), drawings.support)  # (N, M)
    votes = [member @ a for a in attention]
    return {
        say("close-matching.side"): [say(f"close-matching.{side}") for side in SIDES],
        **{
            say("close-matching.class", label=label): [f"{vote[k]:.1%}" for vote in votes]
            for k, label in enumerate(drawings.labels)
        },
        say("close-matching.answer"): [drawings.labels[int(vote.argmax())] for vote in votes],
    }


def attention_table(drawings: Drawn, attention: list[NDArray[Any]]) -> dict[str, list[Any]]:
    """A row for each support drawing: the attention it gets, in [0, 1]."""
    columns = {
        say(f"close-matching.{side}"): a.astype(float).round(4).tolist()
        for side, a in zip(SIDES, attention, strict=True)
    }
    return {say("close-matching.drawing"): list(drawings.names[: len(drawings.support)]), **columns}
