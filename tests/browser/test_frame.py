"""What stands around every page, in a real browser: the corner, presenter mode, keyboard, theme."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from demo.ui.palette import INK
from demo.ui.words import say
from tests.browser import pens
from tests.browser.walk import PATHS, in_scheme, settled

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}
MENU = ".st-key-frame [data-testid=stPopoverButton]"


def box(place: Locator) -> FloatRect:
    found = place.bounding_box()
    assert found
    return found


def apart(one: FloatRect, other: FloatRect) -> bool:
    return (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )


def step(page: Page) -> int:
    """The inner step in view on the draw page."""
    return int(page.get_by_role("slider", name="Inner step", exact=True).input_value())


def expect_step(page: Page, number: int) -> None:
    expect(page.get_by_role("slider", name="Inner step", exact=True)).to_have_value(str(number))


# --- The corner ---


def test_the_corner_covers_nothing(page: Page) -> None:
    settled(page)
    others = page.locator(
        "[data-testid=stTopNavLink]:visible, [data-testid=stExpandSidebarButton]:visible, h1, .st-key-actions button"
    )
    for stage in (False, True):
        for width, height in ((1280, 900), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            expect(page.locator(".st-key-tour-invitation")).to_be_visible(visible=width > 640 and not stage)
            corner = [box(button) for button in page.locator(".st-key-frame button:visible").all()]
            assert len(corner) >= 2
            assert others.count() > 4
            for one in corner:
                assert one["x"] >= 0
                assert one["x"] + one["width"] <= width
                for other in others.all():
                    assert apart(one, box(other)), (other.inner_text(), width, stage)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        if not stage:
            page.keyboard.press("f")
            expect(page.locator(".st-key-leave")).to_be_visible()


def test_the_language_goes_along_to_every_page_and_back(page: Page) -> None:
    page.get_by_role("button", name="中文").click()
    expect(page).to_have_url(re.compile("lang=zh"))
    for name in ("sine", "draw", "sine"):
        page.get_by_role("link", name=say(f"page.{name}", "zh"), exact=True).click()
        expect(page).to_have_url(re.compile(f"{'' if name == 'draw' else name}[?].*lang=zh"))
    page.get_by_role("button", name="English").click()
    expect(page).not_to_have_url(re.compile("lang"))
    expect(page.get_by_role("link", name=say("page.sine", "en"), exact=True)).to_be_visible()


# --- Presenter mode ---


def test_presenter_mode_is_large_and_bare_and_what_counts_is_in_sight(page: Page) -> None:
    settled(page)
    pad, title = box(page.locator(".st-key-class-1")), box(page.locator("h1"))
    page.keyboard.press("f")
    expect(page).to_have_url(re.compile("present=true"))
    expect(page.get_by_role("button", name=say("frame.leave", "en"))).to_be_visible()
    expect(page.locator(".stAppHeader")).to_be_hidden()
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(
            "least => document.querySelector('.st-key-class-1').offsetWidth > least", arg=pad["width"]
        )
        assert float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")) >= 18
        assert box(page.locator("h1"))["height"] > title["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for place in (".st-key-canvases", ".st-key-probabilities .bars", ".st-key-probabilities .controls"):
            here = box(page.locator(place))
            assert here["y"] >= 0, place
            assert here["y"] + here["height"] <= height, (place, height)
    pens.ready(page)
    pens.draw(page, "class-1", pens.ZIGZAG)  # the ink goes where the pen is on the larger pad
    assert pens.count(page, "class-1") > 1


def test_on_stage_the_menu_has_the_pages_and_leaving_is_one_click_or_key(open_page: Callable[..., Page]) -> None:
    page = open_page("/?present=true")
    settled(page)
    page.locator(MENU).click()
    links = page.locator(".st-key-menu-pages a")
    expect(links).to_have_count(len(PATHS))
    links.get_by_text(say("page.sine", "en")).click()
    expect(page).to_have_url(re.compile(r"/sine\?present=true"))
    expect(page.locator(".st-key-menu-pages")).to_have_count(0)
    page.get_by_role("button", name=say("frame.leave", "en")).click()
    expect(page).not_to_have_url(re.compile("present"))
    expect(page.locator(".stAppHeader")).to_be_visible()
    for key in ("f", "Escape"):
        page.keyboard.press("f")
        expect(page.locator(".st-key-leave")).to_be_visible()
        page.keyboard.press(key)
        expect(page.locator(".st-key-leave")).to_have_count(0)


def test_controls_are_hidden_or_kept_and_keys_reach_them_all_the_same(open_page: Callable[..., Page]) -> None:
    page = open_page("/?present=true")
    pens.ready(page)
    places = [page.locator(f".st-key-{key}") for key in ("settings", "actions")]
    for place in places:
        expect(place).to_be_visible()
    page.keyboard.press("h")
    expect(page).to_have_url(re.compile("controls=false"))
    for place in places:
        expect(place).to_be_hidden()
    page.keyboard.press("e")
    pens.expect_no_answer(page)
    page.keyboard.press("n")
    pens.expect_answer(page)
    page.keyboard.press("h")
    for place in places:
        expect(place).to_be_visible()


# --- The keyboard ---


def test_keys_step_play_and_bring_the_next_example(page: Page) -> None:
    pens.expect_answer(page)
    pens.ready(page)
    for key, then in (("ArrowLeft", 4), (",", 3), (".", 4), ("ArrowRight", 5), (".", 5)):
        page.keyboard.press(key)
        assert step(page) == then, key
    for key in ("p", " "):
        page.keyboard.press(key)
        assert step(page) == 0
        expect(page.get_by_role("button", name="Replay")).to_be_visible()
        expect_step(page, 5)
    page.keyboard.press(" ")
    page.keyboard.press("p")  # paused
    paused = step(page)
    assert paused < 5
    page.keyboard.press("n")
    expect(page.locator(".st-key-class-1 input")).not_to_have_value("house")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    expect_step(page, 5)
    page.keyboard.press("e")
    pens.expect_no_answer(page)


def test_keys_step_on_other_pages(page: Page) -> None:
    settled(page)
    page.goto(page.url + "sine")
    settled(page)
    expect(page.locator(".st-key-sine_steps input")).to_have_value("10")
    page.keyboard.press("?")  # there is nothing to play, to erase or to bring here
    expect(page.get_by_role("dialog", name="Keys").locator(".idle")).to_have_count(4)
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("sine_steps=11"))
    page.goto(page.url.replace("sine?sine_steps=11", "inside"))
    settled(page)
    player = page.locator(".inside:has(.panels)")
    player.wait_for()
    page.keyboard.press("ArrowRight")
    expect(player).to_have_attribute("data-step", "1")
    player.focus()
    page.keyboard.press("ArrowRight")  # the player has keys of its own: one press is one step all the same
    page.keyboard.press("ArrowRight")
    expect(player).to_have_attribute("data-step", "3")
    page.keyboard.press("p")
    expect(player).to_have_attribute("data-playing", "true")


def test_who_types_is_left_alone(page: Page) -> None:
    pens.ready(page)
    name = page.locator(".st-key-class-1 input")
    name.click()
    name.press("End")
    for key in ("e", "f", "n", "?", ".", " ", "t"):
        name.press(key)
    expect(name).to_have_value("houseefn?. t")
    pens.expect_answer(page)
    assert "present" not in page.url
    expect(page.get_by_role("dialog")).to_have_count(0)
    name.press("Escape")
    slider = page.locator(".st-key-steps input")
    slider.focus()
    slider.press("ArrowRight")
    expect(slider).to_have_value("6")
    expect(page.locator(".st-key-probabilities")).to_contain_text("step 6 of 6")


def test_the_dialog_lists_the_keys_in_both_languages_and_gives_the_focus_back(page: Page) -> None:
    settled(page)
    for lang in ("en", "zh"):
        before = page.get_by_role("link", name=say("page.sine", lang), exact=True)
        before.focus()
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name=say("keys.title", lang))
        expect(dialog).to_be_visible()
        for action in ("forward", "back", "play", "erase", "example", "present", "controls", "tour", "help"):
            expect(dialog).to_contain_text(say(f"keys.does.{action}", lang))
        expect(dialog.get_by_role("button", name=say("keys.close", lang))).to_be_focused()
        expect(dialog.locator(".idle")).to_have_text(re.compile("H"))  # off stage there is nothing to hide
        page.keyboard.press("f")  # nothing happens behind it
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(before).to_be_focused()
        assert "present" not in page.url
        page.locator(MENU).click()
        page.locator(".st-key-show-keys button").click()
        dialog.get_by_role("button", name=say("keys.close", lang)).click()
        expect(dialog).to_be_hidden()
        if lang == "en":
            page.get_by_role("button", name="中文").click()


# --- The theme ---


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_figures_follow_the_theme_at_once(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page("/sine", color_scheme="light" if scheme == "dark" else "dark")
    settled(page)
    in_scheme(page, scheme)
    ink = ", ".join(str(part) for part in bytes.fromhex(INK[scheme].removeprefix("#")))
    expect(page.locator(".st-key-sine-errors .shapelayer path")).to_have_css("stroke", f"rgb({ink})")
    page.wait_for_function(
        """() => getComputedStyle(document.querySelector(".st-key-sine-errors .xtick text")).fill
          === getComputedStyle(document.querySelector(".stApp")).color"""
    )
