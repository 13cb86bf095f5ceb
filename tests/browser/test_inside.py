"""Inside adaptation in a real browser: the steps played, stepped by keys and scrubbed, without asking the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from demo.learners import store
from demo.lessons.drawn import drawn
from demo.lessons.inside import Inside, look
from demo.lessons.projection import project
from demo.ui import examples
from tests.browser import pens

pytestmark = pytest.mark.browser

STEPS = 10


@pytest.fixture(scope="module")
def truth() -> Inside:
    """What the page must show when it opens."""
    task = drawn(examples.sheets()[examples.OPENING].task())
    images = torch.from_numpy(task.images)[:, None]
    return look(store.load_initialisation("maml"), images[:3], torch.tensor(task.support), images[3:], STEPS)


@pytest.fixture
def inside(open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_with(query: str = "", **options: Any) -> Page:
        page = open_page(f"/inside?{query}", **options)
        player(page).wait_for(timeout=60_000)  # this page is the first to load PyTorch
        expect(player(page)).to_have_attribute("data-step", "0")
        return page

    return open_with


def player(page: Page) -> Locator:
    return page.locator(".inside:has(.panels)")


def at(page: Page, step: int) -> None:
    expect(player(page)).to_have_attribute("data-step", str(step))


def numbers(page: Page, selector: str, attribute: str) -> list[float]:
    found: list[str] = page.locator(selector).evaluate_all(f"nodes => nodes.map(n => n.getAttribute('{attribute}'))")
    return [float(value) for value in found]


def canvases(page: Page, row: str) -> list[str]:
    """The pictures of a row of maps, as they are painted."""
    found: list[str] = page.locator(f".row.{row} canvas").evaluate_all("all => all.map(c => c.toDataURL())")
    return found


def test_keys_step_and_every_panel_shows_that_step(inside: Callable[..., Page], truth: Inside) -> None:
    page = inside()
    expect(page.get_by_role("link", name="Sine")).to_be_visible()  # the frame, also for a server's first visitor
    assert numbers(page, ".bar", "data-probability") == pytest.approx([1 / 3] * 3, abs=1e-4)
    expect(page.get_by_text("every class is equally likely")).to_be_visible()
    expect(page.get_by_text("none yet, this layer has not moved")).to_be_visible()
    before = canvases(page, "before")
    player(page).focus()
    places = project(truth.features).places
    for step in range(1, 5):
        page.keyboard.press("ArrowRight")
        at(page, step)
        assert numbers(page, ".bar", "data-probability") == pytest.approx(truth.probabilities[step, 0], abs=1e-4)
        assert numbers(page, "[data-layer]", "data-moved") == pytest.approx(truth.moved[step], abs=1e-6)
        assert numbers(page, ".pin", "data-x") == pytest.approx(places[step, :, 0], abs=1e-4)
        assert numbers(page, ".pin", "data-y") == pytest.approx(places[step, :, 1], abs=1e-4)
        expect(page.locator("svg .reading")).to_have_text(f"{truth.losses[step]:.3f}")
    expect(page.locator(".inside [role=status]")).to_have_text(re.compile(rf"Step 4 of {STEPS}\. Most like C, fish, "))
    assert canvases(page, "before") == before
    assert canvases(page, "now") != before  # hardly to be seen, but there
    expect(page.get_by_text(re.compile("the change, [0-9,]+ times stronger"))).to_be_visible()
    for key, step in (("ArrowLeft", 3), ("End", STEPS), ("ArrowRight", STEPS), ("Home", 0)):
        page.keyboard.press(key)
        at(page, step)


def test_play_pause_and_scrub_without_the_server(inside: Callable[..., Page], truth: Inside) -> None:
    page = inside()
    page.locator(".pin").evaluate_all("pins => pins.forEach((pin) => { pin.mine = true; })")
    page.context.set_offline(True)
    player(page).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    at(page, 2)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    stopped = int(player(page).get_attribute("data-step") or "")
    assert 2 <= stopped < STEPS
    slider = page.get_by_role("slider", name="Inner step", exact=True)
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in (0.4, 0.7):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        at(page, round(share * STEPS))
    page.mouse.up()
    expect(slider).to_have_attribute("aria-valuetext", re.compile(rf"Step 7 of {STEPS}\. Most like C, fish, 100%"))
    chart = page.locator(".loss svg").bounding_box()
    assert chart
    page.mouse.click(chart["x"] + chart["width"] - 14, chart["y"] + 60)
    at(page, STEPS)
    assert numbers(page, ".bar", "data-probability") == pytest.approx(truth.probabilities[-1, 0], abs=1e-4)
    page.get_by_role("button", name="Play").click()  # from the end it starts anew
    at(page, 1)
    assert page.locator(".pin").evaluate_all("pins => pins.every((pin) => pin.mine)")


def test_any_drawing_can_be_looked_at(inside: Callable[..., Page], truth: Inside) -> None:
    page = inside()
    query = canvases(page, "before")
    page.get_by_role("radio", name="A, house").click()
    expect(page.get_by_role("radio", name="A, house")).to_be_checked()
    expect(page.get_by_role("img", name="Maps of the first layer for A")).to_be_visible()
    house = canvases(page, "before")
    assert house != query
    page.keyboard.press("ArrowRight")  # among the thumbnails, arrows choose
    expect(page.get_by_role("radio", name="B, tree")).to_be_checked()
    at(page, 0)
    page.locator(".pin .thumb").first.click()
    assert canvases(page, "before") == house
    # The brightest pixel of the first map is where the numbers have it.
    painted = page.locator(".row.before canvas").first.evaluate(
        "c => Array.from(c.getContext('2d').getImageData(0, 0, 14, 14).data).filter((_, i) => i % 4 === 0)"
    )
    shown, expected = np.array(painted), truth.maps[0, 0, 0].ravel()
    assert shown[expected == expected.max()] == shown.max()
    assert (shown[expected == 0] == 0).all()


def test_drawings_of_the_draw_page_come_along_and_empty_ones_get_a_hint(open_page: Callable[..., Page]) -> None:
    page = open_page()
    pens.expect_answer(page)
    page.get_by_role("button", name="Erase B").click()
    pens.expect_no_answer(page)
    to_inside(page)
    expect(page.locator(".st-key-inside-empty")).to_contain_text("draw something for B on the Draw page")
    page.get_by_role("link", name="To the Draw page").click()
    pens.ready(page)
    pens.draw(page, "class-2", *pens.CROSS)
    pens.expect_answer(page)
    answered = pens.probabilities(page)
    to_inside(page)
    expect(page.get_by_text("These are the drawings of your Draw page.")).to_be_visible()
    expect(page.get_by_role("radio", name="B", exact=True)).to_be_visible()  # a tree no longer
    page.get_by_role("slider", name="Inner step", exact=True).fill(str(pens.STEPS))
    assert numbers(page, ".bar", "data-probability") == pytest.approx(answered, abs=1e-3)


def to_inside(page: Page) -> None:
    page.get_by_text("Look inside").click()
    page.get_by_role("menuitem", name="Inside adaptation").click()
    expect(page.get_by_role("heading", name="Inside adaptation")).to_be_visible()


def test_learners_are_compared_at_the_same_step_and_on_a_phone_all_fits(inside: Callable[..., Page]) -> None:
    page = inside("lang=zh", viewport={"width": 390, "height": 844})
    assert page.evaluate("Math.max(...[...document.querySelectorAll('html, .stMain')].map(e => e.scrollWidth))") <= 390
    page.get_by_role("button", name="前进一步").click()
    page.get_by_role("button", name="前进一步").click()
    before = numbers(page, "[data-layer]", "data-moved")
    page.get_by_role("combobox", name="学习器").click()
    page.get_by_role("option", name="随机初始化").click()
    expect(page.locator("[data-layer='head']")).not_to_have_attribute("data-moved", str(before[-1]))
    at(page, 2)
    # The player stays in sight, however far down the panels are.
    page.locator(".filters").scroll_into_view_if_needed()
    play = page.get_by_role("button", name="播放").bounding_box()
    assert play
    assert 0 <= play["y"] <= 844 - play["height"]
