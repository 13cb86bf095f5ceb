"""The learnt optimiser up close: what its gates let through, in every layer at every step."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st
import torch
from plotly.subplots import make_subplots
from torch import Tensor

from demo.learners.lstm_meta import LstmMeta, Moment
from demo.ui.close import Close
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.words import say

LAYERS = ("1", "2", "3", "4", "head")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "star")
GATES = ("inputs", "forgets")  # of a `Moment`
APART = 0.09  # steps between layers' marks at one step, so that their bars do not lie on each other

Stat = tuple[float, float]


def show(close: Close) -> None:
    network, learner = close.learner.network, close.learner
    assert isinstance(network, LstmMeta)
    episodes = close.episodes
    with torch.no_grad():
        walk = list(network.walk(learner.theta, episodes, learner.objective, learner.steps))[1:]
    stats = {gate: [layer_stats(moment, gate) for moment in walk] for gate in GATES}
    figure = gates_figure(stats, ink())
    answers = answers_table(close)
    with st.container(key="close-gates"):
        st.plotly_chart(figure, key="close-lstm", height=430, config=PLOTLY, alt=say("close-lstm_meta.alt"))
        st.dataframe(answers, hide_index=True)
    show_export("lstm-meta", figure, {**gates_table(stats), **answers}, ".st-key-close-gates")


def layer_stats(moment: Moment, gate: str) -> list[Stat]:
    """Mean and spread of a gate over all coordinates of each of `LAYERS`, of one task."""
    gates = getattr(moment, gate)
    return [spread(torch.cat([gates[name].flatten() for name in names(layer)])) for layer in LAYERS]


def names(layer: str) -> list[str]:
    """The tensors of a layer."""
    return ["head"] if layer == "head" else [f"conv{layer}", f"bias{layer}"]


def spread(values: Tensor) -> Stat:
    return float(values.mean()), float(values.std())


def gates_figure(stats: dict[str, list[list[Stat]]], ink: str) -> go.Figure:
    """Both gates over the steps, a line for each layer; bars are one standard deviation up and down."""
    figure = make_subplots(1, 2, horizontal_spacing=0.12, subplot_titles=[say(f"close-lstm_meta.{g}") for g in GATES])
    for column, gate in enumerate(GATES, start=1):
        for n, layer in enumerate(LAYERS):
            mean, deviation = zip(*(step[n] for step in stats[gate]), strict=True)
            name = say("close-lstm_meta.head") if layer == "head" else say("close-lstm_meta.block", number=layer)
            x = [t + 1 + APART * (n - 2) for t in range(len(mean))]
            bars = {"type": "data", "array": [round(d, 6) for d in deviation], "thickness": 1.5, "width": 3}
            line = {"color": CLASSES[n], "width": 2.5}
            marker = {"symbol": SYMBOLS[n], "size": 9}
            values = {"x": x, "y": [round(m, 6) for m in mean], "error_y": bars, "mode": "lines+markers"}
            look = {"name": name, "legendgroup": layer, "showlegend": column == 1, "line": line, "marker": marker}
            figure.add_scatter(**values, **look, hovertemplate="%{y:.4f}", row=1, col=column)
    figure.update_xaxes(title=say("close-lstm_meta.step"), dtick=1, zeroline=False)
    own = {
        "tickfont": {"color": ink},
        "title_font": {"color": ink},
    }  # Streamlit's theme knows the first panel's axes only
    figure.update_yaxes(zeroline=False).update_xaxes(**own).update_yaxes(**own)
    return figure.update_layout(
        margin={"l": 0, "r": 8, "t": 34, "b": 0},
        font={"size": 14, "color": ink},
        legend={"orientation": "h", "y": -0.22, "yanchor": "top"},
    )


def gates_table(stats: dict[str, list[list[Stat]]]) -> dict[str, list[Any]]:
    """A row for each step and layer."""
    steps = range(len(stats[GATES[0]]))
    table: dict[str, list[Any]] = {
        say("close-lstm_meta.step"): [t + 1 for t in steps for _ in LAYERS],
        say("close-lstm_meta.layer"): [layer for _ in steps for layer in LAYERS],
    }
    for gate in GATES:
        flat = [stat for step in stats[gate] for stat in step]
        table[say(f"close-lstm_meta.{gate}")] = [round(mean, 6) for mean, _ in flat]
        table[say("close-lstm_meta.spread", gate=say(f"close-lstm_meta.{gate}"))] = [round(s, 6) for _, s in flat]
    return table


def answers_table(close: Close) -> dict[str, list[Any]]:
    """A row for each query: the probability of its answer after every step."""
    outputs = close.learner.adapt_all(close.episodes)[1][:, 0]  # (S + 1, Q, N)
    best = outputs[-1].argmax(dim=-1)
    drawings = close.drawings
    return {
        say("close-lstm_meta.query"): list(drawings.names[len(drawings.support) :]),
        say("close-lstm_meta.answer"): [drawings.labels[i] for i in best.tolist()],
        **{
            say("close-lstm_meta.after", step=t): [f"{p:.1%}" for p in row.gather(1, best[:, None])[:, 0].tolist()]
            for t, row in enumerate(outputs)
        },
    }
