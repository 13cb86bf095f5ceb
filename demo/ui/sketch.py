"""The page's drawings and their history: plain values, kept in the session and free of Streamlit.

A pad opens with the drawing its key was made with and keeps it (see `demo.ui.canvas`), so whenever
something other than the pen changes a drawing, that pad's version, and with it its key, goes up.

The pen's strokes come by a line of their own (`demo.ui.line`) while a run may be under way: whoever reads a
sketch and then writes to it holds its lock.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from demo.limits import HISTORY, MAX_POINTS, MAX_STROKES, PADS
from demo.tasks.drawing import Drawing, Points
from demo.ui.sheet import BLANK, Sheet, same


@dataclass(eq=False)
class Sketch:
    """One user's sheet, what came before it, and what was undone."""

    sheet: Sheet = field(default_factory=Sheet)
    opening: Sheet | None = None  # what the page opened with by itself
    past: list[Sheet] = field(default_factory=list)
    future: list[Sheet] = field(default_factory=list)
    versions: list[int] = field(default_factory=lambda: [0] * PADS)
    initial: list[Drawing] = field(default_factory=lambda: [BLANK] * PADS)
    full: int | None = None  # the place where the last stroke was one too many
    page: int = 0  # goes up with what only another run of the page can show
    lock: threading.RLock = field(default_factory=threading.RLock)
    first: int = field(default_factory=lambda: secrets.randbelow(2**30))  # so that no other session has these keys

    @property
    def fresh(self) -> bool:
        """Whether nothing has been changed."""
        return self.sheet is self.opening

    def key(self, place: int) -> str:
        """The pad's component key."""
        return f"pad-{place}-{self.first + self.versions[place]}"

    def extend(self, place: int, strokes: Sequence[Points]) -> None:
        """The pen has drawn these on the pad. A stroke too many is not taken: the pad opens anew without it."""
        with self.lock:
            for stroke in strokes:
                drawing = self.sheet.drawings[place]
                drawing = Drawing(drawing.width, drawing.height, (*drawing.strokes, stroke))
                if not holds(drawing):
                    self.refuse(place)
                    return
                self._remember()
                self.sheet = self.sheet.with_drawing(place, drawing)
                self.full = None

    def refuse(self, place: int) -> None:
        """There is more on the pad than a drawing may be."""
        self.full = place
        self.page += 1
        self._reopen(place)

    def show(self, sheet: Sheet) -> None:
        """Puts another sheet in place of this one; it can be undone."""
        with self.lock:
            self._remember()
            self._turn_to(sheet)

    def resume(self, sheet: Sheet) -> None:
        """Goes on with a sheet of an earlier session; there is nothing before it to undo."""
        with self.lock:
            self.sheet, self.opening, self.past, self.future = sheet, None, [], []
            self.reopen()

    def put(self, place: int, drawing: Drawing) -> None:
        """A drawing that was not made on the pad."""
        with self.lock:
            self.show(self.sheet.with_drawing(place, drawing))

    def rename(self, i: int, label: str) -> None:
        """Calls class i so, or by its letter again if there is nothing in `label`; raises `ValueError`."""
        with self.lock:
            sheet = self.sheet.with_label(i, label)
            if sheet is not self.sheet:
                self._remember()
                self.sheet = sheet

    def reshape(self, ways: int, shots: int, asked: int) -> None:
        """Shows that many classes, drawings of each, and queries. Pads out of sight keep their drawings."""
        with self.lock:
            if (ways, shots, asked) != self.sheet.shape:
                self.show(self.sheet.with_shape(ways, shots, asked))

    def erase(self, places: Sequence[int]) -> None:
        with self.lock:
            sheet = self.sheet
            for place in places:
                if sheet.drawings[place].strokes:
                    sheet = sheet.with_drawing(place, BLANK)
            if sheet is not self.sheet:
                self._remember()
                self.sheet = sheet
            for place in places:
                self._reopen(place)  # every one of them: strokes still under way from the browser go, too

    def undo(self) -> None:
        with self.lock:
            if self.past:
                self.future.append(self.sheet)
                self._turn_to(self.past.pop())

    def redo(self) -> None:
        with self.lock:
            if self.future:
                self.past.append(self.sheet)
                self._turn_to(self.future.pop())

    def reopen(self) -> None:
        """The pads are about to be shown anew, as after a visit to another page: all get new keys."""
        with self.lock:
            for place in range(PADS):
                self._reopen(place)

    def _remember(self) -> None:
        self.past = [*self.past, self.sheet][-HISTORY:]
        self.future = []

    def _turn_to(self, sheet: Sheet) -> None:
        shown = set(self.sheet.places)  # a pad that was out of sight is a new one
        changed = [p for p in range(PADS) if p not in shown or not same(sheet.drawings[p], self.sheet.drawings[p])]
        self.sheet = sheet
        for place in changed:
            self._reopen(place)

    def _reopen(self, place: int) -> None:
        self.versions[place] += 1
        self.initial[place] = self.sheet.drawings[place]


def holds(drawing: Drawing) -> bool:
    """Whether a drawing may be so large."""
    strokes = drawing.strokes
    return len(strokes) <= MAX_STROKES and sum(map(len, strokes)) <= MAX_POINTS
