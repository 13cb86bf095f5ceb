"""The fifteen-minute lecture of the README, from top to bottom in one session, and how every stop looks.

Every stop is looked at in both languages, 1280 and 390 pixels wide, light and dark; `--screenshots FOLDER`
(`make lecture`) keeps the pictures.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import PIL.Image
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from demo.ui import frame
from demo.ui.words import LANGUAGES, say
from tests.browser import pens
from tests.browser.pens import CIRCLE, CROSS, ZIGZAG
from tests.browser.walk import in_scheme, settled

pytestmark = pytest.mark.browser

SIZES = ((1280, 900), (390, 844))
SCHEMES = ("light", "dark")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
FLAT: pens.Stroke = [(0.5 + 4 / 3 * (x - 0.5), 0.5 + 2 / 3 * (y - 0.5)) for x, y in CIRCLE[:23]]
TRAINING = 90_000  # milliseconds: 500 meta-steps of three learners, on a busy machine

Look = Callable[..., None]


@pytest.fixture
def album(pytestconfig: pytest.Config, tmp_path: Path) -> Path:
    """Where the pictures go."""
    return Path(pytestconfig.getoption("screenshots") or tmp_path)


@pytest.fixture
def look(page: Page, album: Path) -> Look:
    """Looks at the page in every way, and leaves it as it was: English, 1280 pixels wide, light."""

    def look_at(stop: str, open_again: Callable[[Page], object] = lambda page: None) -> None:
        for tongue in LANGUAGES:
            speak(page, tongue)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                for scheme in SCHEMES:
                    in_scheme(page, scheme)
                    settled(page)
                    open_again(page)
                    assert page.evaluate("document.documentElement.scrollWidth") <= width, (stop, tongue, width)
                    page.screenshot(path=album / f"{stop}-{tongue}-{width}-{scheme}.png", full_page=True)
            page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
            in_scheme(page, SCHEMES[0])
        speak(page, "en")

    return look_at


def speak(page: Page, tongue: str) -> None:
    """Presses the corner's button with the language's name; there is none for the language that is spoken."""
    settled(page)
    button = page.locator(f".st-key-lang-{tongue} button")
    if button.count():
        button.click()
        expect(button).to_have_count(0)
        settled(page)


def go(page: Page, name: str) -> None:
    """To another page by the bar at the top, as in front of an audience."""
    group = next(group for group, names in frame.GROUPS.items() if name in names)
    title = say(f"page.{name}", "en")
    if group:
        page.get_by_role("button", name=say(f"page.group.{group}", "en")).click()
    page.get_by_role("menuitem" if group else "link", name=title, exact=True).click()
    expect(page.locator("h1")).to_have_text(say(f"{name}.title", "en"))
    settled(page)


def share(page: Page) -> str:
    """Opens the menu if it is closed; the link that a camera reads off the page."""
    code = page.locator(".st-key-share-body img.qr")
    if not code.is_visible():
        page.locator(".st-key-share [data-testid=stPopoverButton]").click()
    expect(code).to_be_visible()
    found = zxingcpp.read_barcodes(PIL.Image.open(io.BytesIO(code.screenshot())))
    return str(found[0].text)


def twins(page: Page) -> list[int]:
    """What the second learner says, in per cent."""
    values = page.locator(".st-key-probabilities .twin-value")
    expect(values).to_have_text([re.compile(r"\d+%")] * 3)
    return [int(text.removesuffix("%")) for text in values.all_text_contents()]


def training(page: Page, phase: str) -> None:
    expect(page.locator(f".st-key-watch-view .watch[data-phase={phase}]")).to_have_count(1, timeout=TRAINING)


def test_the_lecture(page: Page, look: Look, album: Path, server: str, open_page: Callable[..., Page]) -> None:
    # Draw three.
    pens.erase_all(page)
    pens.draw(page, "class-1", CIRCLE)
    pens.draw(page, "class-2", *CROSS)
    pens.draw(page, "class-3", ZIGZAG)
    pens.expect_no_answer(page)
    pens.draw(page, "query", FLAT)
    pens.expect_answer(page)
    drawn = pens.probabilities(page)
    assert drawn[0] > 0.8
    look("1-draw")

    # Scrub the steps.
    for _ in range(pens.STEPS):
        page.keyboard.press("ArrowLeft")
    assert pens.probabilities(page) == pytest.approx([1 / 3] * 3, abs=1e-3)
    page.keyboard.press("ArrowRight")
    assert 1 / 3 < pens.probabilities(page)[0] < drawn[0]
    look("2-steps")
    for _ in range(1, pens.STEPS):
        page.keyboard.press("ArrowRight")
    assert pens.probabilities(page) == drawn

    # The random twin.
    page.locator(".st-key-twin input").fill(say("learner.random", "en"))
    page.keyboard.press("Enter")
    assert pens.probabilities(page) == drawn
    assert twins(page)[0] < 50  # the same steps from weights that never learnt: a flat circle is no circle
    look("3-twin")

    # Sine.
    go(page, "sine")
    amplitude = page.locator(".st-key-sine-amplitude input")
    amplitude.focus()
    wanted = float(amplitude.input_value()) + 1
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("([node, value]) => Number(node.value) === value", arg=[amplitude.element_handle(), wanted])
    look("4-sine")

    # How meta-learning moves.
    go(page, "moves")
    page.get_by_role("button", name=say("moves.plane.take", "en")).click()
    expect(page.locator(".plane .count")).to_contain_text("1")
    look("5-moves")

    # Watch it learn.
    go(page, "watch")
    training(page, "ready")
    page.locator(".st-key-watch-meta_steps input").press("Home")
    training(page, "ready")
    page.locator(".st-key-watch-start button").click()
    training(page, "done")
    look("6-watch")

    # Share: the students' phones show what was drawn in front of them.
    go(page, "draw")
    pens.expect_answer(page)
    assert pens.probabilities(page) == drawn
    twin = twins(page)
    assert twin[0] < 50  # settings stay, too
    look("7-share", share)
    link = share(page)
    phone = open_page(link.removeprefix(server), **PHONE)
    pens.expect_answer(phone)
    assert pens.probabilities(phone) == drawn
    assert twins(phone) == twin
    phone.screenshot(path=album / "7-share-phone.png", full_page=True)
