"""The draw page in a real browser, with a real mouse: what a visitor does there."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demo.ui import examples
from demo.ui.answers import answer
from tests.browser import pens
from tests.browser.pens import CIRCLE, CROSS, ZIGZAG

pytestmark = pytest.mark.browser


def test_opens_with_a_stored_example_and_its_correct_answer(page: Page) -> None:
    pens.expect_answer(page)
    pens.ready(page)
    sheet = examples.sheets()[examples.OPENING]
    live = answer(pens.LEARNER, examples.images(sheet), pens.STEPS)
    assert pens.probabilities(page) == pytest.approx(live.probabilities[-1], abs=2e-3)
    assert [pens.count(page, pad) for pad in pens.PADS] == [
        len(sheet.drawings[place].strokes) for place in sheet.places
    ]


def test_three_shapes_and_a_fourth(page: Page) -> None:
    pens.erase_all(page)
    pens.expect_no_answer(page)
    pens.draw(page, "class-1", CIRCLE)
    pens.draw(page, "class-2", *CROSS)
    pens.draw(page, "class-3", ZIGZAG)
    pens.expect_no_answer(page)
    pens.draw(page, "query", [(0.15 + 0.7 * x, 0.1 + 0.8 * y) for x, y in CROSS[0]], CROSS[1])
    pens.expect_answer(page)
    shown = pens.probabilities(page)
    assert sum(shown) == pytest.approx(1, abs=1e-3)
    assert int(np.argmax(shown)) == 1, shown
    expect(pens.bars(page).nth(1)).to_have_accessible_name("B: " + f"{round(shown[1] * 100)}%, the winner")
    # A second look at another query.
    page.get_by_role("button", name="Erase ?").click()
    pens.expect_no_answer(page)
    pens.draw(page, "query", [(x * 0.9 + 0.1, y * 1.1 - 0.1) for x, y in ZIGZAG])
    pens.expect_answer(page)
    assert int(np.argmax(pens.probabilities(page))) == 2


def test_drawings_survive_another_page(page: Page) -> None:
    pens.erase_all(page)
    pens.draw(page, "class-2", *CROSS)
    for _ in range(2):  # the first return could be luck: the pads' keys go round
        page.get_by_role("link", name="Sine").click()
        expect(page.locator(".st-key-sine-plot")).to_be_visible()
        page.get_by_role("link", name="Draw").click()
        pens.ready(page)
        pens.expect_strokes(page, "class-2", 2)
    pens.draw(page, "class-2", CIRCLE)
    pens.expect_strokes(page, "class-2", 3)
    pens.expect_strokes(page, "class-1", 0)


def test_drawings_survive_a_change_of_settings(page: Page) -> None:
    pens.erase_all(page)
    pens.draw(page, "class-1", CIRCLE)
    page.get_by_text("What the network sees").click()
    expect(page).to_have_url(re.compile("seen=true"))
    pens.expect_strokes(page, "class-1", 1)
    pens.draw(page, "class-1", ZIGZAG)


def test_undo_and_redo(page: Page) -> None:
    pens.erase_all(page)
    pens.draw(page, "class-1", CIRCLE)
    pens.draw(page, "query", ZIGZAG)
    page.get_by_role("button", name="Undo").click()
    pens.expect_strokes(page, "query", 0)
    pens.expect_strokes(page, "class-1", 1)
    page.keyboard.press("Control+z")
    pens.expect_strokes(page, "class-1", 0)
    page.get_by_role("button", name="Redo").click()
    pens.expect_strokes(page, "class-1", 1)
    pens.draw(page, "class-1", ZIGZAG)  # a stroke goes on from there, and what was undone is gone
    pens.expect_strokes(page, "class-1", 2)
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()


def test_erasing_greys_the_bars_at_once_and_undo_brings_them_back(page: Page) -> None:
    pens.expect_answer(page)
    before = pens.probabilities(page)
    page.get_by_role("button", name="Erase B").click()
    pens.expect_no_answer(page)
    expect(page.locator(".st-key-probabilities")).to_contain_text("Draw something in B")
    page.get_by_role("button", name="Undo").click()
    pens.expect_answer(page)
    assert pens.probabilities(page) == before


def test_scrubbing_asks_no_server_and_makes_no_nodes(page: Page) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    pens.expect_answer(page)
    pens.ready(page)
    end = pens.probabilities(page)
    pens.bars(page).evaluate_all("bars => bars.forEach((bar, i) => { bar.mine = i; })")
    asked = len(sent)
    assert asked > 0  # for the page
    page.context.set_offline(True)
    pens.scrub(page, 0)
    assert pens.probabilities(page) == pytest.approx([1 / 3] * 3, abs=1e-3)
    expect(page.locator(".st-key-probabilities")).to_contain_text("No favourite yet")
    slider = page.get_by_role("slider", name="Inner step", exact=True)
    slider.press("End")
    assert pens.probabilities(page) == end
    page.context.set_offline(False)
    assert len(sent) == asked
    pens.draw(page, "query", ZIGZAG)
    pens.expect_answer(page)
    assert len(sent) > asked
    assert pens.bars(page).evaluate_all("bars => bars.map(bar => bar.mine)") == [0, 1, 2]


def test_replay_runs_to_the_end(page: Page) -> None:
    pens.expect_answer(page)
    end = pens.probabilities(page)
    pens.scrub(page, 1)
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("button", name="Replay")).to_be_visible()
    expect(page.locator(".st-key-probabilities")).to_contain_text("step 5 of 5")
    assert pens.probabilities(page) == end


def test_random_twin_stands_beside(open_page: Callable[..., Page]) -> None:
    page = open_page("/?twin=random&steps=3")
    pens.expect_answer(page)
    expect(page.get_by_text(re.compile("^Random initialisation [0-9]+%$")).first).to_be_visible()
    pens.scrub(page, 2)
    expect(page.locator(".st-key-probabilities")).to_contain_text("step 2 of 3")


@pytest.mark.parametrize("learner", ["fomaml", "reptile", "pretrained", "random"])
def test_every_learner_answers(open_page: Callable[..., Page], learner: str) -> None:
    page = open_page(f"/?learner={learner}&steps=32")
    pens.expect_answer(page)
    expect(page.locator(".st-key-probabilities")).to_contain_text("step 32 of 32")
    sheet = examples.sheets()[examples.OPENING]
    live = answer(learner, examples.images(sheet), 32)
    assert pens.probabilities(page) == pytest.approx(live.probabilities[-1], abs=2e-3)


def test_examples_can_be_chosen(page: Page) -> None:
    pens.ready(page)
    page.get_by_role("button", name="Examples").click()
    page.get_by_role("button", name="2, 5, 8").click()
    pens.expect_strokes(page, "class-1", 1)
    page.keyboard.press("Escape")
    expect(page.get_by_label("Name of class B")).to_have_value("5")
    pens.expect_answer(page)


def test_visitors_do_not_share_drawings(open_page: Callable[..., Page]) -> None:
    one, other = open_page(), open_page()
    pens.erase_all(one)
    pens.expect_answer(other)
    pens.draw(other, "query", CIRCLE)
    pens.expect_strokes(one, "query", 0)


def test_the_formulas_come_when_they_are_asked_for(page: Page) -> None:
    pens.expect_answer(page)
    deeper = page.locator(".st-key-draw-deeper")
    expect(deeper.locator("summary")).to_be_visible()
    assert deeper.locator(".stMarkdown p").count() == 0
    deeper.locator("summary").click()
    expect(deeper.locator(".katex").first).to_be_visible()
    pens.expect_answer(page)
    page.wait_for_function("!document.querySelector('.st-key-draw-deeper').getAnimations({subtree: true}).length")
    deeper.get_by_role("link", name="See every step from within").click()
    expect(page.get_by_role("heading", name="Inside adaptation")).to_be_visible()
