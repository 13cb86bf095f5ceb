"""The pad on which a walk is shown, and what its imitators make of it. `imitate.js` draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from demo.lessons import clones
from demo.lessons.clones import FIELD, Clone
from demo.tasks.demonstrations import Demonstrations
from demo.tasks.navigation import HORIZON
from demo.ui import planes
from demo.ui.component import component
from demo.ui.navigate import colour
from demo.ui.words import group, say

_KEY = "imitate-pad"
_REPORT = "imitate-report"
_LINE = "imitate-line"
_component = component("imitate", '<div class="imitate"></div>', "nodes", "planes", "imitate", styles=["planes"])


def shown(seed: int) -> Demonstrations:
    """What this session's visitor has drawn, or else the ready-made walk `seed`."""
    line: list[planes.Place] | None = st.session_state.get(_LINE)
    return clones.drawn(line) if line else clones.ready(seed)


def forget() -> None:
    """A callback: from now on the ready-made walk is shown."""
    st.session_state.pop(_LINE, None)


def show_clones(demonstration: Demonstrations, start: planes.Place, found: Mapping[str, Clone]) -> None:
    data = bench_data(demonstration, start, found) | {"report": st.session_state.get(_REPORT, 0)}
    _component(key=_KEY, data=data, on_shown_change=_take)


def bench_data(demonstration: Demonstrations, start: planes.Place, found: Mapping[str, Clone]) -> dict[str, Any]:
    return {
        "line": [[round(value, 3) for value in place] for place in demonstration.places[0].tolist()],
        "start": list(start),
        "clones": [
            {
                "title": say(f"learner.{name}"),
                "colour": colour(name),
                "path": planes.packed(clone.path),
                "field": [[round(value, 2) for value in arrow] for arrow in clone.field.reshape(-1, 2).tolist()],
                "note": say("navigate.missed", missed=f"{clone.missed:.2f}"),
                "missed": round(clone.missed, 4),
            }
            for name, clone in found.items()
        ],
        "grid": [round(float(place), 3) for place in FIELD],
        "places": HORIZON + 1,
        "words": group("navigate.pad"),
    }


def _take() -> None:
    if found := checked(st.session_state[_KEY].get("shown")):
        st.session_state[_REPORT] = found.pop("report")
        st.session_state.update(found)


def checked(message: Any) -> dict[str, Any]:
    """What a report puts into the session, and its number; nothing if anything is odd."""
    number = planes.number(message)
    if number is None:
        return {}
    if (line := planes.line(message.get("line"))) is not None:
        return {_LINE: line, "report": number}
    start = planes.place(message.get("start"))
    return {} if start is None else {"clone_x": start[0], "clone_y": start[1], "report": number}
