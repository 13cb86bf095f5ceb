"""What a tab keeps of a sheet: all of it, to the last bit; and what is no such text is refused in words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import (
    KEPT_CHARACTERS,
    LONGEST_NAME,
    MAX_POINTS,
    MAX_STROKES,
    MOST,
    MOST_QUERIES,
    MOST_SHOTS,
    PADS,
)
from demo.tasks.drawing import Drawing
from demo.tasks.names import is_name
from demo.tasks.packing import LinkError
from demo.tasks.sharing import decode_drawing, encode_drawing
from demo.ui import examples
from demo.ui.fabric import SIDE, on_pad
from demo.ui.kept import inked, read, written
from demo.ui.sheet import QUERY, Sheet, same
from demo.ui.sketch import Sketch

LINE = Drawing.of(SIDE, SIDE, [[[40, 140], [240, 140]]])

strokes = st.lists(st.lists(st.tuples(st.integers(-9, 571), st.integers(-9, 571)), min_size=1, max_size=30), max_size=4)
names = st.lists(
    st.text(min_size=1, max_size=LONGEST_NAME).filter(is_name),
    min_size=MOST,
    max_size=MOST,
    unique=True,
)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Any sheet, with ink on pads in sight and out of it."""
    sheet = Sheet(
        labels=tuple(draw(names)),
        ways=draw(st.integers(2, MOST)),
        shots=draw(st.integers(1, MOST_SHOTS)),
        asked=draw(st.integers(1, MOST_QUERIES)),
        typed=frozenset(draw(st.sets(st.integers(0, MOST - 1)))),
    )
    drawings = list(sheet.drawings)
    for place, drawn in draw(st.dictionaries(st.integers(0, PADS - 1), strokes, max_size=6)).items():
        half_units = [[[x / 2, y / 2] for x, y in stroke] for stroke in drawn]
        drawings[place] = on_pad(Drawing.of(SIDE, SIDE, half_units))
    return replace(sheet, drawings=tuple(drawings))


def alike(one: Sheet, other: Sheet) -> bool:
    plain = [(s.labels, s.shape, s.typed, s.example) for s in (one, other)]
    return plain[0] == plain[1] and all(same(a, b) for a, b in zip(one.drawings, other.drawings, strict=True))


@given(sheets(), st.sampled_from(["", "0123456789abcdef"]))
def test_a_sheet_comes_back_as_it_was(sheet: Sheet, began: str) -> None:
    again, origin = read(written(sheet, began))
    assert alike(again, sheet)
    assert origin == began
    assert written(again, began) == written(sheet, began)


@pytest.mark.parametrize("name", examples.sheets())
def test_an_example_goes_by_its_name(name: str) -> None:
    text = written(examples.sheets()[name], "")
    assert len(text) < 100
    assert read(text)[0] is examples.sheets()[name]


def test_the_largest_drawing_there_is_comes_back() -> None:
    points = np.random.default_rng(0).integers(0, 560, (MAX_POINTS, 2)) / 2
    drawing = Drawing(SIDE, SIDE, tuple(np.array_split(points.astype(np.float32), MAX_STROKES)))
    text = encode_drawing(drawing)
    assert same(decode_drawing(text), drawing)
    assert 10 * len(text) < KEPT_CHARACTERS


GOOD: dict[str, Any] = json.loads(written(Sheet.row(LINE, LINE, LINE, LINE), ""))


@pytest.mark.parametrize("key", GOOD)
@pytest.mark.parametrize(
    "value", [None, 7, -1, "x", [], {}, [[]], {"0": 1}, {"29": "AA"}, {"0": "!"}, [9, 9, 9], ["A"] * 5, 1e999]
)
def test_what_is_no_sheet_is_refused(key: str, value: Any) -> None:
    if (key, value) not in [("began", "x"), ("example", None), ("typed", []), ("pads", {})]:
        with pytest.raises(LinkError):
            read(json.dumps(GOOD | {key: value}))


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": ["A", "B", "C", "D", "\ud800"]},
        {"labels": ["A", "B", "C", "D", " "]},
        {"labels": ["A", "B", "C", "D", "\u202eE"]},
        {"labels": ["A", "B", "C", "D", "E\x00"]},
        {"labels": ["A", "B", "C", "D", "x" * 101]},
        {"labels": ["A", "B", "C", "D", ["E"]]},
        {"typed": [True]},
        {"shape": [3, 1, 1, 1]},
        {"shape": [3.5, 1, 1]},
        {"shape": [6, 1, 1]},
        {"shape": [3, True, 1]},
        {"example": "../../etc/passwd"},
        {"pads": {"0": "A" * 4}, "extra": 1},
        {"pads": {"0": "_" * 100}},
        {"pads": {"0": encode_drawing(LINE)[:-2]}},
        {"pads": {"00": encode_drawing(LINE)}},
    ],
)
def test_hostile_fields_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(LinkError):
        read(json.dumps(GOOD | changes))


@pytest.mark.parametrize("text", [None, 7, "", "{", "[" * 100_000, "null", "[]", "NaN", '"' + "x" * KEPT_CHARACTERS])
def test_hostile_texts_are_refused(text: Any) -> None:
    with pytest.raises(LinkError):
        read(text)


@given(st.text("AB_-9z", max_size=60))
def test_any_text_is_a_drawing_or_is_refused(text: str) -> None:
    try:
        drawing = decode_drawing(text)
    except LinkError:
        return
    assert same(decode_drawing(encode_drawing(drawing)), drawing)


# --- Ink that no run has answered ---

STROKE = [[40.0, 240.0], [140.0, 40.0], [240.0, 240.0]]


def test_strokes_that_no_run_has_answered_join_their_pads() -> None:
    sheet, key = Sheet.row(LINE, LINE, LINE, LINE), Sketch().key(QUERY)
    assert len(inked(sheet, {key: {"first": 1, "strokes": [STROKE]}}).drawings[QUERY].strokes) == 2
    assert len(inked(sheet, {key: {"first": 0, "strokes": [STROKE, STROKE]}}).drawings[QUERY].strokes) == 2
    assert inked(sheet, {}) is sheet


@pytest.mark.parametrize(
    "ink",
    [
        None,
        [],
        "x",
        {"pad-29-0": {"first": 0, "strokes": [STROKE]}},
        {"pad-0": {"first": 0, "strokes": [STROKE]}},
        {"pad-²-0": {"first": 0, "strokes": [STROKE]}},
        {"pad-0-0": {"first": 9, "strokes": [STROKE]}},
        {"pad-0-0": {"first": 1, "strokes": [[[float("nan"), 0.0]]]}},
        {"pad-0-0": {"first": 1, "strokes": [STROKE] * MAX_STROKES}},
        {f"pad-{k}-0": {"first": 1, "strokes": [STROKE]} for k in range(1000)},
    ],
)
def test_ink_that_cannot_be_is_left_out(ink: Any) -> None:
    sheet = Sheet.row(LINE, LINE, LINE, LINE)
    assert inked(sheet, ink) is sheet
