"""Names from a stranger's link or file, in a real browser: shown as they are, on pages and in what they export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, expect

from demo.lessons.drawn import drawn
from demo.tasks import taskfile
from demo.tasks.sharing import decode, encode
from demo.ui.close.steps import steps_figure
from demo.ui.export import interactive
from demo.ui.quoted import isolated
from demo.ui.words import say
from tests.browser import pens
from tests.browser.walk import settled

HOSTILE = ("<img src=x onerror=boo()>", "[a](javascript:boo()) **b** $c$ :red[d]", "שלום :smile: <b>e</b>")
SCRIPT = "window.booed = 0; window.boo = () => { window.booed += 1; };"
EXAMPLE = Path(__file__).parents[2] / "assets" / "examples" / "sun-moon-cloud.json"


def link() -> str:
    content = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for entry, name in zip(content["classes"], HOSTILE, strict=True):
        entry["label"] = name
    for query in content["queries"]:
        query.pop("label", None)
    return encode(taskfile.parse(content))


def test_names_are_texts_and_nothing_else(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/?task={link()}", script=SCRIPT)
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


def test_the_name_of_a_file_is_a_text(open_page: Callable[..., Page]) -> None:
    page = open_page(script=SCRIPT)
    pens.ready(page)
    page.get_by_role("button", name=say("file.menu", "en"), exact=True).click()
    name = " ".join(HOSTILE[:2]).replace("/", "") + ".json"
    file = {"name": name, "mimeType": "application/json", "buffer": b"no"}
    page.locator(".st-key-import input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("[a](javascript")
    expect(alert).to_contain_text("<img src=x onerror=boo()>")
    expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    for place in (alert, page.locator(".st-key-import")):
        assert place.locator("img, b, strong, .katex, a").count() == 0
    assert page.evaluate("window.booed") == 0


def test_names_in_an_exported_page_are_texts(browser: Browser, tmp_path: Path) -> None:
    figure = steps_figure(drawn(decode(link())), np.full((2, 1, 3), 1 / 3), "black")
    path = tmp_path / "exported.html"
    path.write_bytes(interactive(figure, "light"))
    page = browser.new_page()
    page.add_init_script(SCRIPT)
    page.goto(path.as_uri())
    for i, name in enumerate(HOSTILE):
        bar = page.locator(".barlayer .trace").nth(i).locator("path").first.bounding_box()
        assert bar is not None
        page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        legend, hover = (page.locator(place).get_by_text(name[:12]) for place in (".legend", ".hoverlayer"))
        expect(legend).to_be_visible()
        expect(hover.first).to_be_visible()
    assert (
        page.locator(".legend img, .legend a, .legend b, .hoverlayer a, .hoverlayer b, .MathJax, mjx-container").count()
        == 0
    )
    assert page.evaluate("window.booed") == 0
    page.close()
