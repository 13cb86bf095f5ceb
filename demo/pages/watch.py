"""Watch it learn: three learners meta-train on sines in front of the audience, from the same random weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from demo.lessons.look import Order
from demo.lessons.runs import Phase, Run, Runs
from demo.ui.export import show_export
from demo.ui.palette import ink
from demo.ui.quoted import in_markdown
from demo.ui.settings import WATCH
from demo.ui.watch_tables import watch_figures, watch_table
from demo.ui.watch_view import show_watch, watch_data
from demo.ui.watch_words import said, snippet
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "watch.css"
# Seconds between two looks at a run that changes by itself.
PULSE = {Phase.PREPARING: 0.3, Phase.RUNNING: 0.5, Phase.WAITING: 1.0}

RUN = "watch-run"  # in the session's state
OVER = (Phase.DONE, Phase.STOPPED, Phase.FAILED)


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    return Runs()


def wanted() -> Order:
    """What the settings ask for."""
    return Order(WATCH["watch_seed"].value, WATCH["meta_steps"].value)


def current() -> Run:
    """This session's run; another one if the settings have changed before it was started."""
    run: Run | None = st.session_state.get(RUN)
    if run is None or (run.order != wanted() and runs().see(run).phase in (Phase.PREPARING, Phase.READY)):
        run = st.session_state[RUN] = runs().begin(wanted())
    return run


def again() -> None:
    """From the beginning, with the settings of now."""
    runs().stop(st.session_state[RUN])
    run = st.session_state[RUN] = runs().begin(wanted())
    runs().go(run)


def controls() -> None:
    with st.container(key="watch-controls", horizontal=True, vertical_alignment="bottom"):
        buttons = st.container(key="watch-buttons", horizontal=True, vertical_alignment="bottom")
        for key in WATCH:
            with st.container(key=f"watch-{key}"):
                WATCH[key].widget()
    run = current()
    phase = runs().see(run).phase
    with buttons:
        if phase in OVER:
            button("again", "replay", again, primary=True)
        elif phase in (Phase.RUNNING, Phase.WAITING):
            button("pause", "pause", partial(runs().pause, run))
        else:
            button("resume" if phase is Phase.PAUSED else "start", "play_arrow", partial(runs().go, run), primary=True)
        begun = phase in (Phase.RUNNING, Phase.WAITING, Phase.PAUSED)
        button("stop", "stop", partial(runs().stop, run), disabled=not begun)
        button("restart", "restart_alt", again, disabled=not begun)


def button(name: str, icon: str, press: Callable[[], None], primary: bool = False, disabled: bool = False) -> None:
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    st.button(
        say(f"watch.button.{name}"),
        key=f"watch-{name}",
        icon=f":material/{icon}:",
        type=kind,
        disabled=disabled,
        on_click=press,
    )


def watch(run: Run, phase: Phase) -> None:
    """The run as it is now; the page is run anew once it is in another phase, for its buttons change."""
    seen = runs().see(run)
    if seen.phase is not phase:
        st.rerun()
    step = WATCH["inner_steps"].value
    with st.container(key="watch-said"):
        if seen.phase is Phase.FAILED:
            st.error(say("watch.failed", problem=in_markdown(seen.problem)))
        else:
            st.markdown(said(seen, step))
    with st.container(key="watch-view"):
        show_watch("watch", watch_data(seen, run.name, step, WATCH["watch_sine"].value, runs().most))


def offer(run: Run) -> None:
    """Outside of what looks at the run again and again: the run is asked when files are wanted."""
    board, step, sine, colour = runs(), WATCH["inner_steps"].value, WATCH["watch_sine"].value, ink()
    show_export(
        "watch",
        lambda: watch_figures(board.see(run), step, sine, colour),
        lambda: watch_table(board.see(run)),
        ".st-key-watch-view",
    )


st.html(STYLE)
st.title(say("watch.title"), anchor=False)
st.markdown(say("watch.intro"))
controls()
run = current()
phase = runs().see(run).phase
with st.container(key="watch-note"):  # always there, so that what comes after it stays what it is
    if phase not in (Phase.PREPARING, Phase.READY) and run.order != wanted():
        st.caption(say("watch.other"))
st.fragment(watch, run_every=PULSE.get(phase))(run, phase)
if phase is not Phase.PREPARING:
    offer(run)
with st.expander(say("watch.deeper.title")):
    st.markdown(say("watch.deeper.rules"))
    st.markdown(say("watch.deeper.code"))
    st.code(snippet(run.order, WATCH["inner_steps"].value), language="python")
