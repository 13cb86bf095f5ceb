"""Saving and opening tasks on the draw page."""

from __future__ import annotations

import json

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demo.tasks import taskfile
from demo.tasks.drawing import Drawing, to_image
from demo.tasks.pad import SIDE
from demo.ui import examples
from tests.browser import pens
from tests.browser.pens import CIRCLE
from tests.photos import encoded, photograph

pytestmark = pytest.mark.browser


def test_a_saved_task_opens_again(page: Page) -> None:
    pens.ready(page)
    pens.draw(page, "class-2", CIRCLE)
    saved = pens.export(page)
    pens.erase_all(page)
    pens.open_file(page, taskfile.dumps(saved))
    pens.expect_strokes(page, "class-2", len(saved.drawings[1][0].strokes))
    page.keyboard.press("Escape")
    pens.expect_answer(page)
    assert taskfile.dumps(pens.export(page)) == taskfile.dumps(saved)


@pytest.mark.parametrize(
    "content, message",
    [
        ("not json", "is not a task file"),
        ('{"version": 7}', "is not a task file"),
        ('{"version": 1, "classes": []}', "classes must be a list of"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_nothing_is_lost(page: Page, content: str, message: str) -> None:
    pens.expect_answer(page)
    pens.ready(page)
    before = [pens.count(page, pad) for pad in pens.PADS]
    pens.open_file(page, content)
    expect(page.get_by_text(message)).to_be_visible()
    assert [pens.count(page, pad) for pad in pens.PADS] == before


def test_a_file_brings_its_own_shape_and_too_large_a_one_is_refused_in_words(page: Page) -> None:
    pens.ready(page)
    task = json.loads(taskfile.dumps(examples.sheets()[examples.OPENING].task()))
    first, *rest = task["classes"]
    pens.open_file(page, {**task, "classes": rest})
    expect(page.locator(".st-key-class-3")).to_have_count(0)
    pens.expect_answer(page, 2)
    page.keyboard.press("Escape")
    many = [{**first, "label": str(k)} for k in range(6)]
    pens.open_file(page, {**task, "classes": many})
    expect(page.get_by_text("this page, which has 2 to 5 classes")).to_be_visible()
    pens.expect_answer(page, 2)


def test_what_is_not_whole_cannot_be_saved(page: Page) -> None:
    pens.erase_all(page)
    page.get_by_role("button", name="File", exact=True).click()
    expect(page.get_by_role("button", name="Save this task")).to_be_disabled()


def test_a_photograph_is_shown_as_it_is_understood_and_put_on_a_pad(page: Page) -> None:
    pens.expect_answer(page)
    pens.ready(page)
    circle = Drawing.of(SIDE, SIDE, [[[SIDE * x, SIDE * y] for x, y in CIRCLE]])
    page.get_by_role("button", name="File", exact=True).click()
    page.locator(".st-key-photo-upload input[type=file]").set_input_files(
        {"name": "circle.png", "mimeType": "image/png", "buffer": encoded(photograph(circle, scene="shadow"))}
    )
    expect(page.locator(".st-key-photo-pictures img")).to_have_count(3)
    page.get_by_role("button", name="Use it for B", exact=True).click()
    page.keyboard.press("Escape")
    pens.expect_strokes(page, "class-2", 1)
    task = pens.export(page)
    assert np.abs(to_image(task.drawings[1][0]) - to_image(circle)).mean() < 0.05
