"""Bars that move while the pen moves: the pen's companion beside the canvas package as it is pinned."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable

import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from demo.tasks.drawing import to_image
from demo.ui.answers import answer
from demo.ui.fabric import PEN, SIDE
from tests.browser import pens
from tests.browser.pens import CIRCLE, CROSS, ZIGZAG

pytestmark = pytest.mark.browser

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
  window.asked = [];
  const Real = WebSocket;
  window.WebSocket = class extends Real {
    constructor(url, ...rest) {
      const line = String(url).includes("/line");
      const refused = line && !window.asked.length; // the first
      super(refused ? "ws://localhost:1/" : url, ...rest);
      if (line) window.asked.push(performance.now());
      if (line && !refused) window.lines.push(this);
    }
  };
"""


@pytest.mark.parametrize("script", ["", NO_LINE], ids=["the pen's own line", "by way of Streamlit"])
def test_bars_move_while_the_pen_is_down(open_page: Callable[..., Page], script: str) -> None:
    page = open_page(script=script)
    pens.expect_answer(page)
    pens.ready(page)
    known = pens.count(page, "query")
    start, *rest = pens.places(page, "query", ZIGZAG)
    page.mouse.move(*start)
    page.mouse.down()
    for place in rest:
        before = pens.widths(page)
        page.mouse.move(*place, steps=6)
        pens.expect_other_bars(page, before)
        pens.expect_pen(page, down=True)
    assert pens.count(page, "query") == known  # it is no stroke before it has ended
    page.mouse.up()
    pens.expect_pen(page, down=False)
    pens.expect_strokes(page, "query", known + 1)


def test_a_line_that_breaks_is_done_without_and_opened_again(open_page: Callable[..., Page]) -> None:
    page = open_page(script=LINES)
    pens.expect_answer(page)
    pens.ready(page)
    page.wait_for_function("window.lines.length === 1 && window.lines[0].readyState === WebSocket.OPEN")
    refused, asked = page.evaluate("window.asked")
    assert asked - refused > 900  # ms: a full house is not to be pressed
    known = pens.count(page, "query")
    start, *rest = pens.places(page, "query", ZIGZAG)
    page.mouse.move(*start)
    page.mouse.down()
    for place in rest[:3]:
        before = pens.widths(page)
        page.mouse.move(*place, steps=6)
        pens.expect_other_bars(page, before)
    page.evaluate("window.lines[0].close()")
    for place in rest[3:]:
        before = pens.widths(page)
        page.mouse.move(*place, steps=6)
        pens.expect_other_bars(page, before)
    page.mouse.up()
    pens.expect_strokes(page, "query", known + 1)
    page.wait_for_function("window.lines.length > 1 && window.lines.at(-1).readyState === WebSocket.OPEN")
    before = pens.widths(page)
    pens.drag(page, "query", CIRCLE)
    pens.expect_other_bars(page, before)
    pens.expect_strokes(page, "query", known + 2)


def test_the_companion_sees_the_stroke_that_the_package_draws(page: Page) -> None:
    """What the network is shown are the companion's strokes; what the user sees are Fabric.js's pixels."""
    pens.erase_all(page)
    for pad, shape in zip(pens.PADS, (CIRCLE, CROSS[0], ZIGZAG, CIRCLE[:20]), strict=True):
        pens.draw(page, pad, shape)
    task = pens.export(page)
    drawings = [*(shots[0] for shots in task.drawings), task.queries[0].drawing]
    for pad, drawing in zip(pens.PADS, drawings, strict=True):
        picture = str(
            page.locator(f".st-key-{pad} canvas.dc-canvas.lower-canvas").evaluate("canvas => canvas.toDataURL()")
        )
        seen = np.asarray(PIL.Image.open(io.BytesIO(base64.b64decode(picture.partition("base64,")[2]))))[..., 3] > 127
        told = PIL.Image.new("1", (seen.shape[1], seen.shape[0]))
        for stroke in drawing.strokes:
            places = [tuple(point) for point in stroke * (seen.shape[1] / SIDE)]
            for x, y in (places[0], places[-1]):
                PIL.ImageDraw.Draw(told).circle((x, y), PEN / 2 * seen.shape[1] / SIDE, fill=1)  # round ends
            PIL.ImageDraw.Draw(told).line(places, fill=1, width=round(PEN * seen.shape[1] / SIDE), joint="curve")
        ink = np.asarray(told)
        assert seen.sum() > 500
        assert (seen & ~grown(ink)).sum() == (ink & ~grown(seen)).sum() == 0, pad


def grown(ink: NDArray[np.bool_], pixels: int = 3) -> NDArray[np.bool_]:
    """The ink and what is near it: a stroke's soft edges and round corners are the package's own."""
    for _ in range(pixels):
        ink = ink | np.roll(ink, 1, 0) | np.roll(ink, -1, 0) | np.roll(ink, 1, 1) | np.roll(ink, -1, 1)
    return ink


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
    assert np.median(np.diff(page.evaluate("window.ups"))) < 180
    pens.expect_strokes(page, "query", 20)
    pens.expect_pen(page, down=False)
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
    pens.expect_pen(page, down=False)
    assert page.evaluate("window.roots") >= 2
    assert page.evaluate("window.changes.moved") > 10
    assert page.evaluate("window.changes.made") == []


def test_who_does_not_want_it_sees_the_bars_move_when_the_pen_is_lifted(open_page: Callable[..., Page]) -> None:
    page = open_page("/?live=false")
    pens.expect_answer(page)
    pens.ready(page)
    known, before = pens.count(page, "query"), pens.widths(page)
    start, *rest = pens.places(page, "query", CIRCLE)
    page.mouse.move(*start)
    page.mouse.down()
    for place in rest:
        page.mouse.move(*place)
    assert pens.widths(page) == before
    page.mouse.up()
    pens.expect_strokes(page, "query", known + 1)
    pens.expect_other_bars(page, before)


def test_a_stroke_on_a_pad_that_has_just_been_erased_counts(page: Page) -> None:
    """The new pad is there a moment before its companion hears of it."""
    pens.expect_answer(page)
    pens.ready(page)
    for _ in range(5):
        old = pens.canvas(page, "query").element_handle()
        page.locator(".st-key-erase-25 button").click()
        page.wait_for_function("old => !old.isConnected", arg=old)
        pens.drag(page, "query", ZIGZAG)
        pens.expect_strokes(page, "query", 1)
