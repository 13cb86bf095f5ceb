"""The compare page in a real browser: everybody's answers, by keyboard, while some are missing, and on a phone."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from demo.ui.settings import ANSWERING
from tests.browser.walk import settled

pytestmark = pytest.mark.browser

OPENING = 90_000  # milliseconds: the first who comes waits for two processes to load PyTorch

# Of the table's rows, from top to bottom: the learner, what is said, and the numbers.
READ = """root => [...root.querySelectorAll(".row[data-learner]")].map((row) => ({
  learner: row.dataset.learner,
  best: Number(row.dataset.best),
  shares: [...row.querySelectorAll(".part")].map((part) => Number(part.dataset.probability)),
  width: [...row.querySelectorAll(".part")].reduce((sum, part) => sum + part.getBoundingClientRect().width, 0)
    / row.querySelector(".bar").getBoundingClientRect().width,
  time: parseFloat(row.querySelector(".c4").textContent),
  dissent: row.classList.contains("dissent"),
  made: row.made ?? null,
}))"""


def rows(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = page.locator(".st-key-compare-table .compare").evaluate(READ)
    return found


def complete(page: Page, count: int = len(ANSWERING)) -> None:
    expect(page.locator(".compare[data-pending='0']")).to_have_count(1, timeout=OPENING)
    expect(page.locator(".row[data-learner]")).to_have_count(count)


@pytest.fixture
def compare(open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_at(query: str = "", count: int = len(ANSWERING), **options: object) -> Page:
        page = open_page(f"/compare?{query}", **options)
        complete(page, count)
        return page

    return open_at


def test_every_learner_has_a_row_whose_parts_are_one_whole(compare: Callable[..., Page]) -> None:
    page = compare()
    found = rows(page)
    assert {row["learner"] for row in found} == set(ANSWERING)
    for row in found:
        shares = row["shares"]
        assert isinstance(shares, list)
        assert sum(shares) == pytest.approx(1, abs=1e-3)
        assert row["best"] == 1 + shares.index(max(shares))
    settled(page)
    expect(page.get_by_role("status").filter(has_text="say")).to_have_count(1)
    expect(page.get_by_role("table", name="What every learner answers").get_by_role("row")).to_have_count(
        len(ANSWERING) + 1
    )
    page.wait_for_function("() => !document.getAnimations().length")
    assert all(row["width"] == pytest.approx(1, abs=0.01) for row in rows(page))


def test_sorted_and_filtered_by_keyboard_with_every_node_in_place(compare: Callable[..., Page]) -> None:
    page = compare()
    settled(page)
    page.locator(".row[data-learner]").evaluate_all("all => all.forEach((row) => (row.made = row.dataset.learner))")
    page.get_by_role("combobox", name="Sorted by").focus()
    page.keyboard.press("ArrowDown")
    for _ in range(4):  # family, confidence, agreement, accuracy, time
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("new URLSearchParams(location.search).get('compare_order') === 'time'")
    settled(page)
    times = [row["time"] for row in rows(page)]
    assert times == sorted(times, key=lambda time: float(str(time)))
    assert all(row["made"] == row["learner"] for row in rows(page)), "rows are moved, not made anew"

    page.get_by_role("switch", name="Only those that disagree").or_(
        page.get_by_role("checkbox", name="Only those that disagree")
    ).focus()
    page.keyboard.press("Space")
    page.wait_for_function("new URLSearchParams(location.search).get('compare_dissent') === 'true'")
    settled(page)
    left = rows(page)
    assert len(left) < len(ANSWERING)
    assert all(row["dissent"] for row in left)
    assert bool(left) != page.get_by_text("No learner fits these filters.").is_visible()


@contextlib.contextmanager
def held() -> Iterator[None]:
    """All processes of this test's server that adapt are stopped meanwhile."""

    listed = subprocess.run(
        ["ps", "-wweo", "pid=,ppid=,comm=,args="], capture_output=True, text=True, check=True
    ).stdout
    processes = [line.split(maxsplit=2) for line in listed.splitlines()]
    servers = {pid for pid, parent, command in processes if int(parent) == os.getpid() and "demo.server" in command}
    nurseries = {pid for pid, parent, command in processes if parent in servers and "learners.nursery" in command}
    workers = [int(pid) for pid, parent, command in processes if parent in nurseries and "learners.worker" in command]
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)


def test_answers_that_come_late_fill_in_where_they_belong(compare: Callable[..., Page]) -> None:
    page = compare("compare_steps=3")
    settled(page)
    page.locator(".row[data-learner]").evaluate_all("all => all.forEach((row) => (row.made = row.dataset.learner))")
    order = [row["learner"] for row in rows(page)]
    with held():
        page.get_by_role("slider", name="Inner steps").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".row[data-answered=false]")).to_have_count(len(ANSWERING))
        expect(page.get_by_role("status").filter(has_text="still at work")).to_have_count(1)
        expect(page.get_by_role("img", name="no answer yet")).to_have_count(2 * len(ANSWERING))  # bar and word
        assert [row["made"] for row in rows(page)] == order
    complete(page)
    expect(page.locator(".row[data-answered=true]")).to_have_count(len(ANSWERING))
    found = rows(page)
    assert [row["made"] for row in found] == order
    expect(page.locator(".row[data-learner=maml] .c5")).to_have_text("4")
    settled(page)


def test_on_a_phone_a_row_leads_on_to_its_learner(compare: Callable[..., Page]) -> None:
    phone = compare("lang=zh", viewport={"width": 390, "height": 844}, color_scheme="dark")
    settled(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    wide = phone.locator(".compare").evaluate("root => root.scrollWidth - root.clientWidth")
    assert wide <= 0
    phone.locator(".row[data-learner=prototypical]").get_by_role("button").click()
    phone.wait_for_url(re.compile("/close"))
    expect(phone.locator(".st-key-close_learner input")).to_have_value(re.compile("原型网络"), timeout=OPENING)

    page = compare()
    page.locator(".row[data-learner=random] .title").click()
    page.wait_for_url(re.compile(r"learner=random"))
    box = page.locator(".st-key-learner input")
    expect(box).to_have_value(re.compile("Random initialisation"), timeout=OPENING)


def test_drawing_with_a_learner_without_an_inner_loop_shows_bars_and_nothing_to_scrub(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/?learner=prototypical")
    trace = page.locator(".st-key-probabilities")
    expect(trace.locator(".bar.wins")).to_have_attribute("data-class", "3", timeout=OPENING)
    expect(trace.get_by_text("one answer, no inner loop")).to_be_visible()
    expect(trace.locator(".controls")).to_be_hidden()
    expect(trace.locator(".charts")).to_be_hidden()
    expect(page.get_by_role("slider", name="Inner steps")).to_be_disabled()
