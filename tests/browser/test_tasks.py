"""The page of random tasks in a real browser: looking, going on, measuring while others work, and drawing on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.machine import served

pytestmark = pytest.mark.browser

OPENING = 90_000  # milliseconds: the first answer starts the process that measures, and PyTorch in it

# What Plotly has drawn: {trace's name: [points, half widths of the error bars]}, of the plot in sight.
READ = """place => {
  const half = (trace) => Array.from(trace.error_y?.array ?? []);
  const plot = [...document.querySelectorAll(`.st-key-${place} .js-plotly-plot`)].find((p) => p._fullData);
  return plot && Object.fromEntries(plot._fullData.map((t) => [t.name, [t.y.length, half(t)]]));
}"""


@pytest.fixture
def tasks(open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_with(query: str = "", **options: Any) -> Page:
        page = open_page(f"/tasks?{query}", **options)
        expect(page.locator(".task-card .told").first).to_be_visible(timeout=OPENING)
        return page

    return open_with


def names(page: Page) -> list[str]:
    """What the cards are called; a page that has just been opened is not in sight before its second run ended."""
    of_cards = page.locator(".task-card header span")
    expect(of_cards.first).to_be_visible()
    return of_cards.all_text_contents()


def test_a_task_is_shown_with_right_and_wrong_and_the_next_one_follows(tasks: Callable[..., Page]) -> None:
    page = tasks("task_source=examples&task_ways=5&task_shots=2")
    expect(page.locator(".task-card")).to_have_count(5)
    expect(page.locator(".task-card .shots img")).to_have_count(10)
    heading = page.get_by_role("heading", name=re.compile(r"\d of 5 right"))
    right = page.locator(".task-card.right").count()
    expect(heading).to_contain_text(f"{right} of 5 right")
    assert page.locator(".task-card.wrong").count() == 5 - right
    before = names(page)
    page.get_by_role("button", name="Next task").click()
    expect(page.locator(".task-card header span").first).not_to_have_text(before[0])
    page.wait_for_function("new URLSearchParams(location.search).get('task_seed') === '1'")
    after = names(page)
    page.reload()
    expect(page.locator(".task-card header span").first).to_have_text(after[0], timeout=OPENING)
    assert names(page) == after


def test_measuring_shows_how_far_it_is_can_be_stopped_and_keeps_nobody_waiting(tasks: Callable[..., Page]) -> None:
    page = tasks("task_source=doodles&task_ways=2&task_seed=7")
    page.get_by_role("button", name="Measure it beside 5 others").click()
    expect(page.get_by_text(re.compile(r"\d+ of 6\d00 tasks"))).to_be_visible()
    page.wait_for_function(f"place => (({READ})(place)?.MAML?.[0] ?? 0) >= 2", arg="tasks-against-ways")
    points, bars = page.evaluate(READ, "tasks-against-ways")["MAML"]
    assert len(bars) == points
    assert all(0 < half < 12 for half in bars)
    other = tasks("task_source=examples&task_seed=3")  # somebody else, meanwhile
    first = names(other)[0]
    other.get_by_role("button", name="Next task").click()
    expect(other.locator(".task-card header span").first).not_to_have_text(first)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    expect(page.get_by_role("button", name="Measure it beside 5 others")).to_be_visible()
    assert page.evaluate(READ, "tasks-against-ways")["MAML"][0] >= points


def test_a_hundred_tasks_give_an_accuracy_with_its_interval(tasks: Callable[..., Page]) -> None:
    page = tasks("task_source=examples&task_ways=2&task_steps=1")
    page.get_by_role("button", name="Measure 100 tasks").click()
    score = page.locator(".task-score")
    expect(page.get_by_text("on 100 tasks (seeds 0 to 99")).to_be_visible()
    expect(score).to_contain_text("guessing gives 50 %")
    found = re.search(r"([\d.]+)\s*%\s*± ([\d.]+)", score.text_content() or "")
    assert found
    assert 80 < float(found[1]) <= 100
    assert float(found[2]) < 8


def test_a_task_can_be_tried_on_the_draw_page(tasks: Callable[..., Page]) -> None:
    page = tasks("task_source=examples&task_ways=4&task_shots=2&task_seed=2")
    labels = names(page)
    page.get_by_role("button", name="Try it yourself on the draw page").first.click()
    expect(page.locator(".st-key-canvases canvas.upper-canvas")).to_have_count(10)  # 4 x 2 and two queries
    for label in labels:
        expect(page.locator(f'.st-key-canvases input[value="{label}"]')).to_have_count(1)


def test_on_a_phone_in_chinese_the_task_comes_first(tasks: Callable[..., Page]) -> None:
    page = tasks("task_ways=20&task_source=doodles&task_shots=5&lang=zh", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    card, settings = (page.locator(place).first.bounding_box() for place in (".task-card", ".st-key-tasks-settings"))
    assert card
    assert settings
    assert card["y"] < settings["y"]
    expect(page.get_by_text("下一道任务")).to_be_visible()


def test_the_first_visitor_of_a_server_may_come_by_a_link_to_a_page(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path / "log") as url:
        page = browser.new_context().new_page()
        page.goto(f"{url}/models")
        expect(page.locator(".st-key-frame")).to_be_visible(timeout=OPENING)
        expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
        page.context.close()
