"""The guided tour in a real browser: it drives the app, and lets itself be left, resumed and followed elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.ui.words import say
from tests.browser import pens
from tests.browser.walk import settled

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}
MENU = ".st-key-frame [data-testid=stPopoverButton]"


def card(page: Page) -> Locator:
    return page.get_by_role("region", name="Guided tour")


def at(page: Page, words: str) -> None:
    """The tour is at that step, and its card stands beside what is marked."""
    expect(card(page)).to_contain_text(say(f"tour.step.{words}.title", "en"))


def marked(page: Page, target: Locator) -> None:
    """The ring is around the target, and both it and the card are in sight."""
    page.wait_for_function(
        """target => {
          const [ring, mark] = [document.querySelector(".tour-ring"), target].map((it) => it?.getBoundingClientRect());
          const card = document.querySelector(".st-key-tour-card").getBoundingClientRect();
          return ring && ring.left <= mark.left && ring.right >= mark.right && ring.top <= Math.max(1, mark.top)
            && ring.bottom >= mark.bottom && card.left >= 0 && card.right <= innerWidth && card.bottom <= innerHeight
            && mark.top < innerHeight && mark.bottom > 0;
        }""",
        arg=target.element_handle(),
    )


def forward(page: Page, words: str) -> None:
    page.locator(".st-key-tour-next button").click()
    at(page, words)


def show(page: Page) -> None:
    page.locator(".st-key-tour-show button").click()


def test_the_tour_drives_the_app_from_page_to_page(page: Page) -> None:
    pens.expect_answer(page)
    pens.ready(page)
    expect(card(page)).to_have_count(0)  # nobody is forced
    page.get_by_role("button", name=say("frame.invitation", "en")).click()
    at(page, "drawings")
    marked(page, page.locator(".st-key-canvases"))
    show(page)
    expect(page.locator(".st-key-class-1 input")).not_to_have_value("house")
    forward(page, "bars")
    expect(card(page).locator(".katex")).not_to_have_count(0)
    forward(page, "steps")
    scrubber = page.get_by_role("slider", name="Inner step", exact=True)
    scrubber.evaluate("range => { window.seen = []; range.addEventListener('input', () => seen.push(range.value)); }")
    show(page)
    page.wait_for_function("seen.join() === '0,1,2,3,4,5'")
    forward(page, "twin")
    marked(page, page.locator(".st-key-twin"))
    show(page)
    expect(page).to_have_url(re.compile("twin=random"))
    forward(page, "query")
    page.locator(".st-key-tour-back button").click()
    at(page, "twin")
    forward(page, "query")
    forward(page, "inside")
    player = page.locator(".inside:has(.panels)")
    marked(page, player.locator(".panels"))
    show(page)
    expect(player).to_have_attribute("data-playing", "true")
    forward(page, "sine")
    expect(page).to_have_url(re.compile("/sine"))
    marked(page, page.locator(".st-key-sine-amplitude"))
    show(page)
    expect(page).to_have_url(re.compile(r"amplitude=[45]"))
    forward(page, "moves")
    marked(page, page.locator(".st-key-moves-plane"))
    show(page)
    expect(page.locator(".plane .count")).to_contain_text("1")
    forward(page, "watch")
    show(page)
    page.locator(".st-key-watch-stop button").click()
    expect(page.locator(".st-key-watch-again button")).to_be_enabled()
    forward(page, "stage")
    marked(page, page.locator(".st-key-frame"))
    page.get_by_role("button", name="Done").click()
    expect(card(page)).to_have_count(0)
    expect(page.locator(".tour-ring")).to_have_count(0)


def test_the_tour_is_left_resumed_and_followed_elsewhere(page: Page) -> None:
    settled(page)
    pens.expect_answer(page)
    pens.ready(page)
    page.keyboard.press("t")
    at(page, "drawings")
    forward(page, "bars")
    page.locator(".st-key-tour-skip button").click()
    expect(card(page)).to_have_count(0)
    expect(page.get_by_role("button", name=say("frame.invitation", "en"))).to_have_count(0)
    page.locator(MENU).click()
    page.locator(".st-key-take-tour button").click()
    at(page, "bars")
    page.get_by_role("link", name=say("page.sine", "en"), exact=True).click()
    expect(card(page)).to_contain_text("This step is on the page Draw.")
    page.locator(".st-key-tour-go button").click()
    marked(page, page.locator(".st-key-probabilities .bars"))


def test_a_step_whose_element_is_not_there_says_where_to_find_it(open_page: Callable[..., Page]) -> None:
    page = open_page("/?present=true&controls=false")
    settled(page)
    page.keyboard.press("t")
    for words in ("bars", "steps", "twin"):
        forward(page, words)
    where = card(page).locator(".st-key-tour-where")
    expect(where).to_be_visible()
    expect(where).to_contain_text("the key H brings them back")
    expect(page.locator(".st-key-tour-show")).to_be_hidden()
    page.keyboard.press("h")
    marked(page, page.locator(".st-key-twin"))
    expect(where).to_be_hidden()


def test_the_tour_on_a_phone_keeps_what_it_marks_above_its_card(open_page: Callable[..., Page]) -> None:
    page = open_page("/", **PHONE)
    settled(page)
    page.locator(MENU).click()
    page.locator(".st-key-take-tour button").click()
    at(page, "drawings")
    for words, target in (("bars", ".bars"), ("steps", ".controls")):
        forward(page, words)
        place = page.locator(f".st-key-probabilities {target}")
        marked(page, place)
        page.wait_for_function(
            """target => target.getBoundingClientRect().bottom
              < document.querySelector(".st-key-tour-card").getBoundingClientRect().top""",
            arg=place.element_handle(),
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
