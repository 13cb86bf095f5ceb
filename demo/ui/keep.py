"""Nothing drawn is lost: the browser keeps a tab's drawings and settings, and gives them back to a new session.

A tab meets a new session when it is reloaded, when the server was killed and started again, when another replica
takes over, and when it was cut off for so long that Streamlit has forgotten it. Every session has a mark. The
pen's companion keeps the sheet that comes with answers (`Keeper.carried`), together with the strokes that no answer
has known of; `keep.js`, which is on every page, gives all that back once it meets a session of another mark. It does
so, too, when a lost connection is there again: Streamlit would then not always run the page by itself.
The server keeps nobody's drawings.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from demo.limits import KEPT_MARK
from demo.tasks.drawing import Drawing
from demo.tasks.packing import LinkError
from demo.tasks.sharing import encode_drawing
from demo.ui import settings
from demo.ui.component import component
from demo.ui.controls import Few, Setting
from demo.ui.kept import inked, read, written
from demo.ui.settings import DRAW, HOUSE
from demo.ui.share_link import EXAMPLE, TASK
from demo.ui.sheet import Sheet
from demo.ui.sketch import Sketch
from demo.ui.words import say

SHAPE = ("ways", "shots", "queries")  # the sheet has them

_KEY, _END, _KEEPER = "keep", "keep-end", "keeper"
_component = component("keep", '<p role="status" hidden></p>', "kept", "keep", styles=["keep"])


@dataclass(eq=False)
class Keeper:
    """What one session has to say to its tab. `began`: what the address asked for, in short; "" for nothing."""

    began: str = ""
    mark: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    took: str = ""  # the mark of the session before, once its things have been taken over, or refused
    waiting: dict[str, Any] = field(default_factory=dict)  # settings taken over, by their keys, until a page has run
    runs: int = 0  # of pages
    _texts: dict[int, tuple[Drawing, str]] = field(default_factory=dict)
    _last: tuple[Sheet | None, str] = (None, "")
    _changes: int = 0

    def carried(self, sketch: Sketch, has: str | None = None) -> dict[str, Any] | None:
        """What the pen's companion is to keep of the sketch; None if it says that it has that `state` of it already.

        Whoever calls this holds the sketch's lock.
        """
        text = self.text(sketch.sheet)
        state = f"{self.mark} {self._changes}"
        kept = {"mark": self.mark, "took": self.took, "state": state, "sheet": text, "fresh": sketch.fresh}
        return None if state == has else kept

    def text(self, sheet: Sheet) -> str:
        """A sheet, as the tab keeps it. Only what is new since the last one is written anew."""
        if sheet is not self._last[0]:
            self._last = sheet, written(sheet, self.began, self._text)
            self._changes += 1
        return self._last[1]

    def _text(self, place: int, drawing: Drawing) -> str:
        before, text = self._texts.get(place, (None, ""))
        if before is not drawing:
            text = encode_drawing(drawing)
            self._texts[place] = drawing, text
        return text

    def take(self, message: Any) -> Sheet | None:
        """Takes over what a tab has kept; returns the sheet to show, unless there is none, or a new link wins.

        Raises `LinkError` for what `keep.js` could not have sent, or kept; that is let go of.
        """
        match message:
            case {"mark": self.mark}:
                return None  # of this very session: the connection was cut off, and is there again
            case {"mark": str(mark)} if len(mark) <= KEPT_MARK:
                self.took = mark
        match message:
            case {"mark": self.took, "sheet": text, "ink": ink, "settings": Mapping() as chosen}:
                pass
            case _:
                raise LinkError("damaged", "this is nothing that was kept")
        self.waiting = {key: value for key, value in chosen.items() if key in _others and _others[key].fits(value)}
        if text == "":
            return None
        sheet, began = read(text)
        if self.began not in ("", began):
            return None  # the tab was sent to another link since
        self.began = began
        self._last = None, ""
        return inked(sheet, ink)


def keeper() -> Keeper:
    """This session's."""
    if _KEEPER not in st.session_state:
        asked = f"{TASK}={st.query_params.get(TASK)}&{EXAMPLE}={st.query_params.get(EXAMPLE)}"
        there = TASK in st.query_params or EXAMPLE in st.query_params
        st.session_state[_KEEPER] = Keeper(hashlib.sha256(asked.encode()).hexdigest()[:16] if there else "")
    found: Keeper = st.session_state[_KEEPER]
    return found


def begin() -> None:
    """At the beginning of every page: what is given back is taken before anything else is shown."""
    data = {"mark": keeper().mark, "settings": dict(_chosen()), "away": say("keep.away"), "end": False}
    given = _component(key=_KEY, data=data, on_kept_change=lambda: None, height=1).kept
    if given is not None:
        resume(given)


def end() -> None:
    """At the end of every page: from now on it can be seen, and what is kept is this session's.

    Settings that the page itself has are in its address; those of other pages wait in the session for their page.
    """
    mine = keeper()
    for key, value in mine.waiting.items():
        if key not in st.session_state:
            st.session_state[key] = value
    mine.waiting = {}
    mine.runs += 1
    _component(key=_END, data={"mark": mine.mark, "took": mine.took, "runs": mine.runs, "end": True}, height=1)


def resume(message: Any) -> None:
    """Goes on with what the tab gives back, or says why it cannot."""
    try:
        sheet = keeper().take(message)
    except LinkError as error:
        st.toast(say(f"keep.error.{error.reason}"), icon=":material/warning:", duration="infinite")
        return
    if sheet is not None:
        asked = _asked_shape(sheet)
        st.session_state.setdefault("sketch", Sketch()).resume(
            sheet if asked == sheet.shape else sheet.with_shape(*asked)
        )


def _asked_shape(sheet: Sheet) -> tuple[int, ...]:
    """As the address says; the sheet's where it says nothing."""
    shape = []
    for key, now in zip(SHAPE, sheet.shape, strict=True):
        setting = DRAW[key]
        assert isinstance(setting, Few)
        named = {str(option): option for option in setting.options}
        shape.append(named.get(st.query_params.get(key, ""), now))
    return tuple(shape)


def _chosen() -> Iterator[tuple[str, Any]]:
    """The settings of all pages that are not as they were at first."""
    for key, setting in _others.items():
        if key in st.session_state and (value := st.session_state[key]) != setting.default:
            yield key, value


_others: dict[str, Setting] = {
    key: setting
    for table in vars(settings).values()
    if isinstance(table, dict)
    for key, setting in table.items()
    if isinstance(setting, Setting) and key not in HOUSE and key not in SHAPE
}
"""All but those that the address has on every page, and those that the sheet has."""
