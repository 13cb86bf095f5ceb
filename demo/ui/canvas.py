"""A pad to draw on: the only file that knows the canvas package, its toolbar and its keys.

The package (streamlit-drawable-canvas 0.13.0) is imported on first use, because importing it outside a
running app raises. What it needs from us, and why:

- `initial_drawing` is given once for each component key and never changes under it: feeding the live
  value back would race with the pen. Whoever wants another drawing on the pad gives it another key.
- Its own toolbar is invisible until hovered, yet takes clicks over the drawing: a stroke begun there is
  lost and a tap can clear the canvas. `pads.js` removes it, lets the canvas fill its cell (Fabric scales
  the pointer by itself) and gives it a role and a name for assistive technology.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from demo.limits import MAX_POINTS, MAX_STROKES
from demo.tasks.drawing import Drawing, DrawingError, UnreadableError
from demo.ui.component import component
from demo.ui.fabric import INK, PEN, SIDE, from_fabric, to_fabric
from demo.ui.words import say

_helper = component("pads", "", "pads")


def pad(key: str, initial: Drawing, reports: bool = True) -> None:
    """Shows a square pad that opens with `initial`; what is drawn is `value`, if it `reports` that."""
    from streamlit_drawable_canvas import st_canvas

    # The pad is on the page by the time that the package reads what the browser sent for it, which it trusts.
    with contextlib.suppress(AttributeError, KeyError, TypeError):
        st_canvas(
            stroke_width=PEN,
            stroke_color=INK,
            background_color="",
            update_streamlit=reports,
            height=SIDE,
            width=SIDE,
            drawing_mode="freedraw",
            initial_drawing=to_fabric(initial),
            key=key,
        )


def value(key: str) -> Drawing | None:
    """What is drawn on pad `key`, known before the pad is shown in this run; None if it never was shown.

    Raises `DrawingError` if it is more than a drawing may be, or none.
    """
    match st.session_state.get(key):
        case {"drawing": {"raw": raw}} if raw:
            return from_fabric(raw)
        case {"drawing": sent} if sent and not isinstance(sent, Mapping):
            raise UnreadableError("drawing must be an object")
    return None


def refusal(error: DrawingError, name: str) -> str:
    """What to say of the pad called `name` that gave no drawing."""
    if isinstance(error, UnreadableError):
        return say("draw.unreadable", name=name)
    return say("draw.full", name=name, strokes=MAX_STROKES, points=MAX_POINTS)


@dataclass(frozen=True)
class Pad:
    """What `pads.js` must know of a pad: the key of the container it lies in, and accessible names."""

    container: str
    name: str
    eraser: str  # for the button whose text is just "Erase"


def pads_data(pads: Sequence[Pad], idle: Mapping[str, bool]) -> dict[str, Any]:
    """The data of `prepare_pads`, which a line's answer may bring as well."""
    return {"pads": [asdict(pad) for pad in pads], "idle": dict(idle)}


def prepare_pads(data: Mapping[str, Any]) -> None:
    """Makes the pads fit for use, and greys the buttons, by their keys, that would do nothing now.

    The browser greys them: Streamlit would have to send every button anew after each stroke.
    """
    _helper(key="pads-helper", data=data, height=1)
