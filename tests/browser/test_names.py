"""Names from a stranger's link, in a real browser: shown as they are, on both pages that show most of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from demo.tasks import taskfile
from demo.tasks.sharing import encode
from demo.ui.quoted import isolated
from demo.ui.words import say
from tests.browser.walk import settled

HOSTILE = ("<img src=x onerror=boo()>", "[a](javascript:boo()) **b** $c$ :red[d]", "שלום :smile: <b>e</b>")
EXAMPLE = Path(__file__).parents[2] / "assets" / "examples" / "sun-moon-cloud.json"


def link() -> str:
    content = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for entry, name in zip(content["classes"], HOSTILE, strict=True):
        entry["label"] = name
    for query in content["queries"]:
        query.pop("label", None)
    return encode(taskfile.parse(content))


def test_names_are_texts_and_nothing_else(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/?task={link()}", script="window.booed = 0; window.boo = () => { window.booed += 1; };")
    page.on("dialog", lambda dialog: dialog.dismiss())
    settled(page)
    for i, name in enumerate(HOSTILE):
        expect(page.locator(f".st-key-name-{i} input")).to_have_value(name)
        expect(page.get_by_role("listitem", name=isolated(name)).first).to_be_visible()
    assert page.locator(".st-key-probabilities img, .st-key-probabilities b, .st-key-probabilities a").count() == 0
    page.get_by_role("button", name=say("page.group.learners", "en")).click()
    page.get_by_role("menuitem", name=say("page.close", "en"), exact=True).click()
    settled(page)
    legend = page.locator(".st-key-close-map .legend")
    table = page.locator(".st-key-close-map table")
    for name in HOSTILE:
        expect(legend).to_contain_text(name.replace("$", "$\u2060"))
    expect(table).to_contain_text("[a](javascript")
    expect(table).to_contain_text("**b** $c$ :\u2060red[d]")
    assert table.locator("img, a, b, strong, .katex").count() == 0
    assert legend.locator("img, a").count() == 0
    assert page.evaluate("window.booed") == 0
