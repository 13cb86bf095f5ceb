"""The models page in a real browser: a short list, a card one click away, filters in the address, comparing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demo.training import shelf

pytestmark = pytest.mark.browser

OPENING = 90_000  # milliseconds: a new visitor fetches and compiles 4.7 MB of Plotly, slow on a busy machine


def test_a_card_opens_with_the_files_own_checksum_and_figures(open_page: Callable[..., Page]) -> None:
    page = open_page("/models")
    expect(page.locator(".st-key-models-list summary")).to_have_count(len(shelf.models()), timeout=OPENING)
    page.locator(".st-key-model-sine-maml summary").click()
    card = page.locator(".st-key-model-sine-maml")
    digest = hashlib.sha256((shelf.FOLDER / "sine-maml.safetensors").read_bytes()).hexdigest()
    expect(card.locator(".facts")).to_contain_text(digest)
    expect(card.locator(".facts .matches")).to_contain_text("matches")
    expect(card.get_by_text("python -m demo train sine-maml")).to_be_visible()
    expect(card.locator(".js-plotly-plot .main-svg .trace").first).to_be_visible(timeout=OPENING)
    expect(card.locator(".js-plotly-plot")).to_have_count(2)


def test_search_and_family_choose_and_stand_in_the_address(open_page: Callable[..., Page]) -> None:
    optimisers = [one for one in shelf.models() if isinstance(one, shelf.Model) and one.family == "optimiser"]
    assert 1 < len(optimisers) < len(shelf.models())
    page = open_page("/models?model_family=optimiser")
    expect(page.locator(".st-key-models-list summary")).to_have_count(len(optimisers), timeout=OPENING)
    search = page.get_by_role("searchbox").or_(page.get_by_role("textbox", name="Search"))
    search.fill("sines")
    search.press("Enter")
    expect(page.locator(".st-key-models-list summary")).to_have_count(1)
    page.wait_for_function("new URLSearchParams(location.search).get('model_search') === 'sines'")
    page.reload()
    expect(page.locator(".st-key-models-list summary")).to_have_count(1, timeout=OPENING)
    expect(page.locator(".st-key-model-l2l-sine summary")).to_have_count(1)


def test_the_table_is_sorted_by_accuracy(open_page: Callable[..., Page]) -> None:
    page = open_page("/models?model_kind=20-way%201-shot")
    page.get_by_role("tab", name="Compare").click(timeout=OPENING)
    rows = page.locator(".st-key-models-compare tbody tr")
    count = len(shelf.best(shelf.models(), "20-way 1-shot"))
    assert count > 2
    expect(rows).to_have_count(count)
    accuracies = [float(found[1]) for text in rows.all_text_contents() if (found := re.search(r"([\d.]+) ±", text))]
    assert len(accuracies) == count
    assert accuracies == sorted(accuracies, reverse=True)


def test_on_a_phone_in_chinese_nothing_is_wider_than_the_screen(open_page: Callable[..., Page]) -> None:
    page = open_page("/models?lang=zh", viewport={"width": 390, "height": 844})
    expect(page.locator(".st-key-models-list summary")).to_have_count(len(shelf.models()), timeout=OPENING)
    page.locator(".st-key-model-reptile summary").click()
    expect(page.locator(".st-key-model-reptile .facts")).to_contain_text("一致")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
