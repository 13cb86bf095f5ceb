"""Run and stop, progress, and a picture that grows: what stands around every experiment of some seconds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from demo.lessons.experiments import Experiment, Experiments, Row, TooManyError
from demo.ui.quoted import in_markdown
from demo.ui.steady import keep_in_sight
from demo.ui.words import say

LOOK_SECONDS = 0.7


@st.cache_resource(show_spinner=False)
def experiments() -> Experiments:
    """This server's."""
    return Experiments()


def current(lesson: str, settings: Any) -> Experiment | None:
    """What there is to see with these settings: this session's own experiment, or one that is known.

    An experiment of this session with other settings is left.
    """
    held = st.session_state.get(f"{lesson}-held")
    assert held is None or isinstance(held, Experiment)
    if held is not None and held.settings == settings:
        return held
    if held is not None:
        held.leave(_watcher())
    return experiments().known(lesson, settings)


def run_button(lesson: str, settings: Any) -> None:
    """Runs the experiment, or stops it while it runs."""
    now = current(lesson, settings)
    with st.container(key=f"{lesson}-run", width="content"):
        if now is not None and not now.ended:
            st.button(say("experiment.stop"), icon=":material/stop:", on_click=now.leave, args=(_watcher(),))
        else:
            st.button(
                say("experiment.run"),
                icon=":material/play_arrow:",
                type="primary",
                disabled=now is not None and now.complete,
                on_click=_run,
                args=(lesson, settings),
            )


def watch(
    lesson: str, settings: Any, seconds: int, show: Callable[[Sequence[Row]], None], plots: Iterable[str]
) -> None:
    """Progress, and the rows so far as `show` draws them; `seconds` is about how long it takes.

    plots: keys of the containers, one a figure, in which `show` puts its figures.
    """
    now = current(lesson, settings)
    running = now is not None and not now.ended
    st.fragment(_look, run_every=LOOK_SECONDS if running else None)(lesson, settings, now, running, seconds, show)
    for plot in plots:  # here, so that a look does not begin them anew
        keep_in_sight(plot)


def _look(
    lesson: str, settings: Any, now: Experiment | None, running: bool, seconds: int, show: Callable[..., None]
) -> None:
    ended = now is not None and now.ended  # before its rows are read: then these are all
    with st.container(key=f"{lesson}-report"):
        if st.session_state.get(f"{lesson}-refused") == settings:
            st.warning(say("experiment.crowded"))
        else:
            _report(now, seconds)
    with st.container(key=f"{lesson}-picture"):
        show(list(now.rows) if now is not None else [])
    if now is not None and running:
        now.look(_watcher())
        if ended:
            st.rerun()  # the button is outside of this fragment, and nobody needs to look again


def _report(now: Experiment | None, seconds: int) -> None:
    """Where the experiment is: a bar while it runs, else a line."""
    if now is None:
        st.caption(say("experiment.idle", seconds=seconds))
        return
    done = f"{now.done:.0%}"
    if now.error is not None:
        st.error(say("experiment.broken", error=in_markdown(now.error)))
    elif now.complete:
        st.caption(say("experiment.complete"))
    elif now.ended:
        st.caption(say("experiment.stopped", percent=done))
    elif now.rows:
        st.progress(now.done, say("experiment.running", percent=done))
    else:
        st.progress(0.0, say("experiment.waiting") if now.waiting else say("experiment.starting"))


def _run(lesson: str, settings: Any) -> None:
    refused = f"{lesson}-refused"
    st.session_state.pop(refused, None)
    try:
        st.session_state[f"{lesson}-held"] = experiments().ask(lesson, settings, _watcher())
    except TooManyError:
        st.session_state[refused] = settings


def _watcher() -> str:
    """This session's name among those who watch."""
    return str(st.session_state.setdefault("watcher", uuid.uuid4().hex))
