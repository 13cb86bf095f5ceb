"""The plane of two weights, in which the initialisation can be dragged: a small component.

Python sends what is linear about the tasks and the rules (`demo.lessons.moves`); `moves_plane.js` moves the rest,
at the pointer's speed, and reports where the initialisation was put down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from demo.lessons import moves
from demo.lessons.moves import Array, Loops, Plane
from demo.ui.component import component
from demo.ui.controls import Slider
from demo.ui.palette import LEARNERS, SYMBOLS
from demo.ui.settings import MOVES
from demo.ui.trust import is_count
from demo.ui.words import group, say

CONTOURS = (0.1, 0.4, 0.9)
"""Losses at which a task's contours lie: 1, 2 and 3 times as far from its optimum."""

_KEY = "moves-plane"
_REPORT = "moves-plane-report"
_component = component(
    "moves",
    '<div class="plane"></div>',
    "nodes",
    "moves_geometry",
    "moves_plane",
    "moves_paint",
    styles=["moves_plane"],
)


def show_plane(tasks: Plane, start: Array, loops: Loops, equal: bool) -> None:
    """Shows the plane, with all rules' arrows equally long if `equal`.

    Where its handle is put down becomes the value of the settings moves_x and moves_y.
    """
    data = plane_data(tasks, start, loops) | {"equal": equal, "report": st.session_state.get(_REPORT, 0)}
    _component(key=_KEY, data=data, on_start_change=_take)


def plane_data(tasks: Plane, start: Array, loops: Loops) -> dict[str, Any]:
    steps = np.eye(2) - loops.alpha * tasks.curvatures
    matrices = {rule: moves.matrices(rule, tasks, loops) for rule in moves.LINEAR}
    return {
        "tasks": [
            {
                "optimum": tasks.optima[i].tolist(),
                "step": steps[i].tolist(),
                "rings": rings(tasks.curvatures[i]),
                "rules": {rule: matrix[i].tolist() for rule, matrix in matrices.items()},
            }
            for i in range(len(tasks.optima))
        ],
        "rules": [
            {
                "name": rule,
                "title": say(f"learner.{rule}"),
                "note": say(f"moves.rule.{rule}"),
                "colour": LEARNERS[rule],
                "symbol": SYMBOLS[rule],
            }
            for rule in moves.RULES
        ],
        "start": [round(float(value), 2) for value in start],
        "reach": [_slider(key).high for key in ("moves_x", "moves_y")],
        "alpha": loops.alpha,
        "steps": loops.steps,
        "epsilon": loops.epsilon,
        "words": group("moves.plane"),
    }


def rings(curvature: Array) -> list[dict[str, float]]:
    """The ellipses around an optimum on which the loss is one of CONTOURS; the angle in degrees."""
    bends, axes = np.linalg.eigh(curvature)
    angle = math.degrees(math.atan2(axes[1, 0], axes[0, 0]))
    return [
        {"rx": math.sqrt(2 * loss / bends[0]), "ry": math.sqrt(2 * loss / bends[1]), "angle": angle}
        for loss in CONTOURS
    ]


def _take() -> None:
    reported = checked(st.session_state[_KEY].get("start"))
    if reported:
        st.session_state[_REPORT] = reported.pop("report")
        st.session_state.update(reported)


def checked(message: Any) -> dict[str, Any]:
    """The settings' values in a report, and its number, if all is in range: what a browser sends is not trusted."""
    if not isinstance(message, Mapping):
        return {}
    number, theta = message.get("report"), message.get("theta")
    if not is_count(number) or not isinstance(theta, list) or len(theta) != 2:
        return {}
    for key, value in zip(("moves_x", "moves_y"), theta, strict=True):
        if type(value) not in (int, float) or not _slider(key).low <= value <= _slider(key).high:
            return {}
    return {"moves_x": float(theta[0]), "moves_y": float(theta[1]), "report": number}


def _slider(key: str) -> Slider:
    setting = MOVES[key]
    assert isinstance(setting, Slider)
    return setting
