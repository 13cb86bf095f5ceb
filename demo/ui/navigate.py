"""The walks of chosen policies, square by square; pressing one puts the goal there. `navigate.js` draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from demo.lessons.walks import Question, Walks
from demo.tasks.navigation import HORIZON, REACH
from demo.ui import planes
from demo.ui.component import component
from demo.ui.palette import LEARNERS
from demo.ui.words import group, many, say

_KEY = "navigate-grid"
_REPORT = "navigate-report"
_component = component("navigate", '<div class="navigate"></div>', "nodes", "planes", "navigate", styles=["planes"])


def colour(name: str) -> str:
    return LEARNERS[name.removeprefix("nav-")]


def amount(value: float) -> str:
    """A return, as it is shown everywhere: "−2.31"."""
    return f"{value:.2f}".replace("-", "−")


def heads(steps: int) -> list[str]:
    return [say("navigate.before"), *(many("navigate.after", k) for k in range(1, steps + 1))]


def show_walks(asked: Question, found: Mapping[str, Walks]) -> None:
    """Where the pointer is let go becomes the value of the settings nav_x and nav_y."""
    data = grid_data(asked, found) | {"report": st.session_state.get(_REPORT, 0)}
    _component(key=_KEY, data=data, on_goal_change=_take)


def grid_data(asked: Question, found: Mapping[str, Walks]) -> dict[str, Any]:
    return {
        "rows": [
            {
                "title": say(f"learner.{name}"),
                "note": say(f"navigate.note.{name}"),
                "colour": colour(name),
                "walks": [planes.packed(paths) for paths in walks.places],
                "returns": [amount(value) for value in walks.means],
            }
            for name, walks in found.items()
        ],
        "heads": heads(len(next(iter(found.values())).means) - 1),
        "goal": [asked.x, asked.y],
        "places": HORIZON + 1,
        "reach": REACH,
        "words": group("navigate.grid"),
    }


def _take() -> None:
    if found := checked(st.session_state[_KEY].get("goal")):
        st.session_state[_REPORT] = found.pop("report")
        st.session_state.update(found)


def checked(message: Any) -> dict[str, Any]:
    """The settings' values in a report, and its number; nothing if anything is odd."""
    number = planes.number(message)
    goal = planes.place(message.get("goal")) if number is not None else None
    return {} if goal is None else {"nav_x": goal[0], "nav_y": goal[1], "report": number}
