"""The fit, and the script that has it follow every slider of the page while it is being dragged.

Streamlit's slider speaks on release only. The script asks the session's `Bench` by a line of its own, or,
where there is none, by way of Streamlit, whose run then says that it answers.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from demo.ui import fit
from demo.ui.component import component
from demo.ui.sine_bench import DRAGGED, Bench, checked
from demo.ui.trust import is_count

_KEY = "sine-fit"
_DRAGGED = "sine-dragged"
_NUMBER = "sine-number"

_component = component("fit", fit.HTML, "fit", "line", "sine_live", styles=["fit"])


def show_fit(bench: Bench) -> None:
    """The fit with its headline, as the bench has it now."""
    data = {
        **bench.picture(st.session_state.pop(_DRAGGED, {})),
        "number": st.session_state.get(_NUMBER, 0),
        "sliders": {key: f".st-key-{key}" for key in DRAGGED},
        "pass": bench.token,
    }
    _component(key=_KEY, data=data, on_drag_change=_take)


def _take() -> None:
    message: Any = st.session_state[_KEY].get("drag")
    match message:
        case {"number": number, "values": values} if is_count(number):
            st.session_state[_NUMBER] = number
            st.session_state[_DRAGGED] = checked(values)
