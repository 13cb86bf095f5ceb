"""Tasks as short texts that fit into a link: `encode` and `decode`.

A task becomes a list of whole numbers, each in as many bytes as it needs, lowest seven bits first (varint),
which `demo.tasks.packing` makes a text of:

    N  K  Q  | N names: bytes, then UTF-8 | Q answers: 0 if not known, else the class's number
    for N x K + Q drawings: strokes, then each stroke's points
    x of all points, then y: the first of a stroke as its way from the end of the stroke before, the second
    as its way from the first, every other as what its way has more than the way before

in half-units of the pad's grid (`demo.tasks.pad`), signs folded in (0, -1, 1, -2, ... are 0, 1, 2, 3, ...).
A pen changes its speed little from one point to the next, so these are small numbers, which pack well.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from demo.limits import (
    MAX_CLASSES,
    MAX_COORDINATE,
    MAX_DRAWINGS,
    MAX_IN_ALL,
    MAX_LABEL,
    MAX_POINTS,
    MAX_QUERIES,
    MAX_STROKES,
    MIN_CLASSES,
)
from demo.tasks.drawing import Drawing, DrawingError
from demo.tasks.names import is_name
from demo.tasks.packing import LinkError, seal, unseal
from demo.tasks.pad import GRID, SIDE, on_pad
from demo.tasks.taskfile import Query, Task

_FARTHEST = round(MAX_COORDINATE / GRID)  # half-units: as far out as a drawing may have points
_MOST = 16 * _FARTHEST  # a number, folded
_BYTES = 4  # that it takes

Numbers = NDArray[np.int64]


def placed(task: Task) -> Task:
    """The task with every drawing on the pad's grid: what `decode` gives back."""
    return Task(
        task.labels,
        tuple(tuple(on_pad(drawing) for drawing in shots) for shots in task.drawings),
        tuple(Query(on_pad(query.drawing), query.label) for query in task.queries),
    )


def encode(task: Task) -> str:
    """The task as letters, digits, - and _; drawings may be empty. Raises `LinkError` if it is beyond all bounds."""
    _check_names(task.labels)
    try:
        task = placed(task)
    except DrawingError as error:
        raise LinkError("large", f"the task does not fit into a link: {error}") from error
    return seal(_written(task))


def decode(text: str) -> Task:
    """The task in a text that `encode` made; raises `LinkError` for any other."""
    return _read(unseal(text))


def encode_drawing(drawing: Drawing) -> str:
    """One drawing on the pad's grid as letters, digits, - and _; not packed, for packing takes most of the time."""
    numbers = [len(drawing.strokes), *map(len, drawing.strokes), *_folded(_changes(drawing))]
    return base64.urlsafe_b64encode(_varints(numbers)).rstrip(b"=").decode("ascii")


def decode_drawing(text: str) -> Drawing:
    """The drawing in a text that `encode_drawing` made; raises `LinkError` for any other."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text) or len(text) % 4 == 1:
        raise LinkError("damaged", "the text is incomplete, or has characters that are in no drawing")
    numbers = _numbers(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    count = int(numbers[0]) if len(numbers) else 0
    shape, folded = numbers[1 : count + 1], numbers[count + 1 :]
    total = int(shape.sum())
    if count > MAX_STROKES or total > MAX_POINTS:
        raise LinkError("large", "the text has more than a drawing may have")
    if len(shape) < count or (shape == 0).any() or len(folded) != 2 * total:
        raise LinkError("damaged", "the text has not as many points as it says")
    return next(_drawings(_unfolded(folded), [shape.tolist()]))


def _written(task: Task) -> bytes:
    names = [label.encode("utf-8") for label in task.labels]
    answers = [0 if query.label is None else task.labels.index(query.label) + 1 for query in task.queries]
    drawings = [*sum(task.drawings, ()), *(query.drawing for query in task.queries)]
    shapes = [[len(stroke) for stroke in drawing.strokes] for drawing in drawings]
    changes = np.concatenate([_changes(drawing) for drawing in drawings])
    content = _varints([len(names), task.shots, len(task.queries)])
    content += b"".join(_varints([len(name)]) + name for name in names)
    return content + _varints([*answers, *(n for shape in shapes for n in (len(shape), *shape)), *_folded(changes)])


def _read(content: bytes) -> Task:
    read = _Reader(content)
    n, k, q = read.number(MAX_CLASSES), read.number(MAX_DRAWINGS), read.number(MAX_QUERIES)
    if n < MIN_CLASSES or not k or not q:
        raise LinkError("damaged", f"the text has {n} classes with {k} drawings each, and {q} queries")
    labels = tuple(read.name() for _ in range(n))
    _check_names(labels)
    answers = [read.number(n) for _ in range(q)]
    shapes = [[read.number(MAX_POINTS) for _ in range(read.number(MAX_STROKES))] for _ in range(n * k + q)]
    total = sum(map(sum, shapes))
    if any(0 in shape for shape in shapes):
        raise LinkError("damaged", "the text has a stroke without points")
    if total > MAX_IN_ALL or any(sum(shape) > MAX_POINTS for shape in shapes):
        raise LinkError("large", "the text has more points than drawings may have")
    folded = np.array([read.number(_MOST) for _ in range(2 * total)], np.int64)
    read.end()
    drawings = list(_drawings(_unfolded(folded), shapes))
    return Task(
        labels,
        tuple(tuple(drawings[i * k : (i + 1) * k]) for i in range(n)),
        tuple(Query(d, (None, *labels)[answer]) for d, answer in zip(drawings[n * k :], answers, strict=True)),
    )


def _check_names(labels: Sequence[str]) -> None:
    """What task files demand as well."""
    if any(not label.strip() or len(label) > MAX_LABEL for label in labels):
        raise LinkError("names", f"every class needs a name of 1 to {MAX_LABEL} characters")
    if not all(map(is_name, labels)):
        raise LinkError("names", "a class's name has characters that cannot be seen, or halves of characters")
    if len(set(labels)) < len(labels):
        raise LinkError("names", "two classes have the same name")


def _changes(drawing: Drawing) -> Numbers:
    """(P, 2): the points of all strokes, each as the change of its way; in half-units."""
    end, found = np.zeros((1, 2), np.int64), [np.zeros((0, 2), np.int64)]
    for stroke in drawing.strokes:
        points = np.rint(stroke.astype(np.float64) / GRID).astype(np.int64)
        ways = np.diff(points, axis=0)
        found += [points[:1] - end, ways[:1], np.diff(ways, axis=0)]
        end = points[-1:]
    return np.concatenate(found)


def _folded(changes: Numbers) -> list[int]:
    """x of all changes (P, 2), then y; signs folded in."""
    folded: list[int] = np.where(changes < 0, -2 * changes - 1, 2 * changes).T.ravel().tolist()
    return folded


def _unfolded(folded: Numbers) -> Numbers:
    """(P, 2): the changes, of 2 P numbers."""
    return np.where(folded % 2, -(folded + 1) // 2, folded // 2).reshape(2, -1).T


def _drawings(changes: Numbers, shapes: Sequence[Sequence[int]]) -> Iterator[Drawing]:
    """The drawings that have these changes, by the numbers of points of their strokes."""
    begin = 0
    for shape in shapes:
        end, strokes = np.zeros((1, 2), np.int64), []
        for length in shape:
            first = changes[begin : begin + 1] + end
            ways = np.cumsum(changes[begin + 1 : begin + length], axis=0)
            points = np.concatenate([first, first + np.cumsum(ways, axis=0)])
            if np.abs(points).max() > _FARTHEST:
                raise LinkError("damaged", "the text has points beyond all bounds")
            strokes.append((points * GRID).astype(np.float32))
            begin, end = begin + length, points[-1:]
        yield Drawing(SIDE, SIDE, tuple(strokes))


def _varints(numbers: Sequence[int]) -> bytes:
    out = bytearray()
    for number in numbers:
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        out.append(number)
    return bytes(out)


def _numbers(content: bytes) -> Numbers:
    """All the varints of a content at once, which takes a hundredth of `_Reader`'s time; raises `LinkError`."""
    each = np.frombuffer(content, np.uint8).astype(np.int64)
    ends = np.flatnonzero(each < 128)
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])[: len(ends)]
    if not len(ends) or ends[-1] + 1 < len(each) or (ends - begins).max() >= _BYTES:
        raise LinkError("damaged", "the text ends too early, or has a number that is too large")
    found = np.zeros(len(ends), np.int64)
    for k in range(_BYTES):
        there = begins + k <= ends
        found[there] += (each[begins[there] + k] & 127) << 7 * k
    if found.max() > _MOST:
        raise LinkError("damaged", f"the text has a number where at most {_MOST} is allowed")
    return found


class _Reader:
    """Takes numbers and names off a content, each within bounds."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def take(self, count: int) -> bytes:
        taken = self.content[self.at : self.at + count]
        if len(taken) < count:
            raise LinkError("damaged", "the text ends too early")
        self.at += count
        return taken

    def number(self, most: int) -> int:
        number = shift = 0
        while True:
            (byte,) = self.take(1)
            number |= (byte & 127) << shift
            shift += 7
            if number > most or shift > 63:
                raise LinkError("damaged", f"the text has a number where at most {most} is allowed")
            if byte < 128:
                return number

    def name(self) -> str:
        try:
            return self.take(self.number(4 * MAX_LABEL)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise LinkError("damaged", "the text has a name that is not UTF-8") from error

    def end(self) -> None:
        if self.at < len(self.content):
            raise LinkError("damaged", "the text goes on after its end")
