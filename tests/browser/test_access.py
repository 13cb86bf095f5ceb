"""Every page looked at by axe-core, light and dark, and gone through by keyboard; and what lies over the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.walk import PATHS, in_scheme, settled

pytestmark = pytest.mark.browser

SCHEMES = ("light", "dark")

# Findings in Streamlit's own widgets that cannot be helped from here: rule -> selectors, with the reason.
EXCUSED: dict[str, tuple[str, ...]] = {}


def findings(page: Page) -> list[str]:
    """Serious and critical findings: the rule, where, and what is wrong."""
    answer: dict[str, Any] = Axe().run(page).response
    return [
        f"{violation['id']} at {node['target']}: {node['failureSummary']}"
        for violation in answer["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
        if not any(part in str(node["target"]) for part in EXCUSED.get(violation["id"], ()))
    ]


def test_axe_finds_what_is_wrong(page: Page) -> None:
    settled(page)
    page.evaluate("document.querySelector('h1').innerHTML += '<button></button>'")
    assert any(finding.startswith("button-name") for finding in findings(page))


@pytest.mark.parametrize("name", PATHS)
def test_no_serious_finding_and_the_keyboard_reaches_every_control(open_page: Callable[..., Page], name: str) -> None:
    page = open_page(PATHS[name])
    settled(page)
    for scheme in SCHEMES:
        in_scheme(page, scheme)
        settled(page)
        assert findings(page) == [], f"{name}, {scheme}"
    page.evaluate(WATCH_FOCUS)
    for _ in range(200):
        page.keyboard.press("Tab")
        if not page.evaluate("window.step()"):
            break
    else:
        pytest.fail("the focus never comes to an end")
    assert page.evaluate("window.unseen()") == []
    assert page.evaluate("window.unmet()") == []


def test_no_serious_finding_in_what_lies_over_a_page(page: Page) -> None:
    settled(page)
    opened = {
        "menu": lambda: page.locator(".st-key-frame [data-testid=stPopoverButton]").click(),
        "keys": lambda: page.keyboard.press("?"),
        "tour": lambda: page.keyboard.press("t"),
        "presenter mode": lambda: page.keyboard.press("f"),
    }
    there = {
        "menu": page.locator(".st-key-take-tour"),
        "keys": page.get_by_role("dialog", name="Keys"),
        "tour": page.get_by_role("region", name="Guided tour"),
        "presenter mode": page.locator(".st-key-leave"),
    }
    for name, open_it in opened.items():
        open_it()
        expect(there[name]).to_be_visible()
        for scheme in SCHEMES:
            in_scheme(page, scheme)
            assert findings(page) == [], f"{name}, {scheme}"
        if name == "keys":
            page.keyboard.press("Escape")


# step(): notes the element that has the focus, false if there is none. unseen(): those that look the same with
# the focus as without. unmet(): controls in sight that never had it; of radio buttons one in a group has to.
# The part of the page that scrolls takes the focus, too, so that keys scroll it; a frame around all would help nobody.
WATCH_FOCUS = """() => {
  const met = new Map();
  const looks = (node) => {
    const parts = [];
    for (let one = node, k = 0; one instanceof Element && k < 5; one = one.parentElement, k++) {
      const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(one);
      parts.push(outline, boxShadow, borderColor, backgroundColor);
    }
    if (node instanceof SVGElement) parts.push(...[...node.children].map((part) => getComputedStyle(part).stroke));
    return parts.join("; ");
  };
  const name = (node) => node.outerHTML.slice(0, 160);
  const all = (root) =>
    [...root.querySelectorAll("*")].flatMap((node) => [node, ...(node.shadowRoot ? all(node.shadowRoot) : [])]);
  const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  window.step = () => {
    let node = document.activeElement;
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
    if (!node || node === document.body || met.has(node)) return false;
    met.set(node, node.matches("main") ? null : looks(node));
    return true;
  };
  window.unseen = () => {
    document.activeElement?.blur();
    const same = [...met].filter(([node, focused]) => node.isConnected && looks(node) === focused);
    return same.map(([node]) => name(node));
  };
  window.unmet = () => all(document).filter((node) =>
    node.matches(CONTROLS) && node.tabIndex >= 0 && !node.disabled && !met.has(node)
    && node.checkVisibility({ visibilityProperty: true }) && !node.closest("[role=radiogroup], [inert]")
  ).map(name);
}"""
