"""Up close: what is special in a learner, on the drawings at hand."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import streamlit as st
import torch

from demo.learners import ENTRIES, store
from demo.learners.trained import Trained
from demo.ui.close import VIEWS, Close
from demo.ui.quoted import in_markdown
from demo.ui.settings import CLOSE
from demo.ui.subject import show_missing, show_source, subject
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "close.css"


@st.cache_resource(show_spinner=False)
def load(name: str) -> Trained:
    return store.load(name)


@st.fragment
def workbench() -> None:
    """Settings and view: moving a setting reruns this and nothing else."""
    drawings, example = subject()
    with st.container(key="close-settings", horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = CLOSE["close_learner"].widget()
        if not drawings.missing:
            with st.container(key="close-source"):
                show_source(example)
    if drawings.missing:
        show_missing(drawings)
        return
    torch.set_num_threads(1)  # of this session's thread; networks this small lose time to a second one
    view = VIEWS[name]
    try:
        learner = load(name)
        st.markdown(say(f"close-{view}.lead"))
        import_module(f"demo.ui.close.{view}").show(Close(learner, drawings))
    except store.WeightsError as error:  # its own, or those of a learner that it is shown beside
        st.error(
            say("inside.broken", learner=say(f"learner.{name}"), error=in_markdown(str(error))), icon=":material/error:"
        )
        return
    with st.expander(say("close.deeper"), icon=":material/function:"):
        st.markdown(say(f"close-{view}.deeper"))
        st.caption(ENTRIES[name].paper)


st.html(STYLE)
st.title(say("close.title"), anchor=False)
st.markdown(say("close.invitation"))
workbench()
