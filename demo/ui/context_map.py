"""The map of contexts on the sine page: a small component whose handle sends a context to its curve.

Python sends the network's weights, which are few; `context_map.js` computes every curve itself, at the pointer's
speed, and asks nobody.
"""

from __future__ import annotations

import colorsys
import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from demo.learners.gradient import GradientLearner
from demo.ui import palette
from demo.ui.component import component
from demo.ui.context_view import Numbers, Tasks, curve, nearest_sine, path, tasks
from demo.ui.export import show_export
from demo.ui.palette import ink
from demo.ui.sine_view import GRID, Question
from demo.ui.words import group, say

_KEY = "context-map"
_component = component(
    "context", '<div class="context"></div>', "nodes", "context_net", "context_map", styles=["context_map"]
)


def show_map(learner: GradientLearner, question: Question, factor: float, steps: int) -> None:
    """The map beside the curve, and what to take away."""
    found, walk = tasks(learner), path(learner, question, factor, steps)
    with st.container(key="context-figure"):
        _component(key=_KEY, data=map_data(learner, question, found, walk))
    figure = map_figure(found, walk, ink())
    show_export("sine-context", figure, map_table(learner, found, walk), ".st-key-context-figure")


def map_data(learner: GradientLearner, question: Question, found: Tasks, walk: Numbers) -> dict[str, Any]:
    x, y = question.support()
    return {
        "weights": {
            name: np.round(w[0].double().numpy(), 5).tolist() for name, w in learner.theta.items()
        },  # name -> rows: w1 (64, 3), b1 (1, 64), ...
        "tasks": [
            {"at": at.round(3).tolist(), "colour": colour(phase), "size": size(amplitude)}
            for at, amplitude, phase in zip(found.context, found.amplitude, found.phase, strict=True)
        ],
        "reach": reach(found, walk),
        "path": walk.round(4).tolist(),
        "grid": GRID.tolist(),
        "truth": question.truth().round(4).tolist(),
        "points": np.stack([x, y], axis=1).round(4).tolist(),
        "colour": palette.colour("sine-caml"),
        "words": group("context.map"),
    }


def reach(found: Tasks, walk: Numbers) -> float:
    """Where the map ends, in both directions."""
    sound = walk[np.isfinite(walk).all(axis=1)]
    return float(1.12 * min(np.abs(np.concatenate([found.context, sound])).max(), 2 * np.abs(found.context).max()))


def colour(phase: float) -> str:
    """A hue of the colour circle for a phase in radians: what lies close there is alike here."""
    red, green, blue = colorsys.hls_to_rgb(phase / (2 * math.pi), 0.52, 0.6)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def size(amplitude: float) -> float:
    """A dot's radius in pixels."""
    return round(2.0 + amplitude, 2)


def map_figure(found: Tasks, walk: Numbers, ink: str) -> go.Figure:
    """The map as Plotly shows it, for export."""
    dots = {
        "type": "scatter",
        "x": found.context[:, 0],
        "y": found.context[:, 1],
        "mode": "markers",
        "name": say("context.tasks"),
        "marker": {
            "color": [colour(p) for p in found.phase],
            "size": [2 * size(a) for a in found.amplitude],
        },
        "text": [f"A = {a:.2f}, φ = {p:.2f}" for a, p in zip(found.amplitude, found.phase, strict=True)],
        "hovertemplate": "%{text}<extra></extra>",
    }
    steps = {
        "type": "scatter",
        "x": walk[:, 0],
        "y": walk[:, 1],
        "mode": "lines+markers",
        "name": say("context.path"),
        "line": {"color": ink, "width": 2.5},
        "marker": {"size": 7},
    }
    axis = {"zeroline": True, "tickfont": {"color": ink}}
    return go.Figure(
        [dots, steps],
        {
            "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
            "font": {"color": ink, "size": 14},
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom"},
            "xaxis": {**axis, "title": {"text": "φ₁"}},
            "yaxis": {**axis, "title": {"text": "φ₂"}, "scaleanchor": "x"},
        },
    )


def map_table(learner: GradientLearner, found: Tasks, walk: Numbers) -> dict[str, list[Any]]:
    """The sample tasks, and the path with the sine nearest to each step's curve."""
    near = [nearest_sine(curve(learner, at)) for at in walk]
    return {
        "A": found.amplitude.round(4).tolist(),
        "φ": found.phase.round(4).tolist(),
        say("context.number", n=1): found.context[:, 0].round(4).tolist(),
        say("context.number", n=2): found.context[:, 1].round(4).tolist(),
        say("context.step"): list(range(len(walk))),
        f"{say('context.path')} 1": walk[:, 0].round(4).tolist(),
        f"{say('context.path')} 2": walk[:, 1].round(4).tolist(),
        say("context.amplitude"): [round(a, 4) for a, _, _ in near],
        say("context.phase"): [round(p, 4) for _, p, _ in near],
    }
