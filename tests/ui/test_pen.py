"""The pen's reports: what is taken from them, and which strokes are new to a pad."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import MAX_POINTS
from demo.ui.pen import Ink, Seen, parsed

A, B, C = [[10.0, 10.0], [20.0, 30.0]], [[50.0, 60.0], [70.0, 80.0]], [[5.0, 5.0]]


def message(**ink: Any) -> dict[str, Any]:
    return {"number": 7, "open": "pad", "pads": ink}


def test_a_report_is_taken_in() -> None:
    found = parsed(message(pad={"first": 2, "strokes": [C]}))
    assert found is not None
    assert (found.number, found.open) == (7, "pad")
    ink = found.ink["pad"]
    assert ink is not None
    assert ink.first == 2
    np.testing.assert_array_equal(ink.strokes[0], C)


def test_a_stroke_that_the_pad_has_is_not_new() -> None:
    b, c = (np.array(stroke, np.float32) for stroke in (B, C))
    ink = Ink(1, (b, c))
    assert [stroke is b or stroke is c for stroke in ink.new(1)] == [True, True]
    assert ink.new(2) == (c,)  # the first has been told of before
    assert ink.new(3) == ink.new(9) == ()
    assert ink.new(0) == ()  # one between is not known: another pad's history


@pytest.mark.parametrize(
    "broken",
    [
        None,
        7,
        [],
        {},
        {"number": "7", "open": None, "pads": {}},
        {"number": 7, "open": 1, "pads": {}},
        {"number": 7, "open": None, "pads": []},
        {"number": 7, "open": None, "pads": {str(k): {} for k in range(1000)}},
        message(pad=None),
        message(pad={"first": -1, "strokes": [A]}),
        message(pad={"first": 0, "strokes": "A"}),
        message(pad={"first": 0, "strokes": [[["x", "y"]]]}),
    ],
)
def test_what_is_no_report_is_left_alone(broken: Any) -> None:
    assert parsed(broken) is None


@pytest.mark.parametrize(
    "ink",
    [
        {"first": 0, "strokes": [[]]},
        {"first": 0, "strokes": [[[1e300, 0]]]},
        {"first": 0, "strokes": [[[float("nan"), 0]]]},
        {"first": 0, "strokes": [[[0, 0]] * (MAX_POINTS + 1)]},
    ],
)
def test_ink_that_no_drawing_holds_is_told_from_none(ink: Any) -> None:
    assert parsed(message(pad=ink)) == Seen(7, {"pad": None}, "pad")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda s: st.lists(s), max_leaves=9
    )
)
def test_nothing_that_a_browser_sends_raises(ink: Any) -> None:
    parsed(message(pad=ink))
    parsed(message(pad={"first": 0, "strokes": ink}))
    parsed(ink)
