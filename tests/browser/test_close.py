"""Up close in a real browser: every learner's view is drawn, and a drawing of one's own is what it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demo.ui.close import VIEWS

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_every_view_is_drawn(open_page: Callable[..., Page], server: str) -> None:
    page = open_page("/close")
    for name in VIEWS:
        page.goto(f"{server}/close?close_learner={name}")
        drawn = page.locator(".stMainBlockContainer :is(.js-plotly-plot, .stTable, .stBidiComponent, img)").last
        expect(drawn).to_be_visible()
        expect(page.locator(".stExpander", has_text="The rule, in formulas")).to_be_visible()
        expect(page.locator(".stException, .stAlert")).to_have_count(0)


def test_on_a_phone_no_view_is_wider_than_the_screen(open_page: Callable[..., Page]) -> None:
    page = open_page("/close?close_learner=matching&lang=zh", **PHONE)
    expect(page.locator(".stExpander")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
