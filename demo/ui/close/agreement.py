"""Gradient agreement up close: how much your drawings would count among other tasks, and whether they are outvoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st
import torch

from demo.learners.agreement import agreement
from demo.learners.gradient import GradientLearner
from demo.lessons.among import examples, task_displacements
from demo.ui import frame
from demo.ui.close import Close
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.settings import AGREEMENT
from demo.ui.words import say

HEIGHT = 340
YOURS, OTHERS, OUTVOTED = CLASSES[0], "#8A8A8A", CLASSES[1]


def show(close: Close) -> None:
    learner = close.learner
    assert isinstance(learner, GradientLearner)
    with st.container(key="close-agreement-settings", horizontal=True, gap="medium"):
        others, seed = (AGREEMENT[key].widget() for key in ("agreement_tasks", "agreement_seed"))
    w = weights(learner, close, others, seed)
    figure = weights_figure(w, ink())
    with st.container(key="close-agreement"):
        alt = say("close-agreement.alt", yours=f"{w[0]:+.2f}", count=others, outvoted=sum(v < 0 for v in w))
        st.plotly_chart(figure, key="close-agreement-chart", height=HEIGHT, config=PLOTLY, alt=alt)
    show_export("agreement", figure, weights_table(w), ".st-key-close-agreement")
    frame.link("moves", say("close-agreement.moves"))


def weights(learner: GradientLearner, close: Close, others: int, seed: int) -> list[float]:
    """Your task's first. It may have another number of drawings a class than the others, so it adapts alone."""
    yours = task_displacements(learner, close.episodes)
    theirs = task_displacements(learner, examples(others, close.episodes.ways, seed=100 * seed))
    return [float(v) for v in agreement(torch.cat([yours, theirs]))]


def weights_figure(w: Sequence[float], ink: str) -> go.Figure:
    """A bar a task, and a line at 1/n, which each would have in Reptile or MAML."""
    equal = 1 / len(w)
    names = [f"{name}<br>{v:+.2f}".replace("-", "−") for name, v in zip(_names(w), w, strict=True)]
    bars = {
        "type": "bar",
        "x": names,
        "y": [round(v, 4) for v in w],
        "marker": {"color": [YOURS if i == 0 else OUTVOTED if v < 0 else OTHERS for i, v in enumerate(w)]},
        "hovertemplate": "%{x}: %{y:.3f}<extra></extra>",
    }
    layout = {
        "font": {"size": 14, "color": ink},
        "margin": {"l": 0, "r": 0, "t": 28, "b": 64},
        "xaxis": {"type": "category", "tickangle": 0},
        "yaxis": {
            "title": {"text": say("close-agreement.weight")},
            "zeroline": True,
            "zerolinecolor": ink,
            "zerolinewidth": 1.5,
            "range": [min(0.0, 1.3 * min(w)), 1.25 * max(equal, *w)],
        },
        "shapes": [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": equal,
                "y1": equal,
                "line": {"color": ink, "width": 1.5, "dash": "dash"},
            }
        ],
        "annotations": [
            {
                "xref": "paper",
                "x": 1,
                "xanchor": "right",
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
                "text": say("close-agreement.equal", share=f"{equal:.2f}"),
                "showarrow": False,
            }
        ],
    }
    return go.Figure([bars], layout)


def weights_table(w: Sequence[float]) -> dict[str, list[Any]]:
    return {
        say("close-agreement.task"): _names(w),
        say("close-agreement.weight"): [round(v, 5) for v in w],
    }


def _names(w: Sequence[float]) -> list[str]:
    return [say("close-agreement.yours"), *(str(n) for n in range(1, len(w)))]
