"""Context adaptation up close: the context numbers at every inner step, and what they add to the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray

from demo.learners.caml import ContextNet
from demo.learners.gradient import GradientLearner
from demo.lessons.drawn import Drawn
from demo.ui.close import Close
from demo.ui.export import show_export
from demo.ui.palette import PLOTLY, ink
from demo.ui.words import say


def show(close: Close) -> None:
    learner, episodes = close.learner, close.episodes
    assert isinstance(learner, GradientLearner)
    assert isinstance(learner.network, ContextNet)
    context = np.stack([theta["context"][0, 0].detach().numpy() for theta, _ in learner.walk(episodes)])
    deaf = replace(learner, theta={**learner.theta, "film": torch.zeros_like(learner.theta["film"])})
    answers = [each.adapt_all(episodes)[1][-1, 0].numpy() for each in (learner, deaf)]
    table = answers_table(close.drawings, *answers)
    moving = sum(
        w[0].numel()
        for name, w in learner.network.start(learner.theta, len(close.drawings.labels)).items()
        if name in ("context", "head")
    )
    still = sum(w.numel() for w in learner.theta.values())
    figure = context_figure(context, ink())
    with st.container(key="close-context"):
        st.markdown(say("close-caml.sizes", moving=f"{moving:,}", still=f"{still:,}"))
        st.plotly_chart(figure, key="close-caml", height=300, config=PLOTLY, alt=say("close-caml.alt"))
        st.markdown(say("close-caml.with"))
        st.dataframe(table, hide_index=True)
    steps = {say("close-caml.step", n=k): row.astype(float).round(5).tolist() for k, row in enumerate(context)}
    show_export("caml", figure, {**table, **steps}, ".st-key-close-context")


def context_figure(context: NDArray[Any], ink: str) -> go.Figure:
    """context (S + 1, P): a row for each step, from above, a column for each number; the strongest first."""
    order = np.argsort(-np.abs(context[-1]), kind="stable")
    most = float(np.abs(context).max()) or 1.0
    heat = {
        "type": "heatmap",
        "z": context[:, order].astype(float).round(5).tolist(),
        "zmin": -most,
        "zmax": most,
        "colorscale": "RdBu",
        "colorbar": {"thickness": 12, "tickfont": {"color": ink}},
        "hovertemplate": say("close-caml.hover") + "<extra></extra>",
    }
    return go.Figure(
        [heat],
        {
            "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
            "font": {"size": 14, "color": ink},
            "xaxis": {"title": {"text": say("close-caml.numbers")}, "showgrid": False},
            "yaxis": {"title": {"text": say("close-caml.steps")}, "autorange": "reversed", "dtick": 1},
        },
    )


def answers_table(drawings: Drawn, own: NDArray[Any], deaf: NDArray[Any]) -> dict[str, list[Any]]:
    """A row for each query: the answer (Q, N), and that without the context numbers (Q, N)."""

    def told(probabilities: NDArray[Any]) -> list[str]:
        return [f"{drawings.labels[row.argmax()]} ({row.max():.1%})" for row in probabilities]

    return {
        say("close-caml.query"): list(drawings.names[len(drawings.support) :]),
        say("close-caml.all"): told(own),
        say("close-caml.rows"): told(deaf),
    }
