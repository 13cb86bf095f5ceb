"""A hand for the tests: draws on the pads with the mouse, and reads what the page makes of it."""

from __future__ import annotations

import base64
import io
import json
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from playwright.sync_api import FloatRect, Locator, Page, expect

from demo.tasks import taskfile
from demo.ui.settings import DRAW
from demo.ui.sheet import QUERY, place_of

Stroke = list[tuple[float, float]]  # in fractions of the pad's side; beyond 0..1 is beyond the pad

LEARNER, STEPS = str(DRAW["learner"].default), int(DRAW["steps"].default)

PADS = ("class-1", "class-2", "class-3", "query")

CIRCLE: Stroke = [(0.5 + 0.3 * math.sin(k / 12 * math.pi), 0.5 - 0.3 * math.cos(k / 12 * math.pi)) for k in range(25)]
CROSS: list[Stroke] = [[(0.2, 0.2), (0.5, 0.5), (0.8, 0.8)], [(0.8, 0.2), (0.5, 0.5), (0.2, 0.8)]]
ZIGZAG: Stroke = [(0.1, 0.6), (0.25, 0.35), (0.4, 0.65), (0.55, 0.35), (0.7, 0.65), (0.9, 0.35)]


def canvas(page: Page, pad: str) -> Locator:
    return page.locator(f".st-key-{pad} canvas.upper-canvas")


def ready(page: Page, pads: Sequence[str] = PADS) -> None:
    """Waits until every pad can be drawn on."""
    for pad in pads:
        expect_alone(page, pad, "[role=img]")


def cell(i: int, shot: int = 0) -> str:
    """The pad of class i's drawing, wherever there are several; `query_cell` is a query's."""
    return f"cell-{place_of(i, shot)}"


def query_cell(q: int) -> str:
    return f"cell-{QUERY + q}"


def choose(page: Page, setting: str, option: str) -> None:
    """Chooses one of the options that are all in sight, by the names that stand there."""
    page.get_by_role("radiogroup", name=setting).get_by_role("radio", name=option, exact=True).click()


def expect_alone(page: Page, pad: str, such: str) -> None:
    """Waits for a canvas `such` (a selector's end), and until the one it takes the place of is gone.

    Streamlit removes what a rerun no longer draws when the rerun ends: for a moment there are two.
    """
    expect(page.locator(f".st-key-{pad} canvas.upper-canvas{such}")).to_have_count(1)
    expect(canvas(page, pad)).to_have_count(1)
    expect(page.locator(f".st-key-{pad} canvas.upper-canvas{such}")).to_have_count(1)


def box(page: Page, pad: str) -> FloatRect:
    canvas(page, pad).scroll_into_view_if_needed()
    found = canvas(page, pad).bounding_box()
    assert found is not None
    return found


def drag(page: Page, pad: str, stroke: Stroke, button: Any = "left") -> None:
    """Presses, moves and lets go; waits for nothing."""
    area = box(page, pad)
    places = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in stroke]
    page.mouse.move(*places[0])
    page.mouse.down(button=button)
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up(button=button)


def draw(page: Page, pad: str, *strokes: Stroke) -> None:
    """Draws strokes and waits until the page has taken them all."""
    before = count(page, pad)
    for stroke in strokes:
        drag(page, pad, stroke)
    expect_strokes(page, pad, before + len(strokes))


def count(page: Page, pad: str) -> int:
    """Strokes on a pad, as its accessible name says."""
    name = canvas(page, pad).get_attribute("aria-label") or ""
    found = re.search(r"(\d+) strokes?$", name)
    return int(found[1]) if found else 0


def expect_strokes(page: Page, pad: str, number: int) -> None:
    words = {0: "empty", 1: "1 stroke"}.get(number, f"{number} strokes")
    expect_alone(page, pad, f'[aria-label$=": {words}"]')


def erase_all(page: Page) -> None:
    ready(page)
    page.get_by_role("button", name="Erase all").click()
    for pad in PADS:
        expect_strokes(page, pad, 0)


def bars(page: Page) -> Locator:
    """The classes' bars, in order."""
    return page.locator(".st-key-probabilities [data-class]")


def expect_answer(page: Page, ways: int = 3) -> None:
    expect(page.locator(".st-key-probabilities [data-probability]")).to_have_count(ways)


def expect_no_answer(page: Page) -> None:
    expect(page.locator(".st-key-probabilities [data-probability]")).to_have_count(0)


def probabilities(page: Page) -> list[float]:
    return [float(bar.get_attribute("data-probability") or "nan") for bar in bars(page).all()]


def trace(page: Page) -> Locator:
    return page.locator(".st-key-probabilities .trace")


def widths(page: Page) -> list[str | None]:
    return [bar.get_attribute("data-probability") for bar in bars(page).all()]


def expect_other_bars(page: Page, before: list[str | None]) -> None:
    """Waits until the first bar says something else."""
    expect(bars(page).first).not_to_have_attribute("data-probability", before[0] or "")


def expect_pen(page: Page, down: bool) -> None:
    """Waits until the bars answer to what was drawn with the pen down, or to finished strokes only."""
    expect(trace(page)).to_have_attribute("data-drawing", str(down).lower())


def places(page: Page, pad: str, stroke: Stroke) -> list[tuple[float, float]]:
    area = box(page, pad)
    return [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in stroke]


def scrub(page: Page, step: int) -> None:
    page.get_by_role("slider", name="Inner step", exact=True).fill(str(step))


def export(page: Page) -> taskfile.Task:
    """The page's task, through its own file menu."""
    page.get_by_role("button", name="File", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this task").click()
    page.keyboard.press("Escape")
    return taskfile.loads(download.value.path().read_bytes())


def open_file(page: Page, content: Any) -> None:
    """Opens a task file through the page's file menu, which stays open."""
    page.get_by_role("button", name="File", exact=True).click()
    text = content if isinstance(content, str) else json.dumps(content)
    page.locator(".st-key-import input[type=file]").set_input_files(
        {"name": "mine.json", "mimeType": "application/json", "buffer": text.encode()}
    )


def previews(page: Page) -> Locator:
    return page.locator(".seen canvas")


def seen(page: Page, place: int) -> NDArray[np.float32]:
    """The (28, 28) image that the network sees of a pad, from the preview on the page."""
    source = str(previews(page).nth(place).evaluate("canvas => canvas.toDataURL()"))
    picture = PIL.Image.open(io.BytesIO(base64.b64decode(source.partition("base64,")[2]))).convert("L")
    return np.asarray(picture, np.float32) / np.float32(255)
