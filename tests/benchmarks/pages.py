"""What a person at the page would feel, measured in a real Chromium."""

from __future__ import annotations

import itertools
import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from demo.tasks.drawing import to_image
from demo.ui.answers import answer
from tests.browser import pens
from tests.browser.machine import served

WATCH = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
MOVES, MOVE_SECONDS = 30, 0.012  # of a stroke: about 0.45 s, with what Playwright takes
SETTLED = 700  # milliseconds after a stroke


@dataclass
class Strokes:
    """What strokes on one page met: seconds from mouse-up to the bars, updates a second, seconds between frames."""

    to_bars: list[float] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)
    frames: list[float] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, url: str) -> Iterator[Page]:
    """A fresh visitor's page, ready to draw on."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(url)
    pens.ready(page)
    pens.expect_answer(page)
    yield page
    context.close()


def draw(page: Page, strokes: int, found: Strokes) -> None:
    """Strokes on all pads in turn, each like a hand's."""
    for k in range(strokes):
        area = pens.box(page, pens.PADS[k % 4])
        before = page.evaluate("[notes.bars.length, notes.frames.length]")
        values = ",".join(bar.get_attribute("data-probability") or "" for bar in pens.bars(page).all())
        began = time.perf_counter()
        for m in range(MOVES + 1):
            x, y = 0.15 + 0.7 * m / MOVES, 0.5 + 0.35 * math.sin(m / 4 + 1.7 * len(found.to_bars))
            page.mouse.move(area["x"] + x * area["width"], area["y"] + y * area["height"])
            if m == 0:
                page.mouse.down()
            time.sleep(MOVE_SECONDS)
        took = time.perf_counter() - began
        page.mouse.up()
        page.wait_for_timeout(SETTLED)
        notes = page.evaluate("notes")
        up, changes = notes["ups"][-1], notes["bars"][before[0] :]
        found.updates.append(sum(change["at"] < up for change in changes) / took)
        found.frames += [b - a for a, b in itertools.pairwise(notes["frames"][before[1] :]) if b < up]
        after = [change["at"] for change in changes if change["at"] >= up and not change["down"]]
        if not after:
            raise RuntimeError(f"stroke {k} was not answered; before it the bars were {values}")
        found.to_bars.append((after[0] - up) / 1000)
    pens.ready(page)
    page.get_by_role("button", name="Examples").click()
    page.get_by_role("button", name="House, tree, fish").click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(SETTLED)


def strokes(browser: Browser, url: str, count: int, block: int = 15) -> tuple[Strokes, Strokes]:
    """The same strokes with the pen followed and not, taking turns, so that noise meets both."""
    on, off = Strokes(), Strokes()
    with opened(browser, url) as with_it, opened(browser, f"{url}/?live=false") as without:
        for page in (with_it, without):
            page.evaluate(WATCH)
        for _ in range(0, count, block):
            for page, found in ((with_it, on), (without, off)):
                page.bring_to_front()
                draw(page, block, found)
    return on, off


def quick_strokes(browser: Browser, url: str, count: int, apart: float = 0.06) -> tuple[int, float, float]:
    """Strokes begun `apart` seconds from each other on an erased pad.

    Returns how many were kept, the largest difference of the bars from the learner's own answer to them all,
    and the median seconds between their ends.
    """
    with opened(browser, url) as page:
        page.evaluate(WATCH)
        page.get_by_role("button", name="Erase ?").click()
        pens.expect_strokes(page, "query", 0)
        area = pens.box(page, "query")
        for k in range(count):
            began, y = time.perf_counter(), area["y"] + area["height"] * (k + 1) / (count + 1)
            page.mouse.move(area["x"] + 0.1 * area["width"], y)
            page.mouse.down()
            page.mouse.move(area["x"] + 0.9 * area["width"], y)
            page.mouse.up()
            time.sleep(max(0, apart - (time.perf_counter() - began)))
        page.wait_for_timeout(2 * SETTLED)
        ends = np.diff(page.evaluate("notes.ups"))
        shown, task = pens.probabilities(page), pens.export(page)
    images = [to_image(shots[0]) for shots in task.drawings] + [to_image(task.queries[0].drawing)]
    truth = answer(pens.LEARNER, images, pens.STEPS).probabilities[-1]
    return len(task.queries[0].drawing.strokes), float(np.abs(truth - shown).max()), float(np.median(ends)) / 1000


def starts(browser: Browser, count: int) -> tuple[list[float], list[float]]:
    """Seconds from starting the server to a page that can be drawn on; and from a page's load to its answer."""
    usable, paints = [], []
    for _ in range(count):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "log") as url:
            with opened(browser, url):
                usable.append(time.perf_counter() - began)
            context = browser.new_context()
            page = context.new_page()
            page.goto(url, wait_until="commit")
            page.locator(".st-key-probabilities [data-probability]").first.wait_for()
            paints.append(page.evaluate("performance.now()") / 1000)
            context.close()
    return usable, paints


def scrubs(browser: Browser, url: str, count: int) -> tuple[list[float], int]:
    """Seconds that each move of the scrubber takes in the browser, and the messages sent to the server meanwhile."""
    sent: list[object] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(url)
    pens.ready(page)
    pens.expect_answer(page)
    page.wait_for_timeout(SETTLED)
    sent.clear()
    took: list[float] = page.get_by_role("slider", name="Inner step", exact=True).evaluate(
        """(slider, count) => Array.from({length: count}, (_, k) => {
          const began = performance.now();
          slider.value = k % 6;
          slider.dispatchEvent(new Event("input"));
          return (performance.now() - began) / 1000;
        })""",
        count,
    )
    context.close()
    return took, len(sent)


def sine_drag(browser: Browser, url: str, seconds: float) -> list[float]:
    """Updates a second of the adapted curve, while amplitude and then phase are dragged to and fro."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{url}/sine")
    page.locator(".st-key-sine-plot .curves path.after").wait_for()
    page.locator(".st-key-sine-errors .js-plotly-plot .main-svg .trace").first.wait_for()
    page.wait_for_timeout(SETTLED)
    page.evaluate(
        """() => {
          window.curves = [];
          const look = () => {
            const inside = [...document.querySelectorAll(".st-key-sine-plot *")].map((n) => n.shadowRoot);
            const figure = inside.find((root) => root?.querySelector(".curves"));
            const drawn = [...figure.querySelectorAll(".curves path.after")].map((p) => p.getAttribute("d")).join();
            if (drawn && drawn !== window.curves.at(-1)) window.curves.push(drawn);
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    rates = []
    for key in ("amplitude", "phase"):
        box = page.locator(f".st-key-sine-{key} [role=slider], .st-key-sine-{key} input").first.bounding_box()
        track = page.locator(f".st-key-sine-{key}").bounding_box()
        assert box is not None
        assert track is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        before, began = page.evaluate("window.curves.length"), time.perf_counter()
        while (now := time.perf_counter() - began) < seconds:
            page.mouse.move(track["x"] + track["width"] * (0.5 + 0.4 * math.sin(3 * now)), y)
        rates.append((page.evaluate("window.curves.length") - before) / seconds)
        page.mouse.up()
        page.wait_for_timeout(SETTLED)
    context.close()
    return rates
