"""Inside adaptation: the inner loop as an animation, every step of it, for the drawings of the draw page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from demo.learners import store
from demo.learners.gradient import GradientLearner
from demo.lessons.inside import look
from demo.lessons.projection import project
from demo.ui.export import show_export
from demo.ui.inside import inside_data, show_inside
from demo.ui.inside_data import pack
from demo.ui.inside_tables import inside_figures, inside_table
from demo.ui.inside_words import snippet
from demo.ui.palette import ink
from demo.ui.quoted import in_markdown
from demo.ui.settings import INSIDE
from demo.ui.subject import show_missing, show_source, subject
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "inside.css"
DEEPER = ("rule", "loss", "answer", "moved", "map", "filters")


@st.cache_resource(show_spinner=False)
def load(name: str) -> GradientLearner:
    return store.load_initialisation(name)


@st.cache_data(show_spinner=False, max_entries=64)
def compute(name: str, support: tuple[int, ...], images: NDArray[np.float32], steps: int) -> dict[str, Any]:
    """What the component needs to know of learner `name`; images (P, 28, 28), those of the classes `support` first."""
    torch.set_num_threads(1)  # of this session's thread; networks this small lose time to a second one
    learner, x, k = load(name), torch.from_numpy(images)[:, None], len(support)
    inside = look(learner, x[:k], torch.tensor(support), x[k:], steps)
    return pack(inside, project(inside.features), learner.theta["conv1"].shape[1])


@st.fragment
def workbench() -> None:
    """Settings and animation: moving a setting reruns this and nothing else."""
    drawings, example = subject()
    with st.container(key="inside-settings", horizontal=True, vertical_alignment="bottom", gap="medium"):
        learner = INSIDE["inside_learner"].widget()
        steps = INSIDE["inside_steps"].widget()
        if not drawings.missing:
            with st.container(key="inside-source"):
                show_source(example)
    with st.container(key="inside-view"):
        if drawings.missing:
            with st.container(key="inside-empty"):
                show_missing(drawings)
            return
        try:
            packed = compute(learner, drawings.support, drawings.images, steps)
        except store.WeightsError as error:
            st.error(
                say("inside.broken", learner=say(f"learner.{learner}"), error=in_markdown(str(error))),
                icon=":material/error:",
            )
            return
        data, colour = inside_data(drawings, packed), ink()
        show_inside(data)
    show_export("inside", lambda: inside_figures(data, colour), lambda: inside_table(data), ".st-key-inside-view")
    go_deeper(snippet(f"assets/examples/{example}.json" if example else "task.json", learner, steps))


def go_deeper(script: str) -> None:
    """The formulas behind every panel, and how to have the numbers without this page."""
    with st.container(key="inside-deeper"), st.expander(say("inside.deeper"), icon=":material/function:"):
        for part in DEEPER:
            st.markdown(say(f"inside.deeper.{part}"))
        st.markdown(say("inside.snippet"))
        st.code(script, language="python")


st.html(STYLE)
st.title(say("inside.title"), anchor=False)
st.markdown(say("inside.invitation"))
workbench()
