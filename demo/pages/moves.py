"""How meta-learning moves: five rules in a plane of two weights, and what combinations of inner gradients learn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from demo.lessons import combinations, moves
from demo.lessons.experiments import Experiment, Row
from demo.ui.experiment import current, run_button, watch
from demo.ui.export import show_export
from demo.ui.mix_charts import KINDS, mix_figure, mix_table
from demo.ui.moves_charts import curves, loss_figure
from demo.ui.moves_plane import show_plane
from demo.ui.moves_tables import loss_table, plane_figure, plane_table
from demo.ui.palette import PLOTLY, ink
from demo.ui.settings import COMBINATIONS, MOVES
from demo.ui.steady import keep_in_sight
from demo.ui.words import many, say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "moves.css"
SECONDS = 20


def controls() -> dict[str, Any]:
    """Draws every control; returns the settings' values by key."""
    values = {}
    with st.container(key="moves-controls", horizontal=True, vertical_alignment="bottom", gap="medium"):
        for key in ("moves_tasks", "moves_steps", "moves_rate", "moves_meta"):
            values[key] = MOVES[key].widget()
        with st.popover(say("moves.start"), icon=":material/tune:"):
            for key in ("moves_seed", "moves_x", "moves_y", "moves_equal"):
                values[key] = MOVES[key].widget()
    return values


@st.fragment
def plane() -> None:
    """Moving a slider, or the initialisation, reruns this and nothing else."""
    with st.container(key="moves-bench"):
        values = controls()
        tasks = moves.plane(values["moves_tasks"], values["moves_seed"])
        start = np.array([values["moves_x"], values["moves_y"]])
        loops = moves.Loops(values["moves_rate"], values["moves_steps"], values["moves_meta"])
        with st.container(key="moves-figure"):
            show_plane(tasks, start, loops, values["moves_equal"])
        st.caption(say("moves.key"))
        drawn = partial(plane_figure, tasks, start, loops, ink())
        show_export("moves-plane", drawn, partial(plane_table, tasks, start, loops), ".st-key-moves-figure")
        before, after = curves(tasks, start, loops)
        figures = loss_figure(before, say("moves.before")), loss_figure(after, many("moves.after", loops.steps))
        left, right = st.columns(2, gap="medium")
        with left, st.container(key="moves-before"):
            st.plotly_chart(
                figures[0], key="moves-before-chart", height=260, config=PLOTLY, alt=say("moves.before.alt")
            )
        with right, st.container(key="moves-after"):
            st.plotly_chart(figures[1], key="moves-after-chart", height=260, config=PLOTLY, alt=say("moves.afteralt"))
        for plot in ("moves-before", "moves-after"):
            keep_in_sight(plot)
        table = partial(loss_table, before, after, loops.steps)
        show_export("moves-losses", figures, table, ".st-key-moves-before, .st-key-moves-after")
        with st.expander(say("moves.deeper")):
            for key in ("tasks", "rules", "notes"):
                st.markdown(say(f"moves.deeper.{key}"))


@st.fragment
def mix() -> None:
    """The experiment with combinations of gradients."""
    with st.container(key="mix-controls", horizontal=True, vertical_alignment="bottom", gap="medium"):
        settings = combinations.Settings(*(setting.widget() for setting in COMBINATIONS.values()))
        run_button("combinations", settings)

    def show(rows: Sequence[Row]) -> None:
        for column, kind in zip(st.columns(3, gap="medium"), KINDS, strict=True):
            alt = say("moves.mix.alt", kind=say(f"moves.mix.kind.{kind}"))
            figure = mix_figure(kind, rows, settings.meta_steps, ink())
            with column, st.container(key=f"mix-{kind}"):
                st.plotly_chart(figure, key=f"mix-{kind}-plot", height=340, config=PLOTLY, alt=alt)

    watch("combinations", settings, SECONDS, show, [f"mix-{kind}" for kind in KINDS])
    if now := current("combinations", settings):
        offer_mix(now, settings.meta_steps)
    with st.expander(say("moves.mix.deeper.title")):
        st.markdown(say("moves.mix.deeper.text"))


def offer_mix(now: Experiment, meta_steps: int) -> None:
    """The rows are read when they are wanted: by then there may be more."""
    colour = ink()
    show_export(
        "moves-combinations",
        lambda: [mix_figure(kind, list(now.rows), meta_steps, colour) for kind in KINDS],
        lambda: mix_table(list(now.rows)),
        ".st-key-combinations-picture",
    )


st.html(STYLE)
st.title(say("moves.title"), anchor=False)
st.markdown(say("moves.lead"))
plane()
st.header(say("moves.mix.title"), anchor=False)
st.markdown(say("moves.mix.lead"))
mix()
