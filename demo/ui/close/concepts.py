"""Concept space up close: where three ways of training the same encoder put the drawings, and what each reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray

from demo.learners import store
from demo.learners.gradient import GradientLearner
from demo.lessons.drawn import Drawn
from demo.lessons.projection import project
from demo.models import CosineNet
from demo.ui.close import Close
from demo.ui.close.beside import load
from demo.ui.export import show_export, titled
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.words import say

ALONE = ("maml", "pretrained")
"""Those trained with one of the two losses: L_meta, L_classify."""


@torch.no_grad()
def show(close: Close) -> None:
    assert isinstance(close.learner, GradientLearner)
    learners = {**{name: load(name) for name in ALONE}, close.learner.name: close.learner}
    figures, table = [], []
    with st.container(key="close-concepts"):
        for column, (name, learner) in zip(st.columns(3, gap="medium"), learners.items(), strict=True):
            features = embedded(learner, close.drawings)
            heading = say(f"close-concepts.{name}")
            figure = map_figure(close.drawings, project(features[None]).places[0], ink())
            with column:
                st.markdown(heading)
                alt = say("close-concepts.alt", learner=say(f"learner.{name}"))
                st.plotly_chart(figure, key=f"close-concepts-{name}", height=280, config=PLOTLY, alt=alt)
            figures.append(titled(figure, heading))
            table.append(row(name, learner, close, features))
        st.dataframe(table, hide_index=True)
    columns = {key: [each[key] for each in table] for key in table[0]}
    show_export("concepts", figures, columns, ".st-key-close-concepts")


def embedded(learner: GradientLearner, drawings: Drawn) -> NDArray[np.float32]:
    """Features (P, D) of unit length, before any inner step."""
    assert isinstance(learner.network, CosineNet)
    features: NDArray[np.float32] = learner.network.embed(
        learner.theta, torch.from_numpy(drawings.images)[None, :, None]
    )[0].numpy()
    return features


def row(name: str, learner: GradientLearner, close: Close, features: NDArray[np.float32]) -> dict[str, Any]:
    """What the card states of a learner, how far apart it holds the classes, and its answer to the first query."""
    figure = store.read_card(name)["evaluation"]["5-way 1-shot"]
    with torch.enable_grad():
        answer = learner.adapt_all(close.episodes)[1][-1, 0, 0]
    known = len(close.drawings.support)
    cosines = np.sort(features[known] @ features[:known].T)[::-1]
    return {
        say("close-concepts.learner"): say(f"learner.{name}"),
        say("close-concepts.accuracy"): f"{figure['accuracy']:.1%} ± {figure['ci95']:.1%}",
        say("close-concepts.answer"): f"{close.drawings.labels[int(answer.argmax())]} ({answer.max().item():.1%})",
        say("close-concepts.nearest"): f"{cosines[0]:.2f}",
        say("close-concepts.second"): f"{cosines[1]:.2f}",
    }


def map_figure(drawings: Drawn, places: NDArray[Any], ink: str) -> go.Figure:
    """places (P, 2) of the drawings, the support set's first."""
    colours = [ink if kind is None else CLASSES[kind] for kind in drawings.classes]
    symbols = ["star" if kind is None else "circle" for kind in drawings.classes]
    dots = {
        "type": "scatter",
        "x": places[:, 0].round(4).tolist(),
        "y": places[:, 1].round(4).tolist(),
        "text": list(drawings.names),
        "mode": "markers+text",
        "textposition": "top center",
        "cliponaxis": False,
        "marker": {"color": colours, "symbol": symbols, "size": 13},
        "hovertemplate": "%{text}<extra></extra>",
    }
    axis = {"visible": False}
    return go.Figure(
        [dots],
        {
            "margin": {"l": 16, "r": 16, "t": 24, "b": 8},
            "font": {"size": 15, "color": ink},
            "xaxis": axis,
            "yaxis": {**axis, "scaleanchor": "x"},
        },
    )
