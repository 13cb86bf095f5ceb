"""The page's drawings and their history: plain values, kept in the session and free of Streamlit.

A pad opens with the drawing its key was made with and keeps it (see `demo.ui.canvas`), so whenever
something other than the pen changes a drawing, that pad's version, and with it its key, goes up.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from demo.tasks.drawing import Drawing, Image, to_image
from demo.tasks.taskfile import Query, Task, TaskFileError
from demo.ui.fabric import SIDE, on_pad

LETTERS = ("A", "B", "C")
CLASSES = len(LETTERS)
QUERY = CLASSES  # the query's place among the drawings
PADS = CLASSES + 1
HISTORY = 100  # sheets that can be undone
NEAR = 1.0  # canvas units: strokes closer than this are the same stroke, seen twice

BLANK = Drawing(SIDE, SIDE)

_image = functools.lru_cache(maxsize=1024)(to_image)  # three of four drawings are the same as a moment ago


@dataclass(frozen=True, eq=False)
class Sheet:
    """All that is drawn at one moment: the classes' drawings and the query's, and the classes' names."""

    drawings: tuple[Drawing, ...] = (BLANK,) * PADS
    labels: tuple[str, ...] = LETTERS
    example: str | None = None  # the stored example that this is, as long as nothing has been changed

    def with_drawing(self, place: int, drawing: Drawing) -> Sheet:
        if same(drawing, self.drawings[place]):
            return self
        drawings = (*self.drawings[:place], drawing, *self.drawings[place + 1 :])
        labels = self.labels
        if place < CLASSES and not drawing.strokes:  # what was a house is nothing in particular now
            others = labels[:place] + labels[place + 1 :]
            fresh = next(name for name in (LETTERS[place], *map(str, range(1, PADS + 1))) if name not in others)
            labels = (*labels[:place], fresh, *labels[place + 1 :])
        return replace(self, drawings=drawings, labels=labels, example=None)

    @property
    def images(self) -> list[Image]:
        """What the network sees, the query's last; raises `DrawingError` if one is empty."""
        return [_image(drawing) for drawing in self.drawings]

    @property
    def empty(self) -> list[int]:
        """The places where no ink can be seen."""
        return [place for place, drawing in enumerate(self.drawings) if drawing.empty]

    def task(self) -> Task:
        """The sheet as a task; its query's true class is not known."""
        return Task(self.labels, tuple((d,) for d in self.drawings[:CLASSES]), (Query(self.drawings[QUERY]),))

    @staticmethod
    def of(task: Task, example: str | None = None) -> Sheet:
        """The sheet that shows a task; raises `TaskFileError` if this page cannot show it."""
        if len(task.labels) != CLASSES or task.shots != 1:
            raise TaskFileError(
                f"this page shows {CLASSES} classes with one drawing each; the file has {len(task.labels)} classes"
                f" with {task.shots} each"
            )
        drawings = [shots[0] for shots in task.drawings] + [task.queries[0].drawing]
        return Sheet(tuple(on_pad(drawing) for drawing in drawings), task.labels, example)


@dataclass(eq=False)
class Sketch:
    """One user's sheet, what came before it, and what was undone."""

    sheet: Sheet = field(default_factory=Sheet)
    past: list[Sheet] = field(default_factory=list)
    future: list[Sheet] = field(default_factory=list)
    versions: list[int] = field(default_factory=lambda: [0] * PADS)
    initial: list[Drawing] = field(default_factory=lambda: [BLANK] * PADS)
    seen: list[Drawing] = field(default_factory=lambda: [BLANK] * PADS)  # by the pen's companion

    def key(self, place: int) -> str:
        """The pad's component key."""
        return f"pad-{place + 1}-{self.versions[place]}"

    def drawn(self, place: int, drawing: Drawing) -> bool:
        """The pad says that this is the drawing there; returns whether that is news.

        If it is what the pen's companion saw, that drawing is kept: it has been answered, and no bar moves.
        """
        answered = same(drawing, self.seen[place], NEAR)
        if answered:
            drawing = self.seen[place]
        if same(drawing, self.sheet.drawings[place]):
            return False
        self._remember()
        self.sheet = self.sheet.with_drawing(place, drawing)
        return not answered

    def show(self, sheet: Sheet) -> None:
        """Puts another sheet in place of this one; it can be undone."""
        self._remember()
        self._turn_to(sheet)

    def erase(self, places: Sequence[int]) -> None:
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
        if self.past:
            self.future.append(self.sheet)
            self._turn_to(self.past.pop())

    def redo(self) -> None:
        if self.future:
            self.past.append(self.sheet)
            self._turn_to(self.future.pop())

    def reopen(self) -> None:
        """The pads are about to be shown anew, as after a visit to another page: all get new keys."""
        for place in range(PADS):
            self._reopen(place)

    def _remember(self) -> None:
        self.past = [*self.past, self.sheet][-HISTORY:]
        self.future = []

    def _turn_to(self, sheet: Sheet) -> None:
        changed = [p for p in range(PADS) if not same(sheet.drawings[p], self.sheet.drawings[p])]
        self.sheet = sheet
        for place in changed:
            self._reopen(place)

    def _reopen(self, place: int) -> None:
        self.versions[place] += 1
        self.initial[place] = self.sheet.drawings[place]


def same(one: Drawing, other: Drawing, near: float = 0.0) -> bool:
    """True if both have the same strokes, no point farther than `near` from the other's."""
    return len(one.strokes) == len(other.strokes) and all(
        a is b or (a.shape == b.shape and np.abs(a - b).max() <= near)
        for a, b in zip(one.strokes, other.strokes, strict=True)
    )
