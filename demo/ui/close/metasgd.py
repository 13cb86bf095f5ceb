"""Meta-SGD up close: a histogram of each layer's learnt rates, and the bars that they make step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from demo.learners.metasgd import RATE, MetaSGD
from demo.models import Weights
from demo.ui.close import Close
from demo.ui.close.steps import show_steps, steps_figure, steps_table
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.words import say

HEIGHT = 520
BINS = 60
POSITIVE, NEGATIVE = CLASSES[0], CLASSES[1]


def show(close: Close) -> None:
    learner = close.learner
    assert isinstance(learner.network, MetaSGD)
    layers = rates(learner.theta)
    histogram = histogram_figure(layers, learner.network.begin, ink())
    with st.container(key="close-rates"):
        alt = say("close-metasgd.alt", shares=", ".join(_said(name, values) for name, values in layers.items()))
        st.plotly_chart(histogram, key="close-metasgd", height=HEIGHT, config=PLOTLY, alt=alt)
    show_export("meta-sgd-rates", histogram, rates_table(layers), ".st-key-close-rates")
    outputs = learner.adapt_all(close.episodes)[1][:, 0].numpy()
    bars = steps_figure(close.drawings, outputs, ink())
    st.markdown(say("close-metasgd.bars"))
    with st.container(key="close-steps"):
        show_steps("close-metasgd-steps", bars, close.drawings)
    show_export("meta-sgd-steps", bars, lambda: steps_table(close.drawings, outputs), ".st-key-close-steps")


def rates(theta: Weights) -> dict[str, NDArray[Any]]:
    """The learnt rates by layer, convolutions with their biases; the head's last."""
    found: dict[str, list[NDArray[Any]]] = {}
    for name in sorted(theta):
        if name.startswith(RATE):
            layer = name.removeprefix(RATE)
            title = say("close-metasgd.head") if layer == "head" else say("close-metasgd.layer", number=layer[-1])
            found.setdefault(title, []).append(theta[name].flatten().numpy())
    return {title: np.concatenate(values) for title, values in found.items()}


def histogram_figure(layers: Mapping[str, NDArray[Any]], begin: float, ink: str) -> go.Figure:
    """A row a layer, all on one axis; negative rates in a colour of their own, the rate before training dotted."""
    from plotly.subplots import make_subplots

    everything = np.concatenate(list(layers.values()))
    low, high = np.percentile(everything, [0.2, 99.8])
    width = (max(high, 2 * begin) - min(low, 0.0)) / BINS
    edges = width * np.arange(np.floor(min(low, 0.0) / width), np.ceil(max(high, 2 * begin) / width) + 1)
    figure = make_subplots(
        len(layers),
        1,
        shared_xaxes=True,
        vertical_spacing=0.07,
        subplot_titles=[_said(name, values) for name, values in layers.items()],
    )
    middles = (edges[:-1] + edges[1:]) / 2
    for row, values in enumerate(layers.values(), start=1):
        inside = np.clip(values, edges[0], edges[-1] - 1e-9)  # the few beyond stand in the outermost bars
        share = np.histogram(inside, edges)[0] / len(values)
        bar = {
            "type": "bar",
            "x": middles.round(6).tolist(),
            "y": share.round(6).tolist(),
            "width": width,
            "marker": {"color": [NEGATIVE if x < 0 else POSITIVE for x in middles], "line": {"width": 0}},
            "hovertemplate": "%{x:.3f}: %{y:.1%}<extra></extra>",
        }
        figure.add_trace(bar, row, 1)
        figure.add_vline(x=begin, row=row, col=1, line={"color": ink, "width": 1.5, "dash": "dot"})
    figure.update_yaxes(visible=False)
    figure.update_xaxes(zeroline=True, zerolinecolor=ink, zerolinewidth=1)
    figure.update_xaxes(title_text=say("close-metasgd.axis", begin=begin), title_standoff=4, row=len(layers), col=1)
    figure.update_annotations(font={"size": 14, "color": ink}, x=0, xanchor="left")
    figure.update_layout(
        showlegend=False, bargap=0, font={"size": 14, "color": ink}, margin={"l": 0, "r": 8, "t": 24, "b": 0}
    )
    return figure


def rates_table(layers: Mapping[str, NDArray[Any]]) -> dict[str, list[Any]]:
    """A row a layer: how many, the share that is negative, and quantiles."""
    of = layers.values()
    return {
        say("close-metasgd.table.layer"): list(layers),
        say("close-metasgd.table.count"): [len(values) for values in of],
        say("close-metasgd.table.negative"): [round(float((values < 0).mean()), 4) for values in of],
        **{
            say("close-metasgd.table.quantile", percent=percent): [
                round(float(np.percentile(values, percent)), 5) for values in of
            ]
            for percent in (5, 50, 95)
        },
    }


def _said(name: str, values: NDArray[Any]) -> str:
    return say(
        "close-metasgd.share", layer=name, negative=f"{(values < 0).mean():.1%}", median=f"{np.median(values):.3f}"
    )
