"""All that is drawn at one moment, as a value: the classes' drawings, the queries', and the classes' names."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from demo.limits import FEWEST, LONGEST_NAME, MOST, MOST_QUERIES, MOST_SHOTS, PADS
from demo.tasks.drawing import Drawing, Image, to_image
from demo.tasks.names import cleaned, is_name
from demo.tasks.recall import Recall
from demo.tasks.taskfile import Query, Task, TaskFileError
from demo.ui.fabric import SIDE, on_pad

LETTERS = tuple(string.ascii_uppercase[:MOST])
QUERY = MOST * MOST_SHOTS  # the first query's place among the drawings

BLANK = Drawing(SIDE, SIDE)

_image = Recall(to_image, most=4096)  # all drawings but one are the same as a moment ago


def place_of(i: int, shot: int = 0) -> int:
    """Where class i's drawing stands among the drawings."""
    return i * MOST_SHOTS + shot


def name_of(place: int) -> str:
    """What stands over a pad: A, A2, ..., ?, ?2."""
    row, k = ("?", place - QUERY) if place >= QUERY else (LETTERS[place // MOST_SHOTS], place % MOST_SHOTS)
    return row if k == 0 else f"{row}{k + 1}"


class SizeError(TaskFileError):
    """A task with more, or fewer, classes or drawings than a sheet has places for."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Every pad has its place, also those out of sight: more classes or drawings than are asked for are kept."""

    drawings: tuple[Drawing, ...] = (BLANK,) * PADS
    labels: tuple[str, ...] = LETTERS
    ways: int = 3
    shots: int = 1
    asked: int = 1  # queries
    typed: frozenset[int] = frozenset()  # classes whose names somebody typed
    example: str | None = None  # the stored example that this is, as long as nothing has been changed

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.ways, self.shots, self.asked

    @property
    def names(self) -> tuple[str, ...]:
        """Of the classes in sight."""
        return self.labels[: self.ways]

    @property
    def queries(self) -> list[int]:
        """The places of the queries in sight."""
        return [QUERY + q for q in range(self.asked)]

    @property
    def supports(self) -> list[int]:
        """The places of the classes' drawings in sight, class by class."""
        return [place_of(i, k) for i in range(self.ways) for k in range(self.shots)]

    @property
    def places(self) -> list[int]:
        return self.supports + self.queries

    @property
    def empty(self) -> list[int]:
        """The places in sight where no ink can be seen."""
        return [place for place in self.places if self.drawings[place].empty]

    @property
    def missing(self) -> list[int]:
        """Where something must be drawn before there is an answer: one drawing of each class, and a query."""
        empty = set(self.empty)
        groups = [[place_of(i, k) for k in range(self.shots)] for i in range(self.ways)]
        return [group[0] for group in (*groups, self.queries) if empty.issuperset(group)]

    def support(self) -> tuple[list[int], list[Image]]:
        """The classes 0..N-1 of the drawings that there are, and what the network sees of them."""
        drawn = [place for place in self.supports if not self.drawings[place].empty]
        return [place // MOST_SHOTS for place in drawn], [self.image(place) for place in drawn]

    def image(self, place: int) -> Image:
        """What the network sees there; raises `DrawingError` if there is nothing."""
        return _image(self.drawings[place])

    def with_drawing(self, place: int, drawing: Drawing) -> Sheet:
        if same(drawing, self.drawings[place]):
            return self
        drawings = (*self.drawings[:place], drawing, *self.drawings[place + 1 :])
        sheet = replace(self, drawings=drawings, example=None)
        i = place // MOST_SHOTS
        if place < QUERY and i not in self.typed and all(d.empty for d in drawings[place_of(i) : place_of(i + 1)]):
            return sheet._with_label(i, "")  # what was a house is nothing in particular now
        return sheet

    def with_label(self, i: int, label: str) -> Sheet:
        """Class i by the name that somebody typed; raises `ValueError` if another class is called so."""
        label = cleaned(label)[:LONGEST_NAME].strip()
        label = label if is_name(label) else ""
        if label and label in self.labels[:i] + self.labels[i + 1 :]:
            raise ValueError(f"another class is called {label}")
        sheet = self._with_label(i, label)
        if sheet.labels == self.labels:
            return self
        return replace(sheet, typed=self.typed | {i} if label else self.typed - {i}, example=None)

    def _with_label(self, i: int, label: str) -> Sheet:
        """With the letter, or else a number that nobody has, for no label."""
        others = self.labels[:i] + self.labels[i + 1 :]
        fresh = next(name for name in (label or LETTERS[i], *map(str, range(1, MOST + 2))) if name not in others)
        return replace(self, labels=(*self.labels[:i], fresh, *self.labels[i + 1 :]))

    def with_shape(self, ways: int, shots: int, asked: int) -> Sheet:
        return replace(self, ways=ways, shots=shots, asked=asked, example=None)

    def task(self) -> Task:
        """What is in sight as a task; its queries' true classes are not known."""
        classes = (self.drawings[place_of(i) : place_of(i, self.shots)] for i in range(self.ways))
        return Task(self.names, tuple(classes), tuple(Query(self.drawings[place]) for place in self.queries))

    @staticmethod
    def of(task: Task, example: str | None = None) -> Sheet:
        """The sheet that shows a task, its first MOST_QUERIES queries; raises `SizeError` if no sheet can."""
        ways, shots, asked = len(task.labels), task.shots, min(len(task.queries), MOST_QUERIES)
        if not FEWEST <= ways <= MOST or shots > MOST_SHOTS:
            raise SizeError(
                f"this page shows {FEWEST} to {MOST} classes with 1 to {MOST_SHOTS} drawings each; the file has"
                f" {ways} classes with {shots} each"
            )
        drawings = [BLANK] * PADS
        for i, row in enumerate(task.drawings):
            drawings[place_of(i) : place_of(i, shots)] = [on_pad(drawing) for drawing in row]
        drawings[QUERY : QUERY + asked] = [on_pad(query.drawing) for query in task.queries[:asked]]
        sheet = Sheet(tuple(drawings), LETTERS, ways, shots, asked, frozenset(), example)
        spare = iter(str(number) for number in range(1, 2 * MOST + 1) if str(number) not in task.labels)
        rest = [letter if letter not in task.labels else next(spare) for letter in LETTERS[ways:]]
        return replace(sheet, labels=(*task.labels, *rest))

    @staticmethod
    def row(*drawings: Drawing, labels: Sequence[str] = LETTERS) -> Sheet:
        """One drawing of each class, and last the query."""
        *classes, query = drawings
        return Sheet.of(Task(tuple(labels[: len(classes)]), tuple((d,) for d in classes), (Query(query),)))


def same(one: Drawing, other: Drawing, near: float = 0.0) -> bool:
    """True if both have the same strokes, no point farther than `near` from the other's."""
    return len(one.strokes) == len(other.strokes) and all(
        a is b or (a.shape == b.shape and np.abs(a - b).max() <= near)
        for a, b in zip(one.strokes, other.strokes, strict=True)
    )
