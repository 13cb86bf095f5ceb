"""Gaussian prototypes up close: the map, with a circle round every prototype that is the smaller, the surer it is."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go
import streamlit as st
import torch

from demo.learners.gauss_prototypical import GaussPrototypical, gaussians
from demo.learners.prototypical import squared_distances
from demo.lessons.drawn import Drawn
from demo.lessons.projection import project
from demo.ui.close import Close
from demo.ui.close.prototypical import HEIGHT, distances_table, map_figure
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.words import say


@torch.no_grad()
def show(close: Close) -> None:
    episodes, network, theta = close.episodes, close.learner.network, close.learner.theta
    assert isinstance(network, GaussPrototypical)
    support, queries = network.embed(theta, episodes.support), network.embed(theta, episodes.queries)
    s = network.precisions(theta, support)
    p, precision = gaussians(support, s, episodes.labels)
    distances = (precision[:, None] * squared_distances(queries, p))[0].numpy()
    probabilities = close.learner.adapt_all(episodes)[1][-1, 0].numpy()
    places = project(torch.cat([support, queries, p], dim=1).numpy()).places[0]
    figure = map_figure(close.drawings, places, ink())
    sharpness: float = close.learner.objective.sharpness  # type: ignore[attr-defined]
    radii = [deviation(network.features, sharpness, one) for one in precision[0].tolist()]
    circled(figure, places[-len(radii) :].tolist(), radii)
    answers = distances_table(close.drawings, distances, probabilities)
    trust = trust_table(close.drawings, s[0].tolist(), precision[0].tolist())
    with st.container(key="close-map"):
        nearest = ", ".join(answers[say("close-prototypical.answer")])
        alt = say("close-gauss_prototypical.alt", nearest=nearest)
        st.plotly_chart(figure, key="close-gauss", height=HEIGHT, config=PLOTLY, alt=alt)
        for column, table in zip(st.columns([2, 3]), (trust, answers), strict=True):
            column.dataframe(table, hide_index=True)
    show_export("gauss-prototypical", figure, {**trust, **answers}, ".st-key-close-map")


def deviation(features: int, sharpness: float, precision: float) -> float:
    """One standard deviation, in the features' units, of exp(-sharpness * precision * |x - p|^2 / features)."""
    return math.sqrt(features / (2 * sharpness * precision))


def circled(figure: go.Figure, centres: list[list[float]], radii: list[float]) -> None:
    """Adds a circle in each class's colour, and shows the map in true proportions with all of them in sight."""
    for i, ((x, y), r) in enumerate(zip(centres, radii, strict=True)):
        line, fill = {"color": CLASSES[i], "width": 2}, f"rgba{(*bytes.fromhex(CLASSES[i][1:]), 0.1)}"
        box = {"x0": x - r, "x1": x + r, "y0": y - r, "y1": y + r}
        figure.add_shape(type="circle", layer="below", line=line, fillcolor=fill, **box)
        # Plotly sets its axes by what is drawn, shapes left out: a point that cannot be seen at each end.
        ends = {"x": [x - r, x + r, x, x], "y": [y, y, y - r, y + r]}
        figure.add_scatter(**ends, mode="markers", marker={"opacity": 0}, showlegend=False, hoverinfo="skip")


def trust_table(drawings: Drawn, s: list[float], precision: list[float]) -> dict[str, list[Any]]:
    """Every drawing's precision, and every class's, which is their sum."""
    names = [*drawings.names[: len(s)], *(f"Σ {label}" for label in drawings.labels)]
    values = [round(value, 3) for value in (*s, *precision)]
    return {say("close-gauss_prototypical.whose"): names, say("close-gauss_prototypical.precision"): values}
