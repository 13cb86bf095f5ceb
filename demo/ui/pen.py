"""Strokes while they are being drawn, reported by a companion of the pads that watches the pen.

The canvas package reports a stroke 200 ms after it has ended; `pen.js` reports it from its first point on.
The package stays the source of truth: what it has reported takes the place of what was seen of the pen.
Without the companion the page works at the package's pace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from demo.limits import REPORTED_PADS
from demo.tasks.drawing import Drawing, DrawingError
from demo.ui.component import component
from demo.ui.fabric import SIDE, pen_path
from demo.ui.trust import is_count

_KEY = "pen"
_component = component("pen", "<span></span>", "pen")


@dataclass(frozen=True)
class Ink:
    """The strokes of one pad from number `first` on; the last may be unfinished."""

    first: int
    strokes: Drawing

    def after(self, drawing: Drawing) -> Drawing:
        """The pad's drawing as reported, and what the pen has added to it since."""
        new = self.strokes.strokes[max(0, len(drawing.strokes) - self.first) :]
        if not new or self.first > len(drawing.strokes):
            return drawing
        return Drawing(drawing.width, drawing.height, (*drawing.strokes, *new))


@dataclass(frozen=True)
class Seen:
    """What the companion last reported: its message's number, the ink by pad key, whether the pen is down."""

    number: int = 0
    ink: Mapping[str, Ink] = field(default_factory=dict)
    down: bool = False


def watch(known: Mapping[str, int], answered: int, token: str, take: Callable[[Seen], None]) -> None:
    """Puts the companion on the page.

    known: how many strokes each pad, by its key, is known to have. answered: the number of the last report
    that was. token: the pass with which the companion reports by its own line. take: called with a report
    that came by way of Streamlit, before the run that it causes.

    Call it last: that it reaches the browser says that its report has been answered.
    """
    data = {"answered": answered, "known": dict(known), "pass": token}
    _component(key=_KEY, data=data, on_ink_change=partial(_take, take), height=1)


def _take(take: Callable[[Seen], None]) -> None:
    report = parsed(st.session_state.get(_KEY, {}).get("ink"))
    if report is not None:
        take(report)


def parsed(message: Any) -> Seen | None:
    """The message, if it is one that `pen.js` could send: what a browser sends is not trusted."""
    match message:
        case {"number": number, "down": bool(down), "pads": Mapping() as pads} if is_count(number):
            if len(pads) > REPORTED_PADS:
                return None
            try:
                return Seen(number, {str(key): _ink(ink) for key, ink in pads.items()}, down)
            except (DrawingError, TypeError, ValueError):
                return Seen(number, {}, down)  # more than a drawing may be: the page says so once it is reported
    return None


def _ink(message: Any) -> Ink:
    match message:
        case {"first": first, "strokes": list(strokes)} if is_count(first):
            drawing = Drawing.of(SIDE, SIDE, strokes)
            return Ink(first, Drawing(SIDE, SIDE, tuple(pen_path(points) for points in drawing.strokes)))
    raise ValueError("not a pad's ink")
