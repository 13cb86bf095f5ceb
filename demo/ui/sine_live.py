"""Amplitude and phase while a slider is still being dragged.

A companion to the two sliders, without a face of its own: what it reports wins over the sliders' values
for one run; on release the sliders speak for themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from demo.ui.settings import SINE, Slider

_SCRIPT = Path(__file__).with_suffix(".js")
_KEY = "sine-live"
_DRAGGED = "sine-live-dragged"
_ANSWERED = "sine-live-answered"


def dragged() -> dict[str, float]:
    """Values by setting key if this run was caused by dragging a slider, else nothing."""
    return checked(st.session_state.pop(_DRAGGED, None))


def listen() -> None:
    """Puts the companion on the page. Call it last: that it reaches the browser says that this run is done.

    The browser then sends the next message; sent earlier, it would make Streamlit break this run off.
    """
    component = st.components.v2.component("sine_live", js=_SCRIPT.read_text(encoding="utf-8"), html="<span></span>")
    component(key=_KEY, data={"answered": st.session_state.get(_ANSWERED, 0)}, on_drag_change=_take, height=1)


def _take() -> None:
    st.session_state[_DRAGGED] = st.session_state[_KEY].get("drag")
    st.session_state[_ANSWERED] = st.session_state.get(_ANSWERED, 0) + 1


def checked(message: Any) -> dict[str, float]:
    """The message's values if all are numbers within their sliders' bounds: what a browser sends is not trusted."""
    if not isinstance(message, Mapping):
        return {}
    values = {}
    for key in ("amplitude", "phase"):
        setting, value = SINE[key], message.get(key)
        assert isinstance(setting, Slider)
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            return {}
        if not setting.low <= value <= setting.high:
            return {}
        values[key] = float(value)
    return values
