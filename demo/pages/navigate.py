"""Learning to act: policies that walk to a hidden goal after a step or three, and one that imitates a single walk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from demo.lessons.clones import ALPHA, IMITATORS
from demo.lessons.walks import POLICIES, Question
from demo.ui import imitate, walk_charts
from demo.ui.export import show_export
from demo.ui.navigate import show_walks
from demo.ui.palette import PLOTLY, ink
from demo.ui.policies import cloned, sound, walked
from demo.ui.settings import CLONING, NAVIGATE
from demo.ui.steady import keep_in_sight
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "navigate.css"
CHOSEN = "nav-maml"


@st.fragment
def acting() -> None:
    """Moving the goal reruns this and nothing else."""
    with st.container(key="navigate-bench"):
        with st.container(key="navigate-controls", horizontal=True, vertical_alignment="bottom", gap="medium"):
            values = {key: NAVIGATE[key].widget() for key in ("nav_x", "nav_y", "nav_beside", "nav_seed")}
        names = sound(POLICIES)
        if not names:
            return
        asked = Question(values["nav_x"], values["nav_y"], values["nav_seed"])
        found = walked(names, asked)
        beside = values["nav_beside"]
        seen = {name: found[name] for name in names if beside == "all" or name in (CHOSEN, beside)}
        with st.container(key="navigate-walks"):
            show_walks(asked, seen or found)
        st.caption(say("navigate.key"))
        show_export(
            "navigate-walks",
            partial(walk_charts.walk_figures, asked, seen or found, ink()),
            partial(walk_charts.walk_table, asked, seen or found),
            ".st-key-navigate-walks",
        )
        figure = walk_charts.return_figure(found)
        st.markdown(say("navigate.returns.title"))
        with st.container(key="navigate-returns"):
            st.plotly_chart(
                figure, key="navigate-returns-plot", height=300, config=PLOTLY, alt=say("navigate.returns.alt")
            )
        keep_in_sight("navigate-returns")
        show_export("navigate-returns", figure, walk_charts.return_table(found), ".st-key-navigate-returns")
        with st.expander(say("navigate.deeper.title")):
            for part in ("world", "step", "meta", "fair"):
                st.markdown(say(f"navigate.deeper.{part}"))
            st.code(f"python -m demo evaluate --learner {CHOSEN}", language="bash")


def another() -> None:
    """A callback: the next ready-made demonstration."""
    imitate.forget()
    st.session_state["clone_seed"] = (CLONING["clone_seed"].value + 1) % 100


@st.fragment
def imitating() -> None:
    """Drawing, or moving the start, reruns this and nothing else."""
    with st.container(key="imitate-bench"):
        with st.container(key="imitate-controls", horizontal=True, vertical_alignment="bottom", gap="medium"):
            st.button(say("navigate.another"), key="imitate-another", icon=":material/gesture:", on_click=another)
            steps = CLONING["clone_steps"].widget()
            start = CLONING["clone_x"].widget(), CLONING["clone_y"].widget()
            seed = CLONING["clone_seed"].widget(on_change=imitate.forget)
        names = sound(IMITATORS)
        if not names:
            return
        shown = imitate.shown(seed)
        found = cloned(names, shown, start, steps)
        with st.container(key="imitate-picture"):
            imitate.show_clones(shown, start, found)
        st.caption(say("navigate.pad.key"))
        show_export(
            "navigate-imitation",
            partial(walk_charts.clone_figures, shown, found, ink()),
            partial(walk_charts.clone_table, shown, found),
            ".st-key-imitate-picture",
        )
        with st.expander(say("navigate.cloning.title")):
            st.markdown(say("navigate.cloning.rule"))
            st.markdown(say("navigate.cloning.fair", alpha=f"{ALPHA:g}"))
            st.code("python -m demo evaluate --learner nav-imitation", language="bash")


st.html(STYLE)
st.title(say("navigate.title"), anchor=False)
st.markdown(say("navigate.lead"))
acting()
st.header(say("navigate.imitate.title"), anchor=False)
st.markdown(say("navigate.imitate.lead"))
imitating()
