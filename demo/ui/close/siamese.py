"""A siamese network up close: a meter that calls any two drawings the same or different, and all pairs at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray

from demo.learners.siamese import Siamese, distances
from demo.lessons.drawn import Drawn
from demo.ui.close import Close
from demo.ui.close.pictures import DEEP, PALE, picture
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.quoted import in_markdown, with_labels
from demo.ui.settings import PAIR, SIAMESE
from demo.ui.words import say

METER_HEIGHT = 190
ROW = 40  # pixels of the matrix
NUMBERED = 12  # drawings; a matrix of more has no room for numbers in its cells
FAR = 1.5  # where the meter ends, at least


@torch.no_grad()
def show(close: Close) -> None:
    drawings, network, theta = close.drawings, close.learner.network, close.learner.theta
    assert isinstance(network, Siamese)
    with st.container(key="siamese-settings", horizontal=True, vertical_alignment="bottom", gap="medium"):
        first, second = (drawings.names.index(one.among(drawings.names)) for one in PAIR.values())
        threshold = SIAMESE["pair_threshold"].widget()
    features = network.embed(theta, torch.from_numpy(drawings.images)[None, :, None])
    e = distances(features, features)[0].numpy()
    np.fill_diagonal(e, 0.0)  # rounding leaves a little
    colour = ink()
    meter = meter_figure(drawings, first, second, float(e[first, second]), threshold, colour)
    matrix = matrix_figure(drawings, e, threshold, colour)
    probabilities = close.learner.adapt_all(close.episodes)[1][-1, 0].numpy()
    with st.container(key="close-pairs"):
        st.markdown(verdict(drawings, first, second, float(e[first, second]), threshold))
        alt = say("close-siamese.meter.alt", distance=f"{e[first, second]:.2f}", threshold=f"{threshold:.2f}")
        st.plotly_chart(meter, key="siamese-meter", height=METER_HEIGHT, config=PLOTLY, alt=alt)
        st.table(nearest_table(with_labels(drawings, in_markdown), e, probabilities), hide_index=True)
        st.markdown(say("close-siamese.matrix"))
        height = 60 + ROW * len(drawings.names)
        alt = say("close-siamese.matrix.alt", count=same_pairs(e, threshold))
        st.plotly_chart(matrix, key="siamese-matrix", height=height, config=PLOTLY, alt=alt)
    show_export("siamese", [meter, matrix], pairs_table(drawings, e, threshold), ".st-key-close-pairs")


def verdict(drawings: Drawn, first: int, second: int, e: float, threshold: float) -> str:
    said = say("close-siamese.same" if e < threshold else "close-siamese.different")
    return say(
        "close-siamese.verdict",
        first=drawings.names[first],
        second=drawings.names[second],
        distance=f"{e:.2f}",
        verdict=said,
    )


def meter_figure(drawings: Drawn, first: int, second: int, e: float, threshold: float, ink: str) -> go.Figure:
    """Both drawings, and their distance on a scale that the threshold divides."""
    end = max(FAR, 1.1 * e)
    halves = [
        _span(0, threshold, CLASSES[2]),
        _span(threshold, end, CLASSES[1]),
        {"type": "line", "x0": threshold, "x1": threshold, "y0": -0.3, "y1": 1.3, "line": {"color": ink, "width": 3}},
    ]
    marker = {"symbol": "triangle-down", "size": 20, "color": ink}
    trace = {"type": "scatter", "x": [round(e, 4)], "y": [1.25], "marker": marker, "mode": "markers+text"}
    label = {"text": [f"E = {e:.2f}"], "textposition": "top center", "hoverinfo": "skip", "cliponaxis": False}
    corner = {"xref": "paper", "yref": "paper", "yanchor": "top"}
    names = {"yref": "paper", "xref": "paper", "showarrow": False, "y": 0.78, "yanchor": "middle", "font": {"size": 17}}
    images = [
        picture(drawings.images[first], 0, 1, 0.2, 0.42, **corner, xanchor="left"),
        picture(drawings.images[second], 1, 1, 0.2, 0.42, **corner, xanchor="right"),
    ]
    words = {"y": 0.5, "showarrow": False, "font": {"size": 15, "color": ink}}
    return go.Figure(
        [{**trace, **label}],
        {
            "margin": {"l": 8, "r": 8, "t": 4, "b": 24},
            "font": {"size": 15, "color": ink},
            "showlegend": False,
            "xaxis": {"range": [0, end], "zeroline": False, "showgrid": False, "fixedrange": True},
            "yaxis": {"range": [-0.4, 3.8], "visible": False, "fixedrange": True},
            "shapes": halves,
            "images": images,
            "annotations": [
                {**words, "x": threshold / 2, "text": say("close-siamese.same")},
                {**words, "x": (threshold + end) / 2, "text": say("close-siamese.different")},
                {**names, "x": 0, "xshift": 78, "xanchor": "left", "text": drawings.names[first]},
                {**names, "x": 1, "xshift": -78, "xanchor": "right", "text": drawings.names[second]},
            ],
        },
    )


def matrix_figure(drawings: Drawn, e: NDArray[Any], threshold: float, ink: str) -> go.Figure:
    """E of all pairs (P, P), those under the threshold marked with more than a colour."""
    names, numbers = list(drawings.names), len(e) <= NUMBERED
    text = [[f"<b>= {v:.2f}</b>" if v < threshold else f"{v:.2f}" for v in row] for row in e]
    trace = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": e.astype(float).round(4).tolist(),
        "zmin": 0,
        "zmax": max(FAR, float(e.max())),
        "text": text if numbers else [["=" if v < threshold else "" for v in row] for row in e],
        "texttemplate": "%{text}",
        "textfont": {"size": 14, "color": ink},
        "colorscale": [[0, DEEP], [1, PALE]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "%{y}, %{x}: E = %{z:.3f}<extra></extra>",
    }
    axis = {"type": "category", "showgrid": False, "fixedrange": True, "tickfont": {"size": 16}}
    return go.Figure(
        [trace],
        {
            "margin": {"l": 0, "r": 0, "t": 4, "b": 0},
            "font": {"size": 14, "color": ink},
            "xaxis": {**axis, "side": "top"},
            "yaxis": {**axis, "autorange": "reversed"},
        },
    )


def nearest_table(drawings: Drawn, e: NDArray[Any], probabilities: NDArray[Any]) -> dict[str, list[Any]]:
    """A row for each query: the support drawing nearest to it, which answers, and how sure that is (Q, N)."""
    known = len(drawings.support)
    nearest = e[known:, :known].argmin(axis=1)
    answers = [drawings.support[i] for i in nearest]
    return {
        say("close-siamese.query"): list(drawings.names[known:]),
        say("close-siamese.nearest"): [drawings.names[i] for i in nearest],
        say("close-siamese.distance"): e[known:, :known].min(axis=1).astype(float).round(3).tolist(),
        say("close-siamese.answer"): [drawings.labels[i] for i in answers],
        say("close-siamese.probability"): [f"{p[i]:.1%}" for p, i in zip(probabilities, answers, strict=True)],
    }


def pairs_table(drawings: Drawn, e: NDArray[Any], threshold: float) -> dict[str, list[Any]]:
    """Every pair once."""
    first, second = np.triu_indices(len(e), 1)
    said = [say("close-siamese.same" if v < threshold else "close-siamese.different") for v in e[first, second]]
    return {
        say("setting.pair_first"): [drawings.names[i] for i in first],
        say("setting.pair_second"): [drawings.names[i] for i in second],
        say("close-siamese.distance"): e[first, second].astype(float).round(4).tolist(),
        say("close-siamese.called"): said,
    }


def same_pairs(e: NDArray[Any], threshold: float) -> int:
    """How many pairs of two drawings are called the same."""
    return int((e[np.triu_indices(len(e), 1)] < threshold).sum())


def _span(begin: float, end: float, colour: str) -> dict[str, Any]:
    """A part of the scale."""
    place = {"type": "rect", "x0": begin, "x1": end, "y0": 0, "y1": 1, "layer": "below"}
    return {**place, "fillcolor": colour, "opacity": 0.35, "line": {"width": 0}}
