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
from demo.ui.sine_view import STEPS, Question, Run, run_all
from demo.ui.sine_words import headline, snippet, warning

STYLE = Path(__file__).resolve().parents[2] / "assets" / "sine.css"
INK = {"light": "#31333F", "dark": "#FAFAFA"}  # Streamlit's text colours; Plotly needs them as values
PLOTLY = {"displayModeBar": False}


@st.cache_resource(show_spinner=False)
def load(name: str) -> GradientLearner:
    return store.load(name)


@st.cache_data(show_spinner=False, max_entries=64)
def compute(names: tuple[str, ...], question: Question, factor: float, steps: int = STEPS) -> list[Run]:
    """Every learner's run; the steps in view and the learner chosen change nothing here."""
    torch.set_num_threads(1)  # of this session's thread; networks this small lose time to a second one
    return run_all([load(name) for name in names], question, factor, steps)


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
            values = controls()
        names = sound_learners()
        runs = compute(names, question(values), values["rate_factor"])
        mine = of(values["sine_learner"], runs)
        with right:
            follow(values, tuple(name for name in names if name in (values["sine_learner"], "sine-random")))
            show_errors(values, runs)
        if mine is not None:
            with st.expander(f"These numbers in Python, and {ENTRIES[mine.name].title} on many sines"):
                st.code(snippet(question(values), mine, values["sine_steps"]), language="python")
                st.code(f"python -m demo evaluate --learner {mine.name}", language="bash")


@st.fragment
def follow(values: dict[str, Any], names: tuple[str, ...]) -> None:
    """The curves, which follow amplitude and phase while they are dragged: that reruns this and nothing else."""
    values = {**values, **dragged()}
    step = values["sine_steps"]
    runs = compute(names, question(values), values["rate_factor"], step)
    mine = of(values["sine_learner"], runs)
    if mine is not None:
        st.markdown(headline(mine, step, of("sine-random", runs)))
    with st.container(key="sine-plot"):
        figure = fit_figure(question(values), mine, step, ink())
        alt = "The true sine, its points, and the learner's curves before, between and after its steps"
        st.plotly_chart(figure, key="sine-fit", height=380, config=PLOTLY, alt=alt)
    listen()


def show_errors(values: dict[str, Any], runs: list[Run]) -> None:
    if note := warning(runs, values["sine_steps"]):
        st.warning(note)
    with st.container(key="sine-errors"):
        figure = error_figure(runs, values["sine_learner"], values["sine_steps"], ink())
        alt = "Mean squared error of every learner at every inner step"
        st.plotly_chart(figure, key="sine-mse", height=300, config=PLOTLY, alt=alt)


def question(values: dict[str, Any]) -> Question:
    return Question(*(values[key] for key in ("amplitude", "phase", "points", "noise", "seed")))


def of(name: str, runs: list[Run]) -> Run | None:
    """That learner's run, if it could be loaded."""
    return next((run for run in runs if run.name == name), None)


def ink() -> str:
    return INK[st.context.theme.type or "light"]


st.html(STYLE)
st.title("Bend to a sine", anchor=False)
st.markdown(
    "Drag a sine: a network that has learnt from many others sees a few of its points and bends to it in a few"
    " gradient steps."
)
workbench()
