"""TAML by inequality up close: how unequal its losses are over many tasks, beside MAML's, and your query's bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st
import torch

from demo.learners import store
from demo.learners.taml import gini, lorenz, theil
from demo.learners.trained import Trained
from demo.lessons.among import examples, task_losses
from demo.ui.close import Close
from demo.ui.close.steps import show_steps, steps_figure, steps_table
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, LEARNERS, PLOTLY, ink
from demo.ui.settings import INEQUALITY
from demo.ui.words import say

HEIGHT = 380
TASKS = 40
WAYS = 5


@st.cache_data(show_spinner=False, max_entries=32)
def losses(name: str, seed: int, _learner: Trained) -> list[float]:
    """Of TASKS tasks of the stored examples, in nats; cached, for it takes a second."""
    return [float(loss) for loss in task_losses(_learner, examples(TASKS, WAYS, seed=TASKS * seed))]


@st.cache_resource(show_spinner=False)
def load_maml() -> Trained:
    return store.load("maml")


def show(close: Close) -> None:
    seed = INEQUALITY["inequality_seed"].widget()
    learners = {"taml-inequality": close.learner, "maml": load_maml()}
    found = {name: losses(name, seed, learner) for name, learner in learners.items()}
    figure = lorenz_figure(found, ink())
    with st.container(key="close-lorenz"):
        said = say("close-inequality.comma").join(_said(name, values) for name, values in found.items())
        alt = say("close-inequality.alt", tasks=TASKS, said=said)
        st.plotly_chart(figure, key="close-lorenz-chart", height=HEIGHT, config=PLOTLY, alt=alt)
        st.dataframe(measures_table(found), hide_index=True)
    show_export("taml-lorenz", figure, lorenz_table(found), ".st-key-close-lorenz")
    outputs = close.learner.adapt_all(close.episodes)[1][:, 0].numpy()
    bars = steps_figure(close.drawings, outputs, ink())
    st.markdown(say("close-inequality.bars"))
    with st.container(key="close-steps"):
        show_steps("close-inequality-steps", bars, close.drawings)
    show_export("taml-steps", bars, lambda: steps_table(close.drawings, outputs), ".st-key-close-steps")


def lorenz_figure(found: Mapping[str, list[float]], ink: str) -> go.Figure:
    """The share of all loss that the luckiest tasks have, and the diagonal of equal losses."""
    traces = [
        {
            "type": "scatter",
            "x": [0, 1],
            "y": [0, 1],
            "mode": "lines",
            "name": say("close-inequality.equal"),
            "line": {"color": ink, "width": 1.5, "dash": "dash"},
            "hoverinfo": "skip",
        }
    ]
    styles = {"taml-inequality": (CLASSES[0], "solid"), "maml": (LEARNERS["maml"], "dot")}
    for name, values in found.items():
        colour, dash = styles[name]
        curve = lorenz(torch.tensor(values))
        traces.append(
            {
                "type": "scatter",
                "x": [k / len(values) for k in range(len(values) + 1)],
                "y": [round(float(y), 5) for y in curve],
                "mode": "lines",
                "name": _said(name, values),
                "line": {"color": colour, "width": 3.5, "dash": dash},
                "hovertemplate": "%{x:.0%} → %{y:.1%}<extra></extra>",
            }
        )
    axis = {"range": [0, 1.005], "tickformat": ".0%", "zeroline": False}
    layout = {
        "font": {"size": 14, "color": ink},
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "xaxis": {**axis, "title": {"text": say("close-inequality.tasks")}},
        "yaxis": {**axis, "title": {"text": say("close-inequality.loss")}},
        "legend": {"x": 0.02, "y": 0.98, "xanchor": "left", "yanchor": "top", "bgcolor": "rgba(0,0,0,0)"},
    }
    return go.Figure(traces, layout)


def measures_table(found: Mapping[str, list[float]]) -> dict[str, list[Any]]:
    """A row a learner: Gini and Theil indices and the mean loss."""
    of = [torch.tensor(values) for values in found.values()]
    return {
        say("close-inequality.learner"): [say(f"learner.{name}") for name in found],
        say("close-inequality.gini"): [round(float(gini(values)), 3) for values in of],
        say("close-inequality.theil"): [round(float(theil(values)), 3) for values in of],
        say("close-inequality.mean"): [round(float(values.mean()), 3) for values in of],
    }


def lorenz_table(found: Mapping[str, list[float]]) -> dict[str, list[Any]]:
    """Every task's loss, smallest first, a column a learner."""
    return {say(f"learner.{name}"): sorted(values) for name, values in found.items()}


def _said(name: str, values: list[float]) -> str:
    return say("close-inequality.curve", learner=say(f"learner.{name}"), gini=f"{gini(torch.tensor(values)):.2f}")
