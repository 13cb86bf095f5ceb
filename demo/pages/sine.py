"""The sine page: a regressor bends to a sine in a few gradient steps, beside others that try the same."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from demo.learners import REGRESSORS, store
from demo.ui.context_map import show_map
from demo.ui.export import show_export
from demo.ui.palette import PLOTLY, ink
from demo.ui.quoted import in_markdown
from demo.ui.settings import SINE
from demo.ui.sine_bench import TWIN, Bench, compute, load, of, question
from demo.ui.sine_charts import error_figure, error_table, fit_figure, fit_table
from demo.ui.sine_live import show_fit
from demo.ui.sine_view import Run
from demo.ui.sine_words import snippet, warning
from demo.ui.steady import keep_in_sight
from demo.ui.words import language, say

CONTEXT = "sine-caml"  # the learner whose context is a map
STYLE = Path(__file__).resolve().parents[2] / "assets" / "sine.css"

INNER = r"""
\theta_{s+1} = \theta_s - \alpha\,\nabla_{\theta_s}\,\frac{1}{K}\sum_{i=1}^{K}\bigl(f_{\theta_s}(x_i) - y_i\bigr)^2,
\qquad s = 0, \dots, S-1
"""
MEAN = r"""
\arg\min_f\ \mathbb{E}_{A,\varphi}\bigl(f(x) - A\sin(x+\varphi)\bigr)^2 = \mathbb{E}_{A,\varphi}\,A\sin(x+\varphi) = 0
"""


def sound_learners() -> tuple[str, ...]:
    """The learners whose weights load; the page says what is wrong with the others and goes on without."""
    names = []
    for entry in REGRESSORS:
        try:
            load(entry.name)
        except store.WeightsError as error:
            st.error(say("sine.missing", learner=say(f"learner.{entry.name}"), error=in_markdown(str(error))))
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
def workbench(bench: Bench) -> None:
    """Controls and figures: moving a slider reruns this and nothing else."""
    with st.container(key="sine-bench"):
        left, right = st.columns([1, 3], gap="medium")
        with left:
            values = controls()
        names = sound_learners()
        runs = compute(names, question(values), values["rate_factor"])
        bench.values, bench.tongue = values, language()
        bench.learners = tuple(load(name) for name in names if name in (values["sine_learner"], TWIN))
        with right:
            with st.container(key="sine-plot"):
                follow(bench)
            offer_fit(values, of(values["sine_learner"], runs))
            if note := warning(runs, values["sine_steps"]):
                st.warning(note)
            show_errors(values, runs)
            with st.container(key="sine-deeper"):
                explain()
                show_code(values, of(values["sine_learner"], runs))
                if CONTEXT in names:
                    show_context(values)


@st.fragment
def follow(bench: Bench) -> None:
    """The curves, where a slider that is dragged has no line of its own: that reruns this and nothing else."""
    show_fit(bench)


def offer_fit(values: dict[str, Any], run: Run | None) -> None:
    asked, step = question(values), values["sine_steps"]
    figure = partial(fit_figure, asked, run, step, ink(), language())
    show_export("sine-fit", figure, fit_table(asked, run, step), ".st-key-sine-plot")


def show_errors(values: dict[str, Any], runs: list[Run]) -> None:
    figure = error_figure(runs, values["sine_learner"], values["sine_steps"], ink())
    with st.container(key="sine-errors"):
        st.plotly_chart(figure, key="sine-mse", height=300, config=PLOTLY, alt=say("sine.errors.alt"))
    keep_in_sight("sine-errors")
    show_export("sine-errors", figure, error_table(runs), ".st-key-sine-errors")


def explain() -> None:
    with st.expander(say("sine.deeper.title")):
        st.markdown(say("sine.deeper.what"))
        st.latex(INNER)
        st.markdown(say("sine.deeper.why"))
        st.latex(MEAN)
        st.markdown(say("sine.deeper.flat"))


def show_context(values: dict[str, Any]) -> None:
    with st.expander(say("context.title"), icon=":material/map:"):
        st.markdown(say("context.lead"))
        show_map(load(CONTEXT), question(values), values["rate_factor"], values["sine_steps"])
        st.markdown(say("context.deeper"))


def show_code(values: dict[str, Any], run: Run | None) -> None:
    if run is not None:
        with st.expander(say("sine.python", learner=say(f"learner.{run.name}"))):
            st.code(snippet(question(values), run, values["sine_steps"]), language="python")
            st.code(f"python -m demo evaluate --learner {run.name}", language="bash")


st.html(STYLE)
st.title(say("sine.title"), anchor=False)
st.markdown(say("sine.lead"))
workbench(st.session_state.setdefault("bench", Bench()))
