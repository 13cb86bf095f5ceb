"""A memory to copy with: a Neural Turing Machine is shown bits once and says them again; its heads can be watched."""

from __future__ import annotations

import random
from pathlib import Path

import streamlit as st
import torch

from demo.learners import store
from demo.lessons.copying import MEASURED, TRAINED, Bits, Copied, copied, random_bits
from demo.models import Weights
from demo.training import apart
from demo.ui.bits import show_bits
from demo.ui.copy_charts import copy_table, head_figure
from demo.ui.export import show_export
from demo.ui.palette import PLOTLY, ink
from demo.ui.quoted import in_markdown
from demo.ui.settings import COPY
from demo.ui.steady import keep_in_sight
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "beyond.css"
NAME = "ntm-copy"
FORMULAS = {
    "content": r"w^c_t(i) = \frac{e^{\beta_t K[k_t, M_t(i)]}}{\sum_j e^{\beta_t K[k_t, M_t(j)]}},"
    r"\qquad K[u, v] = \frac{u \cdot v}{\lVert u \rVert\, \lVert v \rVert}",
    "gate": r"w^g_t = g_t\, w^c_t + (1 - g_t)\, w_{t-1}",
    "shift": r"\tilde w_t(i) = \sum_j w^g_t(j)\, s_t(i - j)",
    "sharpen": r"w_t(i) = \frac{\tilde w_t(i)^{\gamma_t}}{\sum_j \tilde w_t(j)^{\gamma_t}}",
    "use": r"r_t = \sum_i w_t(i)\, M_t(i), \qquad M_t(i) = M_{t-1}(i)\,\bigl[1 - w_t(i)\, e_t\bigr] + w_t(i)\, a_t",
}


@st.cache_resource(show_spinner=False)
def load() -> Weights:
    return apart.load(NAME)


def bits(seed: int) -> Bits:
    """This session's sequence: the seed's, with the bits that were turned by hand."""
    if st.session_state.get("copy-from") != seed:
        st.session_state["copy-from"], st.session_state["copy-sequence"] = seed, random_bits(seed)
    sequence: Bits = st.session_state["copy-sequence"]
    return sequence


def turned(beginning: Bits) -> None:
    """A callback: some bits of the sequence's beginning are other ones now."""
    rest = st.session_state["copy-sequence"][len(beginning) :]
    st.session_state["copy-sequence"] = (*beginning, *rest)


def another() -> None:
    """A callback: bits that nobody has seen."""
    seed = COPY["copy_seed"]
    now = seed.value
    st.session_state[seed.key] = random.choice([other for other in range(1000) if other != now])


@st.fragment
def bench(theta: Weights) -> None:
    torch.set_num_threads(1)  # of this thread; a network this small loses time to a second one
    with st.container(key="copy-controls", horizontal=True, vertical_alignment="bottom", gap="medium"):
        length = COPY["copy_length"].widget()
        seed = COPY["copy_seed"].widget()
        st.button(say("copy.random"), key="copy-random", icon=":material/casino:", on_click=another)
    copy = copied(theta, bits(seed)[:length])
    with st.container(key="copy-grids"):
        show_bits(copy, turned)
    st.markdown(verdict(copy))
    st.markdown(say("copy.heads.lead"))
    figures = [head_figure(head, copy, ink()) for head in ("write", "read")]
    with st.container(key="copy-heads"):
        for column, head, figure in zip(st.columns(2, gap="medium"), ("write", "read"), figures, strict=True):
            alt = say(f"copy.heads.{head}.alt")
            with column, st.container(key=f"copy-head-{head}"):
                st.plotly_chart(figure, key=f"copy-{head}", height=380, config=PLOTLY, alt=alt)
            keep_in_sight(f"copy-head-{head}")
    show_export("copy", figures, lambda: copy_table(copy), ".st-key-copy-heads")


def verdict(copy: Copied) -> str:
    """How many bits are wrong here, and how many in what was measured."""
    here = say("copy.verdict", wrong=int(copy.wrong.sum()), bits=copy.wrong.size)
    if len(copy.given) > TRAINED:
        here += " " + say("copy.longer", longest=TRAINED)
    return f"{here} {measured()}"


def measured() -> str:
    figures = store.read_card(NAME)["evaluation"]
    shares = [f"{figures[f'length_{length}']['bits_wrong']:.2%}" for length in MEASURED]
    return say("copy.measured", short=MEASURED[0], long=MEASURED[1], short_share=shares[0], long_share=shares[1])


def explain() -> None:
    with st.expander(say("copy.deeper.title")):
        st.markdown(say("copy.deeper.machine"))
        for step, formula in FORMULAS.items():
            st.markdown(say(f"copy.deeper.{step}"))
            st.latex(formula)
        st.markdown(say("copy.deeper.trained"))
        st.code(f"python -m demo evaluate --learner {NAME}", language="bash")


st.html(STYLE)
st.title(say("copy.title"), anchor=False)
st.markdown(say("copy.lead"))
try:
    weights = load()
except store.WeightsError as error:
    st.error(say("copy.missing", error=in_markdown(str(error))))
else:
    bench(weights)
explain()
