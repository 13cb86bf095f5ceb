"""An optimiser that was learnt, beside SGD and Adam: on random quadratics, and on a network that fits a sine."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st
import torch

from demo.learners import store
from demo.learners.optimisers import Optimiser
from demo.learners.store import Card
from demo.lessons.optimising import FILES, NAMES, POINTS, PROBLEMS, Array, Fit, everybody, fit_sine, places, quadratics
from demo.tasks.sine import Sine
from demo.training import apart
from demo.ui.export import show_export
from demo.ui.optimise_charts import curve_figure, error_figure, fit_table, loss_table, mean_figure, one_figure
from demo.ui.palette import PLOTLY, ink
from demo.ui.quoted import in_markdown
from demo.ui.settings import OPTIMISE
from demo.ui.steady import keep_in_sight
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "beyond.css"
UPDATE = r"\theta_{t+1} = \theta_t + g_t, \qquad (g_t, h_{t+1}) = m\bigl(\nabla f(\theta_t),\, h_t;\, \phi\bigr)"
LOSS = r"\mathcal{L}(\phi) = \mathbb{E}_f \sum_{t=1}^{T} f(\theta_t)"
SEEN = r"""\nabla \mapsto \begin{cases}
\bigl(\tfrac{\ln |\nabla|}{p},\ \operatorname{sgn} \nabla\bigr) & \text{if } |\nabla| \ge e^{-p} \\
(-1,\ e^{p}\, \nabla) & \text{otherwise} \end{cases} \qquad p = 10"""


@st.cache_resource(show_spinner=False)
def load(problems: str) -> dict[str, Optimiser]:
    """The learnt optimiser and its rivals; raises `WeightsError`."""
    name = FILES[problems]
    return everybody(apart.load(name), store.read_card(name))


@st.cache_data(show_spinner=False, max_entries=32)
def losses(seed: int) -> dict[str, Array]:
    torch.set_num_threads(1)
    return quadratics(load("quadratic"), seed)


@st.cache_data(show_spinner=False, max_entries=32)
def fits(amplitude: float, phase: float, seed: int) -> dict[str, Fit]:
    torch.set_num_threads(1)
    return fit_sine(load("sine"), amplitude, phase, seed)


@st.fragment
def quadratic_bench() -> None:
    with st.container(key="optimise-controls", horizontal=True):
        seed = OPTIMISE["optimise_seed"].widget()
    found = losses(seed)
    figures = [mean_figure(found, ink()), one_figure(found, ink())]
    show_pair("quadratic", dict(zip(("mean", "one"), figures, strict=True)))
    show_export("optimise-quadratic", figures, partial(loss_table, found), ".st-key-optimise-quadratic")
    st.markdown(verdict("quadratic"))


@st.fragment
def sine_bench() -> None:
    with st.container(key="optimise-sine-controls", horizontal=True, gap="medium"):
        keys = ("optimise_step", "optimise_amplitude", "optimise_phase", "optimise_start")
        step, amplitude, phase, start = (OPTIMISE[key].widget() for key in keys)
    found = fits(amplitude, phase, start)
    truth = Sine(amplitude, phase)(torch.from_numpy(places())).numpy()
    figures = [curve_figure(found, truth, step, ink()), error_figure(found, step, ink())]
    show_pair("sine", dict(zip(("curve", "errors"), figures, strict=True)))
    show_export("optimise-sine", figures, partial(fit_table, found, truth, step), ".st-key-optimise-sine")
    st.markdown(verdict("sine"))


def show_pair(problems: str, figures: dict[str, go.Figure]) -> None:
    with st.container(key=f"optimise-{problems}"):
        for column, (name, figure) in zip(st.columns(2, gap="medium"), figures.items(), strict=True):
            with column, st.container(key=f"optimise-figure-{name}"):
                alt = say(f"optimise.{name}.alt")
                st.plotly_chart(figure, key=f"optimise-{name}", height=380, config=PLOTLY, alt=alt)
            keep_in_sight(f"optimise-figure-{name}")


def verdict(problems: str) -> str:
    """What was measured on many problems, as a table; who is lowest on average; and by which rates."""
    card = store.read_card(FILES[problems])
    figures = card["evaluation"]
    heads = [say(f"optimise.head.{head}") for head in ("who", "final", "median", "whole", "first", "rate")]
    rows = [heads, ["---"] * len(heads), *([say(f"optimise.{name}"), *_cells(figures[name])] for name in NAMES)]
    end = min(NAMES, key=lambda name: float(figures[name]["final"]))
    whole = min(NAMES, key=lambda name: float(figures[name]["whole"]))
    best, second = sorted((float(figures[name]["final"]), float(figures[name]["ci95"])) for name in NAMES)[:2]
    winner = say("optimise.winner", end=say(f"optimise.{end}"), whole=say(f"optimise.{whole}"))
    if best[0] + best[1] > second[0] - second[1]:
        winner += " " + say("optimise.close")
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join(
        [say(f"optimise.verdict.{problems}", count=_count(card)), table, f"{winner} {say('optimise.rates')}"]
    )


def _cells(figures: dict[str, float]) -> list[str]:
    return [
        f"{figures['final']:.3g} ± {figures['ci95']:.2g}",
        f"{figures['median']:.2g}",
        f"{figures['whole']:.3g}",
        f"{figures['first']:.0%}",
        f"{figures['rate']:.2g}" if "rate" in figures else "–",
    ]


def _count(card: Card) -> str:
    """Of the problems that were measured."""
    return str(card["evaluation"]["learnt"]["protocol"]).split(" ", 1)[0]


def explain() -> None:
    with st.expander(say("optimise.deeper.title")):
        for part, formula in (("update", UPDATE), ("loss", LOSS), ("seen", SEEN)):
            st.markdown(say(f"optimise.deeper.{part}"))
            st.latex(formula)
        st.markdown(say("optimise.deeper.limits"))
        for name in FILES.values():
            st.code(f"python -m demo evaluate --learner {name}", language="bash")


st.html(STYLE)
st.title(say("optimise.title"), anchor=False)
st.markdown(say("optimise.lead"))
for problems, show in (("quadratic", quadratic_bench), ("sine", sine_bench)):
    st.header(say(f"optimise.{problems}.title"), anchor=False)
    st.markdown(say(f"optimise.{problems}.lead", problems=PROBLEMS, points=POINTS))
    try:
        load(problems)
    except store.WeightsError as error:
        st.error(say("optimise.missing", error=in_markdown(str(error))))
    else:
        show()
explain()
