"""What the pages look at that look at drawings: those of the draw page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from demo.lessons.drawn import Drawn, drawn
from demo.ui import examples, frame
from demo.ui.words import say


def subject() -> tuple[Drawn, str | None]:
    """The drawings of the draw page, or an example's for those who have not been there; and which example it is."""
    sketch = st.session_state.get("sketch")
    sheet = sketch.sheet if sketch else examples.sheets()[examples.OPENING]
    return replace(drawn(sheet.task()), labels=tuple(examples.labels(sheet))), sheet.example


def show_source(example: str | None) -> None:
    """Whose drawings these are, and the way to change them."""
    st.markdown(say("inside.example") if example else say("inside.own"))
    frame.link("draw", say("inside.draw") if example else say("inside.change"))


def show_missing(drawings: Drawn) -> None:
    """What is to be drawn first, and the way there."""
    st.info(say("inside.missing", names=say("inside.comma").join(drawings.missing)), icon=":material/edit:")
    frame.link("draw", say("inside.there"))
