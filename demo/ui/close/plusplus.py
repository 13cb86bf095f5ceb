"""MAML++ up close: the learnt rate of every layer at every step, and the bars that they make."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from demo.learners.plusplus import PlusPlus
from demo.models import Weights
from demo.ui.close import Close
from demo.ui.close.steps import show_steps, steps_figure, steps_table
from demo.ui.export import show_export
from demo.ui.palette import PLOTLY, ink
from demo.ui.words import say

HEIGHT = 300
SCALE = [[0, "#D55E00"], [0.5, "#F7F7F7"], [1, "#0072B2"]]
"""Negative, zero, positive."""


def show(close: Close) -> None:
    network = close.learner.network
    assert isinstance(network, PlusPlus)
    rates = learnt_rates(network, close.learner.theta)
    heat = heat_figure(rates, ink())
    with st.container(key="close-rates"):
        st.plotly_chart(heat, key="close-plusplus", height=HEIGHT, config=PLOTLY, alt=say("close-plusplus.alt"))
    show_export("maml-plus-plus-rates", heat, rates_table(rates), ".st-key-close-rates")
    outputs = close.learner.adapt_all(close.episodes)[1][:, 0].numpy()
    bars = steps_figure(close.drawings, outputs, ink())
    st.markdown(say("close-plusplus.bars"))
    with st.container(key="close-steps"):
        show_steps("close-plusplus-steps", bars, close.drawings)
    show_export("maml-plus-plus-steps", bars, lambda: steps_table(close.drawings, outputs), ".st-key-close-steps")


def learnt_rates(network: PlusPlus, theta: Weights) -> dict[str, list[float | None]]:
    """By layer, the head first: its rate at every step; None where no gradient is, behind a head that is zero."""
    table = theta["rates"][0]
    named: dict[str, list[float | None]] = {}
    for i, layer in reversed(list(enumerate(network.layers))):
        head = layer == "head"
        name = say("close-plusplus.head") if head else say("close-plusplus.layer", number=layer[-1])
        values = [round(float(rate), 5) for rate in table[:, i]]
        named[name] = [values[0] if head else None, *values[1:]]
    return named


def heat_figure(rates: dict[str, list[float | None]], ink: str) -> go.Figure:
    """A cell a layer and step with its number; the first layer at the bottom, as the drawing goes up."""
    most = max(abs(rate) for row in rates.values() for rate in row if rate is not None)
    rows = list(rates.values())[::-1]
    steps = list(range(1, len(rows[0]) + 1))
    cells = {
        "type": "heatmap",
        "z": rows,
        "x": steps,
        "y": list(rates)[::-1],
        "zmin": -most,
        "zmax": most,
        "colorscale": SCALE,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hovertemplate": "%{y}, " + say("close-plusplus.step") + " %{x}: %{z:.4f}<extra></extra>",
        "hoverongaps": False,
    }
    notes = [
        {
            "x": x,
            "y": name,
            "text": "–" if rate is None else f"{rate:.3f}",
            "showarrow": False,
            "font": {"size": 14, "color": ink if rate is None else _on(rate / most)},
        }
        for name, row in rates.items()
        for x, rate in zip(steps, row, strict=True)
    ]
    layout = {
        "annotations": notes,
        "font": {"size": 14, "color": ink},
        "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
        "xaxis": {"title": {"text": say("close-plusplus.step")}, "dtick": 1, "showgrid": False, "zeroline": False},
        "yaxis": {"showgrid": False},
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    return go.Figure([cells], layout)


def rates_table(rates: dict[str, list[float | None]]) -> dict[str, list[Any]]:
    """A column a layer, a row a step."""
    count = len(next(iter(rates.values())))
    return {say("close-plusplus.step"): list(range(1, count + 1)), **rates}


def _on(share: float) -> str:
    """Ink for a cell of that share of the darkest."""
    return "#FFFFFF" if abs(share) > 0.6 else "#1A1A1A"
