"""The guided tour: a few steps that drive the real app, from page to page.

A step is a small card beside what it talks about. The words and buttons are Streamlit's, so that formulas
are set and the step is the session's, wherever it goes; `tour.js` places the card, marks its element, and
does what "Show me" promises, with the page's own controls. An element that is not there breaks nothing: the
card then says where to find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from demo.ui.component import component
from demo.ui.settings import DRAW
from demo.ui.words import group, say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "tour.css"
_component = component("tour", "<span></span>", "reach", "tour")


@dataclass(frozen=True)
class Act:
    """What "Show me" does, and the controls it may do it with: the first that is there."""

    does: Literal["press", "drag", "sweep", "choose"]
    on: str
    to: float = 0.0  # drag: to this fraction of the slider's track
    learner: str = ""  # choose: this one
    opener: str = ""  # press: what opens the popover in which the button is


@dataclass(frozen=True)
class Step:
    words: str  # `tour.step.WORDS` in tour.toml: title, text, where
    page: str  # as in `frame.GROUPS`; "": any
    target: str  # the selector of what is marked; " >>> " goes into a shadow root
    act: Act | None = None


TRACE = ".st-key-probabilities >>> "
EXAMPLES = ".st-key-examples [data-testid=stPopoverButton]"
STEPS = (
    Step("drawings", "draw", ".st-key-canvases", Act("press", ".st-key-next-example button", opener=EXAMPLES)),
    Step("bars", "draw", TRACE + ".bars"),
    Step("steps", "draw", TRACE + ".controls", Act("sweep", TRACE + "input[type=range]")),
    Step("twin", "draw", ".st-key-twin", Act("choose", ".st-key-twin input", learner="random")),
    Step("query", "draw", ".st-key-query"),
    Step("inside", "inside", ".st-key-inside >>> .panels", Act("press", ".st-key-inside >>> .play")),
    Step("sine", "sine", ".st-key-sine-amplitude", Act("drag", ".st-key-sine-amplitude input[type=range]", to=0.95)),
    Step("moves", "moves", ".st-key-moves-plane", Act("press", ".st-key-moves-plane >>> .take")),
    Step("watch", "watch", ".st-key-watch-view", Act("press", ".st-key-watch-start button")),
    Step("stage", "", ".st-key-frame"),
)
"""In order. Eight to ten; `tests/ui/test_tour.py` knows the rest of the rules."""


@dataclass
class Progress:
    """How far this session is in the tour."""

    step: int = 0
    running: bool = False
    met: bool = False  # it has been begun once
    leaps: int = 0  # a step has been chosen this often: each time, to its page
    shown: int = 0  # "Show me" has been pressed this often

    def go(self, step: int) -> None:
        """To a step; past the last, the tour is over, and begins anew the next time."""
        self.running = step < len(STEPS)
        self.step = step if self.running else 0
        self.met = True
        self.leaps += 1

    def resume(self) -> None:
        self.go(self.step)

    def leave(self) -> None:
        self.running = False

    def show(self) -> None:
        self.shown += 1


def progress() -> Progress:
    found: Progress = st.session_state.setdefault("tour-progress", Progress())
    return found


@st.fragment
def show(pages: Mapping[str, StreamlitPage], here: str) -> None:
    """The card of the step at hand, if the tour is running: a step within a page reruns this and nothing else."""
    state = progress()
    if not state.running:
        return
    step = STEPS[state.step]
    elsewhere = step.page not in ("", here)
    st.html(STYLE)
    with st.container(key="tour-card", border=True):
        st.markdown(f"**{say(f'tour.step.{step.words}.title')}** :small[{state.step + 1} / {len(STEPS)}]")
        with st.container(key="tour-text"):
            away = elsewhere and say("tour.elsewhere", page=pages[step.page].title)
            st.markdown(away or say(f"tour.step.{step.words}.text"))
        with st.container(key="tour-where"):
            st.markdown(say(f"tour.step.{step.words}.where"))
        show_buttons(state, step, elsewhere)
        with st.container(key="tour-way"):  # not `st.switch_page`: it refuses addresses with bound settings
            if elsewhere:
                st.page_link(pages[step.page])
        data = {
            "words": group("tour.js"),
            "number": state.step,
            "target": "" if elsewhere else step.target,
            "act": step.act
            and {**asdict(step.act), "option": step.act.learner and DRAW["twin"].said(step.act.learner)},
            "shown": state.shown,
            "leaps": state.leaps,
            "elsewhere": elsewhere,
        }
        _component(key="tour-guide", data=data, height=1)


def show_buttons(state: Progress, step: Step, elsewhere: bool) -> None:
    last = state.step + 1 == len(STEPS)
    with st.container(key="tour-buttons", horizontal=True, vertical_alignment="center", gap="small"):
        if not last:
            st.button(say("tour.skip"), key="tour-skip", type="tertiary", on_click=state.leave)
        if state.step:
            st.button(say("tour.back"), key="tour-back", on_click=state.go, args=(state.step - 1,))
        if elsewhere:
            st.button(say("tour.go"), key="tour-go", on_click=state.resume)
        elif step.act:
            st.button(say("tour.show"), key="tour-show", icon=":material/play_arrow:", on_click=state.show)
        st.button(
            say("tour.done" if last else "tour.next"),
            key="tour-next",
            type="primary",
            on_click=state.go,
            args=(state.step + 1,),
        )
