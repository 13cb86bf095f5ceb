"""Prototypes up close: a map of the drawings with every class's mean, and the distances that decide."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray

from demo.learners.prototypical import Prototypical, prototypes, squared_distances
from demo.lessons.drawn import Drawn
from demo.lessons.projection import project
from demo.ui.close import Close
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.quoted import in_figure, in_markdown, with_labels
from demo.ui.words import say

HEIGHT = 430


@torch.no_grad()
def show(close: Close) -> None:
    episodes, network, theta = close.episodes, close.learner.network, close.learner.theta
    assert isinstance(network, Prototypical)
    support, queries = network.embed(theta, episodes.support), network.embed(theta, episodes.queries)
    c = prototypes(support, episodes.labels)
    distances = squared_distances(queries, c)[0].numpy()
    probabilities = close.learner.adapt_all(episodes)[1][-1, 0].numpy()
    places = project(torch.cat([support, queries, c], dim=1).numpy()).places[0]
    table = distances_table(close.drawings, distances, probabilities)
    figure = map_figure(close.drawings, places, ink())
    with st.container(key="close-map"):
        alt = say("close-prototypical.alt", nearest=", ".join(table[say("close-prototypical.answer")]))
        st.plotly_chart(figure, key="close-prototypical", height=HEIGHT, config=PLOTLY, alt=alt)
        quoted = with_labels(close.drawings, in_markdown)
        st.table(distances_table(quoted, distances, probabilities), hide_index=True)
    show_export("prototypical", figure, table, ".st-key-close-map")


def map_figure(drawings: Drawn, places: NDArray[Any], ink: str) -> go.Figure:
    """places (P + N, 2): of the drawings, the support set's first, and of the prototypes; a line joins each query
    to its nearest prototype."""
    drawings = with_labels(drawings, in_figure)
    known, ways = len(drawings.support), len(drawings.labels)
    drawn, means = places[: len(drawings.names)], places[-ways:]
    traces = []
    for i, label in enumerate(drawings.labels):
        own = [p for p, kind in enumerate(drawings.classes) if kind == i]
        marker = {"color": CLASSES[i], "size": 13}
        names = [drawings.names[p] for p in own]
        traces.append(points(drawn[own], names, f"{label}: {say('close-prototypical.drawing')}", marker))
        cross = {**marker, "symbol": "x", "size": 16, "line": {"color": ink, "width": 1.5}}
        traces.append(points(means[[i]], [""], f"{label}: {say('close-prototypical.prototype')}", cross))
    query = {"color": ink, "size": 14, "symbol": "star"}
    traces.append(points(drawn[known:], drawings.names[known:], say("close-prototypical.query"), query))
    axis = {"visible": False, "scaleanchor": None}
    return go.Figure(
        traces,
        {
            "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
            "font": {"size": 15, "color": ink},
            "xaxis": axis,
            "yaxis": {**axis, "scaleanchor": "x"},
            "legend": {"orientation": "h", "y": 0, "yanchor": "top"},
        },
    )


def distances_table(drawings: Drawn, distances: NDArray[Any], probabilities: NDArray[Any]) -> dict[str, list[Any]]:
    """A row for each query: distances (Q, N), who wins, and how sure that is (Q, N)."""
    best = probabilities.argmax(axis=1)
    return {
        say("close-prototypical.query"): list(drawings.names[len(drawings.support) :]),
        **{
            say("close-prototypical.distance", label=label): distances[:, i].astype(float).round(3).tolist()
            for i, label in enumerate(drawings.labels)
        },
        say("close-prototypical.answer"): [drawings.labels[i] for i in best],
        say("close-prototypical.probability"): [f"{row[i]:.1%}" for row, i in zip(probabilities, best, strict=True)],
    }


def points(places: NDArray[Any], names: Any, legend: str, marker: dict[str, Any]) -> dict[str, Any]:
    """A trace of markers with names over them."""
    return {
        "type": "scatter",
        "x": np.round(places[:, 0], 4).tolist(),
        "y": np.round(places[:, 1], 4).tolist(),
        "text": list(names),
        "mode": "markers+text",
        "textposition": "top center",
        "name": legend,
        "marker": marker,
        "hovertemplate": f"{legend}<extra></extra>",
    }
