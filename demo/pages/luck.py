"""A falling loss proves nothing: MAML on labels thrown by a coin, beside MAML on labels that mean something."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from demo.lessons.experiments import Experiment, Row
from demo.lessons.luck import WORLDS, Settings
from demo.ui.experiment import current, run_button, watch
from demo.ui.export import show_export
from demo.ui.luck_charts import CHARTS, luck_figures, luck_table, of_world
from demo.ui.palette import PLOTLY, ink
from demo.ui.settings import LUCK
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "moves.css"
SECONDS = 10


@st.fragment
def bench() -> None:
    with st.container(key="luck-controls", horizontal=True, vertical_alignment="bottom", gap="medium"):
        settings = Settings(*(LUCK[key].widget() for key in ("luck_steps", "luck_inner", "luck_seed")))
        run_button("luck", settings)

    def show(rows: Sequence[Row]) -> None:
        worlds(rows, settings.meta_steps)

    watch("luck", settings, SECONDS, show, [f"luck-{world}-{name}" for world in WORLDS for name in CHARTS])
    if now := current("luck", settings):
        offer(now, settings.meta_steps)


def offer(now: Experiment, meta_steps: int) -> None:
    """The rows are read when they are wanted: by then there may be more."""
    colour = ink()
    show_export(
        "luck",
        lambda: luck_figures(list(now.rows), meta_steps, colour),
        lambda: luck_table(list(now.rows)),
        ".st-key-luck-picture",
    )


def worlds(rows: Sequence[Row], meta_steps: int) -> None:
    """The two worlds beside each other, on axes alike."""
    for column, world in zip(st.columns(2, gap="large"), WORLDS, strict=True):
        seen = of_world(world, rows)
        with column, st.container(key=f"luck-{world}"):
            st.subheader(say(f"luck.world.{world}"), anchor=False)
            verdict(seen)
            for name, draw in CHARTS.items():
                alt = say("luck.alt", chart=say(f"luck.{name}.title"), world=say(f"luck.world.{world}"))
                figure = draw(seen, meta_steps, ink())
                with st.container(key=f"luck-{world}-{name}"):
                    st.plotly_chart(figure, key=f"luck-{world}-{name}-plot", height=250, config=PLOTLY, alt=alt)


def verdict(rows: Sequence[Row]) -> None:
    """Three numbers: what training says, and what is true."""
    now, none = (rows[-1] if rows else None), say("luck.verdict.empty")
    with st.container(horizontal=True, gap="medium"):
        value = f"{now['support']:.3f}" if now else none
        note = say("luck.verdict.from", start=f"{rows[0]['support']:.2f}") if now else none
        number("training", value, note)
        value = f"{now['query']:.3f}" if now else none
        number("query", value, say("luck.verdict.bound", ci=f"{now['query_ci']:.3f}") if now else none)
        value = f"{now['accuracy']:.1%}" if now else none
        number("accuracy", value, say("luck.verdict.spread", ci=f"{now['accuracy_ci']:.1%}") if now else none)


def number(name: str, value: str, note: str) -> None:
    with st.container(gap=None):
        st.metric(say(f"luck.verdict.{name}"), value)
        st.caption(note)


st.html(STYLE)
st.title(say("luck.title"), anchor=False)
st.markdown(say("luck.lead"))
bench()
with st.expander(say("luck.deeper.title")):
    for part in ("bound", "why", "toy"):
        st.markdown(say(f"luck.deeper.{part}"))
