"""More classes, several drawings of each, several queries, names, and two learners side by side, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demo.tasks.drawing import to_image
from demo.ui.answers import answer_all
from tests.browser import pens
from tests.browser.pens import CIRCLE, CROSS, ZIGZAG

pytestmark = pytest.mark.browser

LINE = [(0.1, 0.5), (0.9, 0.5)]
HOOK = [(0.2, 0.1), (0.2, 0.9), (0.8, 0.9)]


def test_five_classes_two_drawings_and_two_queries(open_page: Callable[..., Page]) -> None:
    page = open_page("/?ways=5&shots=2&queries=2")
    cells = [*(pens.cell(i, k) for i in range(5) for k in range(2)), pens.query_cell(0), pens.query_cell(1)]
    pens.ready(page, cells)
    page.get_by_role("button", name="Erase all").click()
    for cell in cells:
        pens.expect_strokes(page, cell, 0)
    for i, strokes in enumerate(([CIRCLE], CROSS, [ZIGZAG], [LINE], [HOOK])):
        pens.draw(page, pens.cell(i), *strokes)
    pens.draw(page, pens.cell(0, 1), [(x * 0.8, y * 0.8) for x, y in CIRCLE])
    pens.draw(page, pens.query_cell(0), HOOK)
    pens.expect_answer(page, 5)
    assert int(np.argmax(pens.probabilities(page))) == 4
    pens.draw(page, pens.query_cell(1), *CROSS)
    tab = page.get_by_role("group", name="Queries").get_by_role("button")
    expect(tab).to_have_count(2)
    expect(tab.nth(1)).to_have_attribute("aria-pressed", "true")  # the one that was drawn last
    assert int(np.argmax(pens.probabilities(page))) == 1
    expect(tab.nth(0)).to_contain_text("E")
    tab.nth(0).click()
    assert int(np.argmax(pens.probabilities(page))) == 4


def test_what_is_shown_is_what_the_learner_says_to_the_drawings_that_there_are(open_page: Callable[..., Page]) -> None:
    page = open_page("/?ways=3&shots=2&queries=1")
    pens.ready(page, [pens.cell(i, k) for i in range(3) for k in range(2)])
    pens.draw(page, pens.cell(0, 1), CIRCLE)
    pens.draw(page, pens.cell(1, 1), *CROSS)
    pens.draw(page, pens.cell(2, 1), ZIGZAG)
    pens.expect_answer(page)
    task = pens.export(page)
    images = [to_image(drawing) for row in task.drawings for drawing in row] + [to_image(task.queries[0].drawing)]
    truth = answer_all(pens.LEARNER, [0, 0, 1, 1, 2, 2], images, pens.STEPS)[0].probabilities[-1]
    assert pens.probabilities(page) == pytest.approx(truth, abs=5e-3)


def test_fewer_classes_and_more_again_lose_no_drawing(page: Page) -> None:
    pens.ready(page)
    before = [pens.count(page, pad) for pad in pens.PADS]
    pens.choose(page, "Classes", "2")
    pens.expect_answer(page, 2)
    expect(page).to_have_url(re.compile("ways=2"))
    expect(page.locator(".st-key-class-3")).to_have_count(0)
    pens.choose(page, "Classes", "3")
    pens.ready(page)
    pens.expect_answer(page)
    assert [pens.count(page, pad) for pad in pens.PADS] == before


def test_a_class_can_be_named(page: Page) -> None:
    pens.ready(page)
    field = page.get_by_label("Name of class C")
    field.fill("<b>shark</b> *&")
    field.press("Enter")
    expect(page.locator(".st-key-probabilities .verdict .name")).to_have_text("C, <b>shark</b> *&")
    assert pens.export(page).labels == ("house", "tree", "<b>shark</b> *&")
    page.get_by_label("Name of class A").fill("tree")
    page.get_by_label("Name of class A").press("Enter")
    expect(page.get_by_text("Another class is already called")).to_be_visible()
    expect(page.get_by_label("Name of class A")).to_have_value("house")


def test_two_learners_side_by_side_at_the_same_step(open_page: Callable[..., Page]) -> None:
    page = open_page("/?learner=reptile-batchnorm&twin=reptile-batchnorm-transductive&queries=2&steps=3")
    pens.ready(page, [*(pens.cell(i) for i in range(3)), pens.query_cell(0), pens.query_cell(1)])
    pens.draw(page, pens.query_cell(1), CIRCLE)
    pens.expect_answer(page)
    expect(page.get_by_text(re.compile("transductive [0-9]+%$")).first).to_be_visible()
    pens.scrub(page, 1)
    expect(page.locator(".st-key-probabilities")).to_contain_text("step 1 of 3")


def test_in_chinese(open_page: Callable[..., Page]) -> None:
    page = open_page("/?lang=zh")
    pens.expect_answer(page)
    expect(page.get_by_role("heading", name="画三幅，认出第四幅")).to_be_visible()
    expect(page.get_by_label("类别 A 的名称")).to_have_value("房子")
    expect(page.locator(".st-key-probabilities .verdict .name")).to_have_text("C，鱼")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".st-key-probabilities .verdict .name")).to_have_text("C, fish")
    assert "lang=" not in page.url
