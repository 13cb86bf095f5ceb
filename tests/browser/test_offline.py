"""Every page with the network cut: nothing is asked of another host, and all of it is there."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.walk import PATHS, settled

pytestmark = pytest.mark.browser


@pytest.fixture
def cut_off(open_page: Callable[..., Page], server: str) -> tuple[Page, list[str]]:
    """A page that reaches the server only, and the list of what else was asked for."""
    asked: list[str] = []
    host = urlsplit(server).netloc

    def answer(route: Route) -> None:
        if urlsplit(route.request.url).netloc == host:
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort("internetdisconnected")

    page = open_page("/_stcore/health")
    page.context.route("**/*", answer)
    return page, asked


def test_the_net_is_cut(cut_off: tuple[Page, list[str]]) -> None:
    page, asked = cut_off
    page.evaluate("fetch('https://example.org/').catch(() => {})")
    assert asked == ["https://example.org/"]


def test_no_page_asks_another_host(cut_off: tuple[Page, list[str]], server: str) -> None:
    page, asked = cut_off
    for name, path in PATHS.items():
        page.goto(server + path)
        settled(page)
        expect(page.locator("h1")).to_be_visible()
        # Formulas and code load their parts when they are seen.
        page.locator("details:not([open]) > summary").evaluate_all("all => all.forEach((one) => one.click())")
        settled(page)
        assert asked == [], name


def test_neither_keys_nor_tour_nor_stage_ask_another_host(cut_off: tuple[Page, list[str]], server: str) -> None:
    page, asked = cut_off
    page.goto(server)
    settled(page)
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.press("t")
    page.locator(".st-key-tour-next button").click()
    expect(page.locator(".st-key-tour-card .katex")).not_to_have_count(0)
    assert asked == []
