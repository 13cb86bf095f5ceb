"""The canvas' state, as it comes over Streamlit's websocket: a drawing, or a refusal that the page can say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from demo.limits import MAX_POINTS, MAX_STROKES
from demo.tasks.drawing import DrawingError
from demo.ui.canvas import refusal
from demo.ui.fabric import SIDE, from_fabric, to_fabric
from demo.ui.unlabelled import name
from demo.ui.words import say
from tests.abuse.hostile import ANYTHING, MANY, SOME, count, mutants
from tests.pages.opening import opened
from tests.ui.test_desk import CROSS
from tests.ui.test_fabric import CLICK, STROKE, path

HONEST = ({"version": "6.4", "objects": [path(STROKE), path(CLICK)]}, to_fabric(CROSS))


def sent(content: Any, others: Callable[[], None]) -> None:
    count("canvas")
    drawing, refused = None, ""
    try:
        drawing = from_fabric(content)
    except DrawingError as error:
        refused = refusal(error, "A")
    if drawing is not None:
        assert (drawing.width, drawing.height) == (SIDE, SIDE)
        assert len(drawing.strokes) <= MAX_STROKES
        assert sum(map(len, drawing.strokes)) <= MAX_POINTS
        assert drawing.empty in (True, False)  # it can be drawn
    else:
        assert refused
    others()


@MANY
@given(content=mutants(*HONEST))
def test_a_drawing_that_was_tampered_with(content: Any, others: Callable[[], None]) -> None:
    sent(content, others)


@SOME
@given(content=ANYTHING)
def test_what_is_no_drawing_at_all(content: Any, others: Callable[[], None]) -> None:
    sent(content, others)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"drawing": {"raw": {"objects": [{"type": "Path"}]}, "data": None}}, "draw.unreadable"),
        ({"drawing": {"raw": {"objects": [{"type": "Path", "path": [["M", "a", None]]}]}}}, "draw.unreadable"),
        ({"drawing": {"raw": [1], "data": 3}}, "draw.unreadable"),
        ({"drawing": "x"}, "draw.unreadable"),
        ({"drawing": {"raw": HONEST[0]}, "backgroundFit": 7}, ""),
        ({"drawing": {"raw": {"objects": [path(STROKE)] * 501}}, "backgroundFit": []}, "draw.full"),
    ],
)
def test_the_page_says_so_and_goes_on(state: dict[str, Any], words: str) -> None:
    count("canvas")
    app = opened(
        "close", close_learner="semi-prototypical"
    )  # its pads are read from the package; the draw page's are not
    key = app.session_state["unlabelled"].key(0)
    app.session_state[key] = state
    app.run()
    assert not app.exception
    said = {
        key: say(key, "en", name=name(0), strokes=MAX_STROKES, points=MAX_POINTS)
        for key in ("draw.unreadable", "draw.full")
    }
    assert [warning.value for warning in app.warning] == ([said[words]] if words else [])
    assert app.session_state["unlabelled"].key(0) == key
