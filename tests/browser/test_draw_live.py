"""Bars that move while the pen moves: the pen's companion beside the canvas package as it is pinned."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from demo.tasks.drawing import to_image
from demo.ui.answers import answer
from tests.browser import pens
from tests.browser.pens import CIRCLE, CROSS, ZIGZAG

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 400, "height": 860}, "has_touch": True}


def trace(page: Page) -> Locator:
    return page.locator(".st-key-probabilities .trace")


def widths(page: Page) -> list[str | None]:
    return [bar.get_attribute("data-probability") for bar in pens.bars(page).all()]


def expect_other_bars(page: Page, before: list[str | None]) -> None:
    """Waits until the first bar says something else."""
    expect(pens.bars(page).first).not_to_have_attribute("data-probability", before[0] or "")


def expect_pen(page: Page, down: bool) -> None:
    """Waits until the bars answer to what was drawn with the pen down, or to finished strokes only."""
    expect(trace(page)).to_have_attribute("data-drawing", str(down).lower())


def places(page: Page, pad: str, stroke: pens.Stroke) -> list[tuple[float, float]]:
    area = pens.box(page, pad)
    return [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in stroke]


NO_LINE = """
  const Streamlits = WebSocket;
  window.WebSocket = class extends Streamlits {
    constructor(url, ...rest) {
      super(String(url).includes("/line") ? "ws://localhost:1/" : url, ...rest);
    }
  };
"""
LINES = """
  window.lines = [];
  const Real = WebSocket;
  window.WebSocket = class extends Real {
    constructor(url, ...rest) {
      super(url, ...rest);
      if (String(url).includes("/line")) window.lines.push(this);
    }
  };
"""


@pytest.mark.parametrize("script", ["", NO_LINE], ids=["the pen's own line", "by way of Streamlit"])
def test_bars_move_while_the_pen_is_down(open_page: Callable[..., Page], script: str) -> None:
    page = open_page(script=script)
    pens.expect_answer(page)
    pens.ready(page)
    known = pens.count(page, "query")
    start, *rest = places(page, "query", ZIGZAG)
    page.mouse.move(*start)
    page.mouse.down()
    for place in rest:
        before = widths(page)
        page.mouse.move(*place, steps=6)
        expect_other_bars(page, before)
        expect_pen(page, down=True)
    assert pens.count(page, "query") == known  # nothing of this has the package reported
    page.mouse.up()
    expect_pen(page, down=False)
    pens.expect_strokes(page, "query", known + 1)


def test_a_line_that_breaks_is_done_without_and_opened_again(open_page: Callable[..., Page]) -> None:
    page = open_page(script=LINES)
    pens.expect_answer(page)
    pens.ready(page)
    page.wait_for_function("window.lines.length === 1 && window.lines[0].readyState === WebSocket.OPEN")
    known = pens.count(page, "query")
    start, *rest = places(page, "query", ZIGZAG)
    page.mouse.move(*start)
    page.mouse.down()
    for place in rest[:3]:
        before = widths(page)
        page.mouse.move(*place, steps=6)
        expect_other_bars(page, before)
    page.evaluate("window.lines[0].close()")
    for place in rest[3:]:
        before = widths(page)
        page.mouse.move(*place, steps=6)
        expect_other_bars(page, before)
    page.mouse.up()
    pens.expect_strokes(page, "query", known + 1)
    page.wait_for_function("window.lines.length > 1 && window.lines.at(-1).readyState === WebSocket.OPEN")
    before = widths(page)
    pens.drag(page, "query", CIRCLE)
    expect_other_bars(page, before)
    pens.expect_strokes(page, "query", known + 2)


def test_the_companion_sees_the_stroke_that_the_package_draws(open_page: Callable[..., Page]) -> None:
    """Its strokes are Fabric.js's, so that bars do not jump when the package's report takes their place."""
    page = open_page("/?seen=true")
    pens.erase_all(page)
    for pad, shape in zip(pens.PADS, (CIRCLE, CROSS[0], ZIGZAG, CIRCLE[:20]), strict=True):
        pens.drag(page, pad, shape)
        expect(pens.previews(page).nth(pens.PADS.index(pad))).not_to_have_accessible_name("nothing yet")
        expect_pen(page, down=False)
        seen = pens.seen(page, pens.PADS.index(pad))
        bars = widths(page)
        assert pens.count(page, pad) == 0  # else the next lines compare the package with itself
        pens.expect_strokes(page, pad, 1)
        assert np.abs(pens.seen(page, pens.PADS.index(pad)) - seen).max() < 0.1
    assert [float(p or "nan") for p in bars] == pytest.approx(pens.probabilities(page), abs=0.01)


def test_strokes_sixty_milliseconds_apart_are_all_kept(page: Page) -> None:
    pens.erase_all(page)
    for pad, shape in zip(pens.PADS[:3], (CIRCLE, CROSS[0], ZIGZAG), strict=True):
        pens.draw(page, pad, shape)
    page.evaluate("window.ups = []; addEventListener('pointerup', () => window.ups.push(performance.now()), true)")
    area = pens.box(page, "query")
    for k in range(20):
        y = area["y"] + (k + 1) / 22 * area["height"]
        began = time.perf_counter()
        page.mouse.move(area["x"] + 20, y)
        page.mouse.down()
        page.mouse.move(area["x"] + area["width"] - 20, y, steps=3)
        page.mouse.up()
        page.wait_for_timeout(max(0, 60 - 1000 * (time.perf_counter() - began)))
    assert np.median(np.diff(page.evaluate("window.ups"))) < 180  # several come in each report of the package
    pens.expect_strokes(page, "query", 20)
    expect_pen(page, down=False)
    task = pens.export(page)
    assert len(task.queries[0].drawing.strokes) == 20
    images = [to_image(shots[0]) for shots in task.drawings] + [to_image(task.queries[0].drawing)]
    live = answer(pens.LEARNER, images, pens.STEPS).probabilities[-1]
    assert pens.probabilities(page) == pytest.approx(live, abs=5e-3)


def test_nothing_is_made_anew_while_the_pen_moves(open_page: Callable[..., Page]) -> None:
    page = open_page("/?seen=true&twin=random")
    pens.expect_answer(page)
    pens.ready(page)
    page.evaluate(
        """() => {
          window.changes = {moved: 0, made: []};
          const nodes = [...document.querySelectorAll(".st-key-probabilities *")];
          const roots = nodes.map((node) => node.shadowRoot).filter(Boolean);
          const note = (list) => list.forEach(({type, addedNodes, removedNodes}) => {
            const nodes = [...addedNodes, ...removedNodes].filter((n) => n.nodeType === Node.ELEMENT_NODE);
            if (type === "attributes") window.changes.moved += 1;
            window.changes.made.push(...nodes.map((n) => n.outerHTML));
          });
          const what = {subtree: true, childList: true, attributes: true, attributeFilter: ["data-probability"]};
          for (const root of [...roots, document.querySelector(".st-key-probabilities")])
            new MutationObserver(note).observe(root, what);
          window.roots = roots.length;
        }"""
    )
    known = pens.count(page, "query")
    pens.drag(page, "query", ZIGZAG)
    pens.drag(page, "query", CIRCLE)
    pens.expect_strokes(page, "query", known + 2)
    expect_pen(page, down=False)
    assert page.evaluate("window.roots") >= 2
    assert page.evaluate("window.changes.moved") > 10
    assert page.evaluate("window.changes.made") == []


def test_a_finger_moves_the_bars(open_page: Callable[..., Page]) -> None:
    page = open_page("/", **PHONE)
    pens.expect_answer(page)
    pens.ready(page)
    touch = page.context.new_cdp_session(page)
    known = pens.count(page, "query")
    start, *rest = places(page, "query", ZIGZAG)

    def send(kind: str, *at: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]})

    send("touchStart", start)
    for place in rest:
        before = widths(page)
        send("touchMove", place)
        expect_other_bars(page, before)
        expect_pen(page, down=True)
    send("touchEnd")
    expect_pen(page, down=False)
    pens.expect_strokes(page, "query", known + 1)


def test_a_stylus_moves_the_bars(page: Page) -> None:
    pens.expect_answer(page)
    pens.ready(page)
    stylus = page.context.new_cdp_session(page)
    known = pens.count(page, "query")
    start, *rest = places(page, "query", ZIGZAG)

    def send(kind: str, at: tuple[float, float]) -> None:
        event: dict[str, Any] = {"type": kind, "x": at[0], "y": at[1], "button": "left", "buttons": 1, "clickCount": 1}
        stylus.send("Input.dispatchMouseEvent", {**event, "pointerType": "pen", "force": 0.5})

    send("mousePressed", start)
    for place in rest:
        before = widths(page)
        send("mouseMoved", place)
        expect_other_bars(page, before)
    send("mouseReleased", rest[-1])
    expect_pen(page, down=False)
    pens.expect_strokes(page, "query", known + 1)


@pytest.mark.parametrize("corner", [(0.02, 0.02), (0.98, 0.02), (0.02, 0.98), (0.98, 0.98)])
def test_a_tap_in_a_corner_is_a_dot(open_page: Callable[..., Page], corner: tuple[float, float]) -> None:
    page = open_page("/", **PHONE)
    pens.expect_answer(page)
    pens.ready(page)
    known = pens.count(page, "query")
    ((x, y),) = places(page, "query", [corner])
    for taps in (1, 2):
        page.touchscreen.tap(x, y)
        pens.expect_strokes(page, "query", known + taps)


FAILS = """
  const listen = document.addEventListener;
  document.addEventListener = function (type, react, options) {
    if (type === "pointerdown" && options?.signal) throw new Error("the companion cannot listen");
    return listen.apply(this, arguments);
  };
"""


@pytest.mark.parametrize("path, script", [("/", FAILS), ("/?live=false", "")], ids=["it fails", "it is off"])
def test_without_the_companion_the_page_works_at_the_packages_pace(
    open_page: Callable[..., Page], path: str, script: str
) -> None:
    page = open_page(path, script=script)
    pens.expect_answer(page)
    pens.ready(page)
    known, before = pens.count(page, "query"), widths(page)
    pens.drag(page, "query", CIRCLE)
    assert widths(page) == before
    pens.expect_strokes(page, "query", known + 1)
    expect_other_bars(page, before)
    expect(page.get_by_text("cannot listen")).to_be_hidden()
