"""The pen's reports: what is taken from them, and how they join what the package has reported."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import MAX_POINTS
from demo.tasks.drawing import Drawing
from demo.ui.fabric import SIDE
from demo.ui.pen import Ink, Seen, parsed
from demo.ui.sheet import same

A, B, C = [[10.0, 10.0], [20.0, 30.0]], [[50.0, 60.0], [70.0, 80.0]], [[5.0, 5.0]]


def pad(*strokes: list[list[float]]) -> Drawing:
    return Drawing.of(SIDE, SIDE, list(strokes))


def message(**ink: Any) -> dict[str, Any]:
    return {"number": 7, "down": True, "pads": ink}


def test_a_report_is_taken_in() -> None:
    found = parsed(message(pad={"first": 2, "strokes": [C]}))
    assert found is not None
    assert (found.number, found.down) == (7, True)
    assert found.ink["pad"].first == 2
    np.testing.assert_array_equal(found.ink["pad"].strokes.strokes[0], C)


def test_strokes_join_those_that_are_known() -> None:
    ink = Ink(1, pad(B, C))
    assert same(ink.after(pad(A)), pad(A, B, C))
    assert same(ink.after(pad(A, A)), pad(A, A, C))  # the package has reported the second meanwhile
    assert same(ink.after(pad(A, A, A)), pad(A, A, A))
    assert same(Ink(2, pad(C)).after(pad(A)), pad(A))  # one between is not known: another pad's history


@pytest.mark.parametrize(
    "broken",
    [
        None,
        7,
        [],
        {},
        {"number": "7", "down": True, "pads": {}},
        {"number": 7, "down": 1, "pads": {}},
        {"number": 7, "down": True, "pads": []},
        {"number": 7, "down": True, "pads": {str(k): {} for k in range(1000)}},
    ],
)
def test_what_is_no_report_is_left_alone(broken: Any) -> None:
    assert parsed(broken) is None


@pytest.mark.parametrize(
    "ink",
    [
        None,
        {"first": -1, "strokes": [A]},
        {"first": 0, "strokes": "A"},
        {"first": 0, "strokes": [[]]},
        {"first": 0, "strokes": [[["x", "y"]]]},
        {"first": 0, "strokes": [[[1e300, 0]]]},
        {"first": 0, "strokes": [[[float("nan"), 0]]]},
        {"first": 0, "strokes": [[[0, 0]] * (MAX_POINTS + 1)]},
    ],
)
def test_ink_that_cannot_be_is_no_ink_but_the_report_is_answered(ink: Any) -> None:
    assert parsed(message(pad=ink)) == Seen(7, {}, True)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda s: st.lists(s), max_leaves=9
    )
)
def test_nothing_that_a_browser_sends_raises(ink: Any) -> None:
    parsed(message(pad=ink))
    parsed(message(pad={"first": 0, "strokes": ink}))
    parsed(ink)
