"""The keyboard of every page: a component that listens, and the dialog that lists the keys.

`keys.js` does what the browser can do alone, by clicking the page's own controls; what concerns the whole
app (presenter mode, the tour) it reports. Streamlit's own shortcuts would not do: they refuse C and R, and
each would need a button in sight.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from demo.ui.component import component
from demo.ui.words import group

_KEY = "keys"
_ASKED = "keys-asked"  # how often the dialog was asked for from Python
_component = component("keys", '<dialog aria-labelledby="title"></dialog>', "reach", "keys", styles=["keys"])


def listen(actions: dict[str, Callable[[], None]], presenting: bool) -> None:
    """Listens on this page; `actions` are what a key may ask of the app, by the names in `keys.js`."""

    def act() -> None:
        action = actions.get(str(st.session_state[_KEY].get("act")))
        if action:  # what a browser sends is not trusted
            action()

    data = {"words": group("keys"), "asked": st.session_state.get(_ASKED, 0), "presenting": presenting}
    _component(key=_KEY, data=data, on_act_change=act, height=1)


def show_help() -> None:
    """A callback: the dialog opens once this run reaches the browser."""
    st.session_state[_ASKED] = st.session_state.get(_ASKED, 0) + 1
