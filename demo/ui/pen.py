"""Strokes from their first point on, reported by a companion of the pads that watches the pen.

The canvas package draws, and reports nothing: it would do so 200 ms after each stroke, and each of its reports
would be a run. What `pen.js` reports of a stroke is what the package has drawn (`demo.ui.fabric.pen_path`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from demo.limits import REPORTED_PADS
from demo.tasks.drawing import Drawing, DrawingError, Points, UnreadableError
from demo.ui.component import component
from demo.ui.fabric import SIDE, pen_path
from demo.ui.trust import is_count

_KEY = "pen"
_component = component("pen", "<span></span>", "kept", "line", "pen")


@dataclass(frozen=True)
class Ink:
    """The strokes of one pad from number `first` on."""

    first: int
    strokes: tuple[Points, ...]

    def new(self, count: int) -> tuple[Points, ...]:
        """Those that a pad with `count` strokes has not; none if there are others between that nobody has told of."""
        return self.strokes[count - self.first :] if self.first <= count else ()


@dataclass(frozen=True)
class Seen:
    """What the companion reports: its message's number, the ink by pad key, and the pad where the pen is down.

    That pad's last stroke is unfinished. Ink of None is more than a drawing may be. `kept` is the state of the sheet
    that the tab has kept (`demo.ui.keep.Keeper.carried`).
    """

    number: int = 0
    ink: Mapping[str, Ink | None] = field(default_factory=dict)
    open: str | None = None
    kept: str | None = None


def watch(state: Mapping[str, Any], token: str, follows: bool, take: Callable[[Seen], None]) -> None:
    """Puts the companion on the page.

    state: what every answer tells the companion (`demo.ui.desk.Desk.state`). token: the pass with which it
    reports by its own line. follows: whether it reports while the pen moves. take: called with a report that came
    by way of Streamlit, before the run that it causes.

    Call it last: that it reaches the browser says that its report has been answered.
    """
    data = {**state, "pass": token, "follows": follows}
    _component(key=_KEY, data=data, on_ink_change=partial(_take, take), height=1)


def _take(take: Callable[[Seen], None]) -> None:
    report = parsed(st.session_state.get(_KEY, {}).get("ink"))
    if report is not None:
        take(report)


def parsed(message: Any) -> Seen | None:
    """The message, if it is one that `pen.js` could send: what a browser sends is not trusted."""
    match message:
        case {"number": number, "open": None | str() as pad, "pads": Mapping() as pads} if (
            is_count(number) and len(pads) <= REPORTED_PADS
        ):
            kept = message.get("kept")
            try:
                seen = {str(key): _ink(ink) for key, ink in pads.items()}
            except (TypeError, ValueError):
                return None
            return Seen(number, seen, pad, kept if isinstance(kept, str) else None)
    return None


def _ink(message: Any) -> Ink | None:
    match message:
        case {"first": first, "strokes": list(strokes)} if is_count(first):
            try:
                drawing = Drawing.of(SIDE, SIDE, strokes)
            except UnreadableError:
                raise  # no report of `pen.js`
            except DrawingError:
                return None
            return Ink(first, tuple(pen_path(points) for points in drawing.strokes))
    raise ValueError("not a pad's ink")
