"""CACTUs up close: a heap of drawings that it sorts into piles, as it made its training tasks."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray

from demo.learners.gradient import GradientLearner
from demo.lessons.piles import features, heap, piles, purity
from demo.lessons.projection import project
from demo.ui.close import Close
from demo.ui.export import show_export
from demo.ui.palette import ink
from demo.ui.pictures import picture
from demo.ui.settings import CACTUS
from demo.ui.words import many, say

HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A8B2A", "#7B52AB")


def show(close: Close) -> None:
    assert isinstance(close.learner, GradientLearner)
    with st.container(key="cactus-settings", horizontal=True, gap="medium"):
        count, seed = CACTUS["cactus_piles"].widget(), CACTUS["cactus_seed"].widget()
    found = heap(seed)
    images = np.concatenate([found.images, close.drawings.images])
    things = np.concatenate([found.things, np.full(len(close.drawings.images), -1)])
    z = features(close.learner, images)
    sorted_by = {
        "features": piles(z, count, seed),
        "pixels": piles(torch.from_numpy(images).flatten(1), count, seed),
    }
    names = [str(1 + thing) for thing in found.things] + list(close.drawings.names)
    with st.container(key="close-cactus"):
        shares = {by: f"{purity(pile, things):.0%}" for by, pile in sorted_by.items()}
        st.markdown(say("close-cactus.purity", **shares))
        st.html(grid(images, names, things, sorted_by["features"]))
    figure = map_figure(project(z[None].numpy()).places[0], names, sorted_by["features"], ink())
    show_export("cactus", figure, table(names, sorted_by), ".st-key-close-cactus")


def grid(images: NDArray[np.float32], names: list[str], things: NDArray[np.int64], pile: NDArray[np.int64]) -> str:
    """HTML: a box for each pile with its pictures; under each, the number of its thing, or the name of a pad."""
    boxes = []
    for k in range(int(pile.max()) + 1):
        members = np.flatnonzero(pile == k)
        each = "".join(
            f'<figure class="{"own" if things[m] < 0 else "invented"}" style="--own: {ink()}">'
            f"{picture(images[m])}<span>{html.escape(names[m])}</span></figure>"
            for m in members
        )
        heading = html.escape(say("close-cactus.pile", n=k + 1, drawings=many("close-cactus.drawings", len(members))))
        boxes.append(f'<section aria-label="{heading}"><header>{heading}</header><div>{each}</div></section>')
    return f'<div class="piles">{"".join(boxes)}</div>'


def map_figure(places: NDArray[Any], names: list[str], pile: NDArray[np.int64], ink: str) -> go.Figure:
    """places (M, 2) of all drawings, each with its thing's number, in its pile's colour."""
    dots = [
        {
            "type": "scatter",
            "x": places[pile == k, 0].round(4).tolist(),
            "y": places[pile == k, 1].round(4).tolist(),
            "text": [name for name, at in zip(names, pile, strict=True) if at == k],
            "mode": "markers+text",
            "textposition": "top center",
            "name": str(k + 1),
            "marker": {"size": 11, "color": HUES[k % len(HUES)]},
        }
        for k in range(int(pile.max()) + 1)
    ]
    axis = {"visible": False}
    return go.Figure(dots, {"font": {"size": 14, "color": ink}, "xaxis": axis, "yaxis": {**axis, "scaleanchor": "x"}})


def table(names: list[str], sorted_by: dict[str, NDArray[np.int64]]) -> dict[str, list[Any]]:
    """A row for each drawing: its thing or pad, and its pile by features and by pixels."""
    return {
        say("close-cactus.drawing"): names,
        **{say(f"close-cactus.by.{by}"): (pile + 1).tolist() for by, pile in sorted_by.items()},
    }
