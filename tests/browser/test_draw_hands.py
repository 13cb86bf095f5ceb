"""A finger, a stylus, and taps in corners: other hands than the mouse's, and the bars that follow them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import pens
from tests.browser.pens import ZIGZAG

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 400, "height": 860}, "has_touch": True}


def test_a_finger_moves_the_bars(open_page: Callable[..., Page]) -> None:
    page = open_page("/", **PHONE)
    pens.expect_answer(page)
    pens.ready(page)
    touch = page.context.new_cdp_session(page)
    known = pens.count(page, "query")
    start, *rest = pens.places(page, "query", ZIGZAG)

    def send(kind: str, *at: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]})

    send("touchStart", start)
    for place in rest:
        before = pens.widths(page)
        send("touchMove", place)
        pens.expect_other_bars(page, before)
        pens.expect_pen(page, down=True)
    send("touchEnd")
    pens.expect_pen(page, down=False)
    pens.expect_strokes(page, "query", known + 1)


def test_a_stylus_moves_the_bars(page: Page) -> None:
    pens.expect_answer(page)
    pens.ready(page)
    stylus = page.context.new_cdp_session(page)
    known = pens.count(page, "query")
    start, *rest = pens.places(page, "query", ZIGZAG)

    def send(kind: str, at: tuple[float, float]) -> None:
        event: dict[str, Any] = {"type": kind, "x": at[0], "y": at[1], "button": "left", "buttons": 1, "clickCount": 1}
        stylus.send("Input.dispatchMouseEvent", {**event, "pointerType": "pen", "force": 0.5})

    send("mousePressed", start)
    for place in rest:
        before = pens.widths(page)
        send("mouseMoved", place)
        pens.expect_other_bars(page, before)
    send("mouseReleased", rest[-1])
    pens.expect_pen(page, down=False)
    pens.expect_strokes(page, "query", known + 1)


@pytest.mark.parametrize("corner", [(0.02, 0.02), (0.98, 0.02), (0.02, 0.98), (0.98, 0.98)])
def test_a_tap_in_a_corner_is_a_dot(open_page: Callable[..., Page], corner: tuple[float, float]) -> None:
    page = open_page("/", **PHONE)
    pens.expect_answer(page)
    pens.ready(page)
    known = pens.count(page, "query")
    ((x, y),) = pens.places(page, "query", [corner])
    for taps in (1, 2):
        page.touchscreen.tap(x, y)
        pens.expect_strokes(page, "query", known + taps)
