"""The sine page: a regressor bends to a sine in a few gradient steps, beside three others that try the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
import torch

from demo.learners import ENTRIES, REGRESSORS, store
from demo.learners.gradient import GradientLearner
from demo.ui.settings import SINE
from demo.ui.sine_charts import error_figure, fit_figure
from demo.ui.sine_live import dragged, listen
from demo.ui.sine_view import Question, Run, run_all
from demo.ui.sine_words import headline, snippet, warning

STYLE = Path(__file__).resolve().parents[2] / "assets" / "sine.css"
INK = {"light": "#31333F", "dark": "#FAFAFA"}  # Streamlit's text colours; Plotly needs them as values
PLOTLY = {"displayModeBar": False}


@st.cache_resource(show_spinner=False)
def load(name: str) -> GradientLearner:
    return store.load(name)


@st.cache_data(show_spinner=False, max_entries=64)
def compute(names: tuple[str, ...], question: Question, factor: float) -> list[Run]:
    """Every learner's run; the steps in view and the learner chosen change nothing here."""
    torch.set_num_threads(1)  # of this session's thread; networks this small lose time to a second one
    return run_all([load(name) for name in names], question, factor)


def sound_learners() -> tuple[str, ...]:
    """The learners whose weights load; the page says what is wrong with the others and goes on without."""
    names = []
    for entry in REGRESSORS:
        try:
            load(entry.name)
        except store.WeightsError as error:
            st.error(f"{entry.title} is not available: {error}. The other learners still work.")
        else:
            names.append(entry.name)
    return tuple(names)


def controls() -> dict[str, Any]:
    """Draws every control; returns the settings' values by key."""
    values = {}
    with st.container(key="sine-drag"):
        for key in ("amplitude", "phase"):
            with st.container(key=f"sine-{key}"):
                values[key] = SINE[key].widget()
    with st.container(key="sine-more"):
        for key in SINE:
            if key not in values:
                values[key] = SINE[key].widget()
    return values


@st.fragment
def workbench() -> None:
    """Controls and plots: moving a slider reruns this and nothing else."""
    with st.container(key="sine-bench"):
        left, right = st.columns([1, 3], gap="medium")
        with left:
            values = {**controls(), **dragged()}
        question = Question(*(values[key] for key in ("amplitude", "phase", "points", "noise", "seed")))
        step, chosen = values["sine_steps"], values["sine_learner"]
        runs = compute(sound_learners(), question, values["rate_factor"])
        mine = next((one for one in runs if one.name == chosen), None)
        with right:
            show_plots(question, runs, mine, chosen, step)
        if mine is not None:
            with st.expander(f"These numbers in Python, and {ENTRIES[chosen].title} on many sines"):
                st.code(snippet(question, mine, step), language="python")
                st.code(f"python -m demo evaluate --learner {chosen}", language="bash")
        listen()


def show_plots(question: Question, runs: list[Run], mine: Run | None, chosen: str, step: int) -> None:
    """The headline and both plots; `mine` is the chosen learner's run, if it could be loaded."""
    ink = INK[st.context.theme.type or "light"]
    if mine is not None:
        st.markdown(headline(mine, step, next((one for one in runs if one.name == "sine-random"), None)))
    with st.container(key="sine-plot"):
        figure = fit_figure(question, mine, step, ink)
        alt = "The true sine, its points, and the learner's curves before, between and after its steps"
        st.plotly_chart(figure, key="sine-fit", height=380, config=PLOTLY, alt=alt)
    if note := warning(runs, step):
        st.warning(note)
    with st.container(key="sine-errors"):
        figure = error_figure(runs, chosen, step, ink)
        alt = "Mean squared error of every learner at every inner step"
        st.plotly_chart(figure, key="sine-mse", height=300, config=PLOTLY, alt=alt)


st.html(STYLE)
st.title("Bend to a sine", anchor=False)
st.markdown(
    "Drag a sine: a network that has learnt from many others sees a few of its points and bends to it in a few"
    " gradient steps."
)
workbench()
