"""Meta-training in a real browser: watched to its end, paused, stopped, in line, on a phone; and nothing flickers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from demo.lessons.look import LEARNERS, Look, Order
from demo.lessons.runs import MOST, Phase, Seen
from demo.ui import watch_view
from demo.ui.watch_view import watch_data

pytestmark = pytest.mark.browser

OPENING = 90_000  # milliseconds: a process is started that loads PyTorch, on a busy machine
UI = Path(watch_view.__file__).parent
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}


@pytest.fixture
def watch(open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_with(query: str = "meta_steps=500", **options: Any) -> Page:
        page = open_page(f"/watch?{query or 'meta_steps=500'}", **options)
        shows(page, "ready", timeout=OPENING)
        return page

    return open_with


def view(page: Page) -> Locator:
    return page.locator(".st-key-watch-view .watch")


def shows(page: Page, phase: str, timeout: float | None = None) -> None:
    expect(page.locator(f".st-key-watch-view .watch[data-phase={phase}]")).to_have_count(1, timeout=timeout)


def press(page: Page, name: str) -> None:
    page.locator(f".st-key-watch-{name} button").click()


def looks(page: Page, least: int) -> None:
    """Waits until there are so many."""
    numbers = ",".join(f"[data-looks='{n}']" for n in range(least, 50))
    expect(page.locator(f".st-key-watch-view .watch:is({numbers})")).to_have_count(1, timeout=OPENING)


def errors(page: Page) -> list[float]:
    panels = view(page).locator(".panel").all()
    assert len(panels) == len(LEARNERS)
    return [float(panel.get_attribute("data-error") or "") for panel in panels]


def adapted(page: Page) -> list[str]:
    """The adapted curves, once they have come to rest."""
    expect(view(page).and_(page.locator(":not([data-gliding])"))).to_have_count(1)
    return [path.get_attribute("d") or "" for path in view(page).locator("path.after").all()[: len(LEARNERS)]]


def test_learners_get_better_as_one_watches_and_nothing_flickers(watch: Callable[..., Page]) -> None:
    page = watch()
    expect(page.locator(".st-key-frame")).to_be_visible()
    before = errors(page)
    assert before[0] == before[1] == before[2]
    view(page).evaluate("""(root) => {
      window.kept = [...root.querySelectorAll("svg, path.after, .value")];
      window.blank = 0;
      const look = () => {
        if (window.kept.some((node) => !node.isConnected || !node.checkVisibility())) window.blank += 1;
        if (window.kept.some((node) => node.matches("path.after") && !node.getAttribute("d"))) window.blank += 1;
        requestAnimationFrame(look);
      };
      look();
    }""")
    place = view(page).locator(".panels").bounding_box()
    press(page, "start")
    bar = page.get_by_role("progressbar", name="Meta-training")
    shows(page, "running")
    looks(page, 3)
    assert 0 < int(bar.get_attribute("aria-valuenow") or "") < 500
    shows(page, "done", timeout=OPENING)
    expect(bar).to_have_attribute("aria-valuenow", "500")
    reptile, maml, pretrained = errors(page)
    assert maml < 0.2 * before[1]
    assert reptile < 0.6 * before[0]
    assert pretrained > 0.9 * before[2]
    expect(page.locator(".st-key-watch-said")).to_contain_text(f"MAML's {maml:.2f}")
    expect(page.locator(".st-key-watch-said")).to_contain_text("Notice: pretraining learns the mean of all sines")
    assert page.evaluate("window.blank") == 0
    after = view(page).locator(".panels").bounding_box()
    assert place
    assert after
    assert abs(after["y"] - place["y"]) < 1  # nothing jumped

    # Back in time, without asking the server; and forth again.
    slider = page.get_by_role("slider", name="Go back in training")
    end = adapted(page)
    slider.focus()
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "meta-step 0")
    assert errors(page) == before
    first = adapted(page)
    assert first[0] == first[1] != end[0]
    slider.press("End")
    assert adapted(page) == end
    page.get_by_role("button", name="Replay").click()
    expect(slider).not_to_have_value("10")
    view(page).get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Replay")).to_be_enabled()


def test_paused_resumed_and_stopped(watch: Callable[..., Page]) -> None:
    page = watch("meta_steps=10000&watch_seed=1")
    press(page, "start")
    looks(page, 3)
    press(page, "pause")
    shows(page, "paused")
    seen = int(view(page).get_attribute("data-looks") or "")
    expect(view(page).locator(".line")).to_contain_text("Paused at meta-step")
    press(page, "resume")
    looks(page, seen + 1)
    page.locator(".st-key-inner_steps input").focus()
    page.keyboard.press("ArrowRight")
    expect(view(page)).to_contain_text("Error after 6 steps")
    press(page, "stop")
    shows(page, "stopped")
    expect(view(page).locator(".line")).to_contain_text("Stopped at meta-step")
    expect(page.locator(".st-key-watch-stop button")).to_be_disabled()
    expect(page.locator(".st-key-watch-again button")).to_be_enabled()


def test_another_seed_is_another_beginning(watch: Callable[..., Page]) -> None:
    page = watch()
    first = errors(page)
    page.locator(".st-key-watch_seed input").press("End")  # which nobody has asked for: first there is nothing to see
    expect(view(page).locator(".panel").first).not_to_have_attribute("data-error", str(first[0]), timeout=OPENING)
    shows(page, "ready", timeout=OPENING)
    assert errors(page) != first


def test_who_comes_when_all_places_are_taken_waits_and_goes_on_by_himself(watch: Callable[..., Page]) -> None:
    busy = [watch("meta_steps=10000") for _ in range(MOST)]
    late = watch()
    for page in busy:
        press(page, "start")
        shows(page, "running")
    press(late, "start")
    shows(late, "waiting")
    expect(view(late).locator(".line")).to_contain_text(f"this server trains {MOST} at a time")
    press(busy[0], "stop")
    shows(late, "running")
    looks(late, 2)
    for page in [late, *busy[1:]]:
        press(page, "stop")


def test_on_a_phone_in_chinese(watch: Callable[..., Page]) -> None:
    page = watch("meta_steps=500&lang=zh", **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".st-key-watch-start button").tap()
    looks(page, 2)
    press(page, "stop")
    shows(page, "stopped")
    expect(view(page).locator(".line")).to_contain_text("停止于元步")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for node in page.locator(".st-key-watch-buttons button, .st-key-watch-view svg").all():
        box = node.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_what_comes_late_is_not_shown(browser: Browser) -> None:
    """Streamlit may call a component that it has just loaded with the data of before, after those of now."""
    shapes = ((3, 11), (3, 11, 5, 61), (5, 61), (5, 10, 2))
    look = Look(0, *(np.ones(shape, np.float32) for shape in shapes))
    data = [
        json.dumps(watch_data(Seen(Order(0, 500), phase, looks, 0, 0, False, ""), "run", 5, 1, MOST))
        for phase, looks in ((Phase.READY, (look,)), (Phase.PREPARING, ()))
    ]
    source = "\n".join((UI / f"{name}.js").read_text() for name in ("nodes", "watch_plot", "watch_parts", "watch"))
    page = browser.new_page()
    phases = page.evaluate(
        """async ([source, data]) => {
          const { default: show } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
          document.body.innerHTML = '<div class="watch"></div>';
          return data.map((each) => {
            show({ data: JSON.parse(each), parentElement: document.body });
            return document.querySelector(".watch").dataset.phase;
          });
        }""",
        [source, data],
    )
    page.close()
    assert phases == ["ready", "ready"]
