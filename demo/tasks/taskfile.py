"""Task files: a few-shot task as JSON. The app's export and import, and the command line's input.

    {"version": 1,
     "classes": [{"label": "A", "drawings": [{"width": 280, "height": 280, "strokes": [[[x, y], ...], ...]}]}, ...],
     "queries": [{"label": "A", "width": 280, "height": 280, "strokes": [...]}]}

A query's label is the truth, where it is known. Many tasks make a JSON Lines file, one object a line.
Whatever does not fit is refused with a message that names the field, as in `classes[1].drawings[0]`; fields
of other names are passed over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from demo.limits import MAX_CLASSES, MAX_COORDINATE, MAX_DRAWINGS, MAX_LABEL, MAX_QUERIES, MIN_CLASSES
from demo.tasks.drawing import Drawing, DrawingError

VERSION = 1


class TaskFileError(DrawingError):
    """A task file that cannot be used. The message names the field and says what is allowed."""


class NoTaskFileError(TaskFileError):
    """Something else altogether: no JSON text, or of another version."""


@dataclass(frozen=True, eq=False)
class Query:
    """A drawing to classify, and its true class where that is known."""

    drawing: Drawing
    label: str | None = None


@dataclass(frozen=True, eq=False)
class Task:
    """N classes with K drawings each, and Q drawings to classify."""

    labels: tuple[str, ...]  # N
    drawings: tuple[tuple[Drawing, ...], ...]  # N x K
    queries: tuple[Query, ...]  # Q

    @property
    def shots(self) -> int:
        return len(self.drawings[0])


def loads(text: str | bytes) -> Task:
    """The task in a JSON text; raises `TaskFileError`."""
    return parse(_json(text))


def load_lines(text: str | bytes) -> Iterator[Task]:
    """The tasks of a JSON Lines text, one by one, blank lines left out; raises `TaskFileError` naming the line."""
    for number, line in enumerate(_utf8(text).split("\n"), start=1):  # not splitlines(): U+2028 may stand in a label
        if line.strip():
            try:
                yield loads(line)
            except TaskFileError as error:
                raise type(error)(f"line {number}: {error}") from error


def dumps(task: Task) -> str:
    """The task as one line of JSON."""
    content = {
        "version": VERSION,
        "classes": [
            {"label": label, "drawings": [_plain(drawing) for drawing in drawings]}
            for label, drawings in zip(task.labels, task.drawings, strict=True)
        ],
        "queries": [
            ({} if query.label is None else {"label": query.label}) | _plain(query.drawing) for query in task.queries
        ],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def parse(content: Any) -> Task:
    """The task that a decoded JSON value describes; raises `TaskFileError`."""
    task = _object(content, "the task file")
    version = task.get("version")
    if type(version) is not int or version != VERSION:
        raise NoTaskFileError(f"version must be {VERSION}, not {_shown(version)}")
    classes = _list(task, "classes", "classes", MIN_CLASSES, MAX_CLASSES)
    labels: list[str] = []
    drawings: list[tuple[Drawing, ...]] = []
    for i, value in enumerate(classes):
        where = f"classes[{i}]"
        entry = _object(value, where)
        label = _label(entry.get("label"), f"{where}.label")
        if label in labels:
            raise TaskFileError(f"{where}.label is {_shown(label)}, like that of classes[{labels.index(label)}]")
        labels.append(label)
        shots = _list(entry, "drawings", f"{where}.drawings", 1, MAX_DRAWINGS)
        drawings.append(tuple(_drawing(shot, f"{where}.drawings[{k}]") for k, shot in enumerate(shots)))
        if len(shots) != len(drawings[0]):
            raise TaskFileError(
                f"{where}.drawings has {len(shots)} drawings and classes[0].drawings {len(drawings[0])}:"
                " every class must have the same number"
            )
    queries = _list(task, "queries", "queries", 1, MAX_QUERIES)
    return Task(
        tuple(labels), tuple(drawings), tuple(_query(value, f"queries[{q}]", labels) for q, value in enumerate(queries))
    )


def _query(value: Any, where: str, labels: list[str]) -> Query:
    drawing = _drawing(value, where)
    label = value.get("label")
    if label is not None and _label(label, f"{where}.label") not in labels:
        raise TaskFileError(f"{where}.label is {_shown(label)}, which is not the label of any class")
    return Query(drawing, label)


def _drawing(value: Any, where: str) -> Drawing:
    entry = _object(value, where)
    for side in ("width", "height"):
        _number(entry.get(side), f"{where}.{side}")
    strokes = entry.get("strokes")
    if not isinstance(strokes, list) or not strokes:
        raise TaskFileError(f"{where}.strokes must be a list of at least one stroke")
    for i, stroke in enumerate(strokes):
        if not isinstance(stroke, list) or not stroke:
            raise TaskFileError(f"{where}.strokes[{i}] must be a list of at least one [x, y] pair")
        for j, point in enumerate(stroke):
            at = f"{where}.strokes[{i}][{j}]"
            if not isinstance(point, list) or len(point) != 2:
                raise TaskFileError(f"{at} must be an [x, y] pair, not {_shown(point)}")
            for coordinate in point:
                _number(coordinate, at)
    try:
        drawing = Drawing.of(entry["width"], entry["height"], strokes)
    except DrawingError as error:
        raise TaskFileError(f"{where}.{error}") from error
    if drawing.empty:
        raise TaskFileError(f"{where}.strokes has no ink inside the canvas of {drawing.width:g} x {drawing.height:g}")
    return drawing


def _plain(drawing: Drawing) -> dict[str, Any]:
    # Hundredths of a pixel: what a pen can resolve, and a third of the bytes.
    strokes = [[[round(float(x), 2), round(float(y), 2)] for x, y in stroke] for stroke in drawing.strokes]
    return {"width": _whole(drawing.width), "height": _whole(drawing.height), "strokes": strokes}


def _whole(side: float) -> float | int:
    return int(side) if side == int(side) else side


def _utf8(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")  # some editors put a mark at the beginning
    except UnicodeDecodeError as error:
        raise NoTaskFileError(f"the file is not a text in UTF-8: {error}") from error


def _json(text: str | bytes) -> Any:
    def refuse(literal: str) -> NoReturn:
        raise NoTaskFileError(f"the file contains {literal}, which is not a finite number")

    try:
        return json.loads(_utf8(text), parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise NoTaskFileError(f"the file is not JSON: {error}") from error
    except RecursionError as error:
        raise NoTaskFileError("the file is nested too deeply to be a task file") from error


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TaskFileError(f"{where} must be an object, not {_shown(value)}")
    return value


def _list(entry: dict[str, Any], name: str, where: str, low: int, high: int) -> list[Any]:
    value = entry.get(name)
    if not isinstance(value, list) or not low <= len(value) <= high:
        found = f"{len(value)}" if isinstance(value, list) else _shown(value)
        raise TaskFileError(f"{where} must be a list of {low} to {high}, not {found}")
    return value


def _label(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_LABEL:
        raise TaskFileError(f"{where} must be a text of 1 to {MAX_LABEL} characters, not {_shown(value)}")
    return value


def _number(value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TaskFileError(f"{where} must be a number, not {_shown(value)}")
    if isinstance(value, float) and not math.isfinite(value):  # 1e999 reads as infinity
        raise TaskFileError(f"{where} must be a finite number, not {value}")
    if abs(value) > MAX_COORDINATE:
        raise TaskFileError(f"{where} must be within a million, not {_shown(value)}")


def _shown(value: Any) -> str:
    """A value for a message, cut short."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."
