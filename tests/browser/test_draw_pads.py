"""The pads under a real pointer: the canvas package as it is pinned, and the reference page's measured faults."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demo.tasks.drawing import Drawing, to_image
from demo.ui.answers import answer
from tests.browser import pens
from tests.browser.pens import CIRCLE, CROSS, ZIGZAG

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 400, "height": 860}}


def test_the_pinned_package_is_the_one_these_tests_describe() -> None:
    assert importlib.metadata.version("streamlit-drawable-canvas") == "0.13.0"


@pytest.mark.parametrize("x", [0.55, 0.7, 0.8, 0.9, 0.97])
def test_strokes_may_begin_where_the_packages_toolbar_hides(page: Page, x: float) -> None:
    pens.erase_all(page)
    pens.draw(page, "class-1", [(x, 0.03), (0.5, 0.5)])
    pens.draw(page, "class-1", [(x, 0.06)])  # a tap there resets the canvas unless the toolbar is gone
    pens.expect_strokes(page, "class-1", 2)
    expect(page.locator(".st-key-class-1 .dc-toolbar")).to_be_hidden()


def test_the_right_button_draws_nothing(page: Page) -> None:
    pens.erase_all(page)
    pens.drag(page, "class-1", CIRCLE, button="right")
    pens.drag(page, "class-1", CIRCLE, button="middle")
    pens.draw(page, "class-1", ZIGZAG)  # had the others drawn, there would be more strokes than one
    pens.expect_strokes(page, "class-1", 1)


def test_a_click_is_a_dot_and_a_dot_is_ink(open_page: Callable[..., Page]) -> None:
    page = open_page("/?seen=true")
    pens.erase_all(page)
    pens.draw(page, "class-1", [(0.4, 0.6)])
    expect(pens.previews(page).first).to_have_accessible_name("class A as the network sees it, 28 by 28 pixels")
    assert pens.seen(page, 0).max() > 0.5


def test_a_tap_is_a_dot(open_page: Callable[..., Page]) -> None:
    page = open_page("/?seen=true", has_touch=True, **PHONE)
    pens.erase_all(page)
    pens.expect_no_answer(page)
    area = pens.box(page, "class-1")
    page.touchscreen.tap(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    pens.expect_strokes(page, "class-1", 1)
    assert pens.seen(page, 0).max() > 0.5
    pens.expect_no_answer(page)  # three pads are empty still


def test_a_finger_draws_and_does_not_scroll(open_page: Callable[..., Page]) -> None:
    page = open_page("/", has_touch=True, **PHONE)
    pens.erase_all(page)
    area = pens.box(page, "class-1")
    top = page.locator(".stMain").evaluate("main => main.scrollTop")
    touch = page.context.new_cdp_session(page)
    for kind, y in (
        ("touchStart", 0.8),
        ("touchMove", 0.6),
        ("touchMove", 0.4),
        ("touchMove", 0.2),
        ("touchEnd", None),
    ):
        finger = [] if y is None else [{"x": area["x"] + 40, "y": area["y"] + y * area["height"]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": finger})
    pens.expect_strokes(page, "class-1", 1)
    assert page.locator(".stMain").evaluate("main => main.scrollTop") == top


def test_ink_outside_a_pad_shapes_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page("/?seen=true")
    pens.erase_all(page)
    pens.draw(page, "class-1", [(0.2, 0.5), (0.6, 0.5), (0.6, 1.6), (0.3, 1.6)])
    inside = Drawing.of(280, 280, [[[56, 140], [168, 140], [168, 280]]])
    expect(pens.previews(page).first).to_have_accessible_name("class A as the network sees it, 28 by 28 pixels")
    assert np.abs(pens.seen(page, 0) - to_image(inside)).mean() < 0.02


def test_quick_strokes_are_all_kept_and_the_bars_answer_the_last(page: Page) -> None:
    pens.erase_all(page)
    for pad, shape in zip(pens.PADS, (CIRCLE, CROSS[0], ZIGZAG, ZIGZAG), strict=True):
        pens.draw(page, pad, shape)
    lines = [[(0.1, y / 20), (0.9, y / 20)] for y in range(1, 20)]
    pens.draw(page, "query", *lines)
    task = pens.export(page)
    images = [to_image(shots[0]) for shots in task.drawings] + [to_image(task.queries[0].drawing)]
    live = answer(pens.LEARNER, images, pens.STEPS)
    assert len(task.queries[0].drawing.strokes) == 20
    assert pens.probabilities(page) == pytest.approx(live.probabilities[-1], abs=5e-3)


def test_a_phone_shows_two_by_two_and_takes_the_pen_where_it_is(open_page: Callable[..., Page]) -> None:
    page = open_page("/", **PHONE)
    pens.expect_answer(page)
    pens.ready(page)
    areas = [pens.box(page, pad) for pad in pens.PADS]
    a, b, c, query = areas
    assert a["y"] == b["y"] < c["y"] == query["y"]
    assert a["x"] == c["x"] < b["x"] == query["x"]
    assert query["x"] + query["width"] <= 400
    assert a["width"] == a["height"] > 150
    bar = pens.bars(page).first.bounding_box()
    assert bar is not None
    assert 0 < bar["y"] - (c["y"] + c["height"]) < 40  # right under the pads
    assert page.evaluate("Math.max(...[...document.querySelectorAll('html, .stMain')].map(e => e.scrollWidth))") <= 400
    page.set_viewport_size({"width": 360, "height": 800})
    actions = page.locator(".st-key-actions button")
    expect(actions).to_have_count(6)
    assert len(set(actions.evaluate_all("all => all.map(button => button.getBoundingClientRect().y)"))) == 1
    page.set_viewport_size({"width": 400, "height": 800})
    page.get_by_role("button", name="Erase ?").click()
    pens.expect_strokes(page, "query", 0)
    pens.draw(page, "query", [(0.1, 0.2), (0.5, 0.5), (0.9, 0.8)])
    stroke = pens.export(page).queries[0].drawing.strokes[0]
    assert stroke[[0, -1]] == pytest.approx(np.array([[28, 56], [252, 224]]), abs=2)


def test_assistive_technology_finds_names_and_roles(page: Page) -> None:
    pens.expect_answer(page)
    for name in ("class A", "class B", "class C", "the query"):
        expect(page.get_by_role("img", name=f"Drawing pad for {name}:")).to_have_count(1)
    for name in ("Erase A", "Erase B", "Erase C", "Erase ?", "Erase all", "Undo", "Redo"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(1)
    expect(page.get_by_role("slider", name="Inner step", exact=True)).to_have_attribute(
        "aria-valuetext", re.compile("^step 5 of 5: C, fish")
    )
    expect(page.get_by_role("listitem", name="A, house:")).to_have_count(1)
    expect(page.locator(".st-key-probabilities").get_by_role("status")).to_contain_text("after 5 steps")
