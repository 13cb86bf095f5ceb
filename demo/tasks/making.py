"""Tasks made at random, from whatever there is to draw from; each is a function of its seed alone.

Three sources: Omniglot's evaluation alphabets, the stored examples by other hands, and invented doodles. A
task of more classes or more shots begins with those of the smaller one, so that sizes can be compared.
No PyTorch here: pages show a task before anything is loaded that could answer it.
"""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from demo.tasks import distort, omniglot, taskfile, tracing
from demo.tasks.distort import HASTY, WILD
from demo.tasks.doodles import Thing
from demo.tasks.drawing import Drawing, Segments, normalise, render, visible_segments
from demo.tasks.joining import CANVAS, as_drawing, on_canvas
from demo.tasks.taskfile import Query, Task

Images = NDArray[np.float32]
Drawings = Sequence[Sequence[Drawing]]

MOST = 20
"""Classes in one task."""

LETTERS = string.ascii_uppercase[:MOST]
EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
PART = "images_evaluation"  # of Omniglot: nothing here was ever trained on
PIECE = 4.0  # canvas units: straight lines are cut this short, so that they can bend
_SALT = 5_202  # no seed of the training doodles' (`demo.tasks.gallery.DOODLES`) gives the same things


@dataclass(frozen=True, eq=False)
class Made:
    """An N-way K-shot task with one query of each class.

    names: N, all different; support (N, K, 28, 28) and queries (N, 28, 28), in the classes' order, paper 0,
    ink 1; draw: the same as strokes, N x (1 + K), the query's first; order: in which a file has the queries.
    """

    names: tuple[str, ...]
    support: Images
    queries: Images
    draw: Callable[[], Drawings]
    order: tuple[int, ...]

    @property
    def ways(self) -> int:
        return len(self.support)

    @property
    def shots(self) -> int:
        return int(self.support.shape[1])

    def task(self) -> Task:
        """As a task file has it: what the network sees of its drawings is what it sees here."""
        drawn = self.draw()
        return Task(
            self.names,
            tuple(tuple(drawings[1:]) for drawings in drawn),
            tuple(Query(drawn[n][0], self.names[n]) for n in self.order),
        )


class Source(Protocol):
    """Something to make tasks of."""

    @property
    def alphabets(self) -> bool:
        """Whether its classes come in alphabets, so that a task can be made of one."""

    def limit(self, one_alphabet: bool = False) -> int:
        """The most classes that a task can have, at most `MOST`."""

    def make(self, ways: int, shots: int, seed: int, one_alphabet: bool = False) -> Made:
        """The task of this seed; raises ValueError for more classes than there are."""


class Doodles:
    """Things that do not exist (`demo.tasks.doodles`), invented for this task and drawn by wild hands."""

    alphabets = False

    def limit(self, one_alphabet: bool = False) -> int:
        return MOST

    def make(self, ways: int, shots: int, seed: int, one_alphabet: bool = False) -> Made:
        _check(ways, self.limit())
        drawn = []
        for n in range(ways):
            rng = np.random.default_rng((seed, n, _SALT))
            thing = Thing.invent(rng)
            drawn.append([on_canvas(thing.draw(rng, WILD)) for _ in range(1 + shots)])
        return _made(tuple(LETTERS[:ways]), drawn, seed)


class Examples:
    """The app's stored drawings. There are one or two of a class: others are those by another, hasty hand."""

    alphabets = False

    def __init__(self, folder: Path = EXAMPLES) -> None:
        self._drawings: dict[str, list[Segments]] = {}
        for path in sorted(folder.glob("*.json")):
            task = taskfile.loads(path.read_bytes())
            for label, drawings in zip(task.labels, task.drawings, strict=True):
                self._drawings.setdefault(label, []).extend(_pieces(drawing) for drawing in drawings)
            for query in task.queries:
                if query.label is not None:
                    self._drawings[query.label].append(_pieces(query.drawing))

    def limit(self, one_alphabet: bool = False) -> int:
        return min(MOST, len(self._drawings))

    def make(self, ways: int, shots: int, seed: int, one_alphabet: bool = False) -> Made:
        _check(ways, self.limit())
        names = tuple(self._drawings)
        chosen = np.random.default_rng((seed, _SALT)).permutation(len(names))[:ways]
        drawn = []
        for n in chosen:
            rng, models = np.random.default_rng((seed, int(n), _SALT)), self._drawings[names[n]]
            drawn.append([on_canvas(distort.distort(models[k % len(models)], HASTY, rng)) for k in range(1 + shots)])
        return _made(tuple(names[n] for n in chosen), drawn, seed)


class Omniglot:
    """Characters of the 20 evaluation alphabets, each drawn by 20 people."""

    alphabets = True

    def __init__(self, folder: Path, official: bool = True) -> None:
        """Raises `omniglot.DataError` if the folder does not hold it. Slow the first time: see `omniglot.load`."""
        self._folder = folder
        self._part = omniglot.load(folder, PART, official, progress=False)
        self._sizes = np.bincount(self._part.alphabet)  # characters of each alphabet

    def limit(self, one_alphabet: bool = False) -> int:
        return min(MOST, int(self._sizes.max() if one_alphabet else self._sizes.sum()))

    def make(self, ways: int, shots: int, seed: int, one_alphabet: bool = False) -> Made:
        _check(ways, self.limit(one_alphabet))
        rng, part = np.random.default_rng((seed, _SALT)), self._part
        pool = np.arange(len(part.alphabet))
        if one_alphabet:  # the more characters it has, the more often, as in `demo.tasks.characters`
            anchor = rng.choice(pool[self._sizes[part.alphabet] >= ways])
            pool = pool[part.alphabet == part.alphabet[anchor]]
        classes = rng.permutation(pool)[:ways]
        people = [
            np.random.default_rng((seed, int(c), _SALT)).permutation(part.images.shape[1])[: 1 + shots] for c in classes
        ]
        images = np.stack([part.images[c, who] for c, who in zip(classes, people, strict=True)])  # (N, 1 + K, 28, 28)
        grey: Images = (images / 255).astype(np.float32)
        places = [(int(c), int(who)) for c, several in zip(classes, people, strict=True) for who in several]
        return Made(
            tuple(self._name(int(c)) for c in classes),
            grey[:, 1:],
            grey[:, 0],
            lambda: self._traced(places, 1 + shots),
            _order(ways, seed),
        )

    def _name(self, character: int) -> str:
        """As in "Tibetan 7": the alphabet, and the character's number in it."""
        alphabet = int(self._part.alphabet[character])
        number = character - int(np.flatnonzero(self._part.alphabet == alphabet)[0]) + 1
        return f"{self._part.names[alphabet].replace('_', ' ')} {number}"

    def _traced(self, places: Sequence[tuple[int, int]], each: int) -> Drawings:
        """The pictures' strokes, as thinning finds them: Omniglot's own are not in its two picture files."""
        ink = omniglot.chosen_pictures(self._folder, PART, places)
        drawings = [as_drawing(on_canvas(visible_segments(tracing.trace(ink[place])))) for place in places]
        return [drawings[n : n + each] for n in range(0, len(drawings), each)]


def omniglot_folder() -> Path | None:
    """Where Omniglot's evaluation alphabets are, if they are there: nothing is ever downloaded for this."""
    return omniglot.there(PART)


def omniglot_ready() -> bool:
    """Whether Omniglot is there and has been normalised before, so that opening it is quick."""
    folder = omniglot_folder()
    return folder is not None and omniglot.ready(folder, PART)


@functools.cache
def opened(name: str) -> Source:
    """One of `demo.tasks.SOURCES`; raises `omniglot.DataError` for Omniglot where it is not."""
    if name == "omniglot":
        folder = omniglot_folder()
        if folder is None:
            raise omniglot.DataError(f"{omniglot.home()} does not hold Omniglot's {PART}: set OMNIGLOT_DIR")
        return Omniglot(folder)
    return Doodles() if name == "doodles" else Examples()


def _made(names: tuple[str, ...], drawn: Sequence[Sequence[Segments]], seed: int) -> Made:
    """drawn: N x (1 + K) drawings as segments on the canvas, the query's first."""
    images = np.stack([np.stack([render(normalise(s, CANVAS)) for s in drawings]) for drawings in drawn])
    return Made(
        names,
        images[:, 1:],
        images[:, 0],
        lambda: [[as_drawing(s) for s in drawings] for drawings in drawn],
        _order(len(names), seed),
    )


def _order(ways: int, seed: int) -> tuple[int, ...]:
    return tuple(int(n) for n in np.random.default_rng((seed, ways, _SALT)).permutation(ways))


def _check(ways: int, limit: int) -> None:
    if not 2 <= ways <= limit:
        raise ValueError(f"a task can have 2 to {limit} classes here, not {ways}")


def _pieces(drawing: Drawing) -> Segments:
    """A drawing's segments, each at most PIECE long."""
    segments = visible_segments(drawing)
    vector = segments[:, 1] - segments[:, 0]
    count = np.maximum(1, np.ceil(np.hypot(*vector.T) / PIECE)).astype(int)
    step = np.repeat(vector / count[:, None], count, axis=0)
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    start = np.repeat(segments[:, 0], count, axis=0) + nth[:, None] * step
    pieces: Segments = np.stack([start, start + step], axis=1).astype(np.float32)
    return pieces
