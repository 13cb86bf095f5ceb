"""The sine page in a real browser: sliders dragged with the mouse and moved by keys, and plots that follow."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demo.learners import REGRESSORS

pytestmark = pytest.mark.browser

OPENING = 90_000  # milliseconds: a new visitor fetches and compiles 4.7 MB of Plotly, slow on a busy machine
PHONE = {"viewport": {"width": 400, "height": 800}}

# What Plotly has drawn: {trace's name: [y ...]}, of the plot in sight.
READ = """place => {
  const plots = [...document.querySelectorAll(`.st-key-${place} .js-plotly-plot`)];
  const plot = plots.find((p) => p._fullData && p.offsetHeight);
  return plot && Object.fromEntries(plot._fullData.map((t) => [t.name, Array.from(t.y)]));
}"""

# Resolves once the true curve is amplitude * sin(x + phase).
FOLLOWS = """([amplitude, phase]) => {
  const plots = [...document.querySelectorAll(".st-key-sine-plot .js-plotly-plot")];
  const curve = plots.find((p) => p._fullData && p.offsetHeight)?._fullData.find((t) => t.name === "true curve");
  return curve && Array.from(curve.y).every((y, i) => Math.abs(y - amplitude * Math.sin(curve.x[i] + phase)) < 1e-3);
}"""


@pytest.fixture
def sine(open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_with(query: str = "", amplitude: float = 3.0, phase: float = 1.0, **options: Any) -> Page:
        page = open_page(f"/sine?{query}", **options)
        follows(page, amplitude, phase, timeout=OPENING)
        return page

    return open_with


def follows(page: Page, amplitude: float, phase: float, timeout: float | None = None) -> None:
    page.wait_for_function(FOLLOWS, arg=[amplitude, phase], timeout=timeout)


def handle(page: Page, key: str) -> tuple[float, float, float]:
    """Centre of a slider's handle, and the track's width, in pixels."""
    thumb = page.locator(f".st-key-sine-{key} input").locator("xpath=../..").bounding_box()
    track = page.locator(f".st-key-sine-{key} [role=group] > div").first.bounding_box()
    assert thumb
    assert track
    return thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2, track["width"]


def value(page: Page, key: str) -> float:
    return float(page.locator(f".st-key-sine-{key} input").input_value())


def in_address(page: Page, key: str, number: float) -> None:
    page.wait_for_function(
        "([key, number]) => Number(new URLSearchParams(location.search).get(key)) === number", arg=[key, number]
    )


@pytest.mark.parametrize("key, by", [("amplitude", 0.2), ("phase", 0.4)])
def test_the_plot_follows_while_a_slider_is_dragged(sine: Callable[..., Page], key: str, by: float) -> None:
    page = sine()
    before = page.evaluate(READ, "sine-plot")["after 10 steps"]
    x, y, width = handle(page, key)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by * width / 2, y, steps=5)
    page.mouse.move(x + by * width, y, steps=5)
    settings = {"amplitude": 3.0, "phase": 1.0, key: value(page, key)}
    assert settings[key] > {"amplitude": 3.5, "phase": 3.0}[key]
    follows(page, **settings)  # still dragging
    assert not parse_qs(urlsplit(page.url).query)
    page.mouse.up()
    in_address(page, key, settings[key])
    follows(page, **settings)
    after = page.evaluate(READ, "sine-plot")["after 10 steps"]
    assert np.abs(np.array(after) - before).max() > 0.01


def test_sliders_move_by_keys_and_a_reload_gives_the_same_picture(sine: Callable[..., Page]) -> None:
    page = sine("seed=5&noise=0.2&points=20")
    for key, presses in (("amplitude", ["ArrowRight"] * 3), ("phase", ["End"])):
        slider = page.locator(f".st-key-sine-{key} input")
        slider.focus()
        for press in presses:
            slider.press(press)
    expect(page.locator(".st-key-sine-amplitude input")).to_have_value("3.3")
    phase = value(page, "phase")
    assert phase == pytest.approx(2 * math.pi, abs=0.01)
    in_address(page, "amplitude", 3.3)
    in_address(page, "phase", phase)
    follows(page, 3.3, phase)
    pictures = [page.evaluate(READ, place) for place in ("sine-plot", "sine-errors")]
    assert len(pictures[0]["points"]) == 20
    page.reload()
    follows(page, 3.3, phase, timeout=OPENING)
    page.wait_for_function(f"place => Boolean(({READ})(place))", arg="sine-errors")
    assert [page.evaluate(READ, place) for place in ("sine-plot", "sine-errors")] == pictures


def test_no_frame_is_without_a_plot_while_a_slider_is_dragged(sine: Callable[..., Page]) -> None:
    page = sine()
    page.wait_for_function(f"place => Boolean(({READ})(place))", arg="sine-errors")
    page.evaluate(
        """() => {
          window.blank = 0;
          const look = () => {
            const plots = [...document.querySelectorAll(".st-key-sine-plot .js-plotly-plot")];
            const drawn = plots.filter((p) => p.querySelector(".main-svg .trace"));
            if (!drawn.some((p) => p.checkVisibility({visibilityProperty: true}))) window.blank += 1;
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    x, y, width = handle(page, "amplitude")
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 6):
        page.mouse.move(x - 0.1 * k * width, y)
        follows(page, value(page, "amplitude"), 1.0)
    page.mouse.up()
    in_address(page, "amplitude", value(page, "amplitude"))
    assert page.evaluate("window.blank") == 0


def test_errors_of_all_learners_and_the_step_in_view(sine: Callable[..., Page]) -> None:
    page = sine("sine_steps=3")
    page.wait_for_function(f"place => Boolean(({READ})(place))", arg="sine-errors")
    errors = page.evaluate(READ, "sine-errors")
    assert set(errors) == {entry.title for entry in REGRESSORS}
    assert all(len(values) == 33 for values in errors.values())
    fit = page.evaluate(READ, "sine-plot")
    truth, after = np.array(fit["true curve"]), np.array(fit["after 3 steps"])
    assert np.mean((after - truth) ** 2) == pytest.approx(errors["MAML"][3], rel=1e-3)
    expect(page.get_by_text("Mean squared error:")).to_contain_text("after 3 steps")


def test_hovering_gives_numbers(sine: Callable[..., Page]) -> None:
    page = sine()
    box = page.locator(".st-key-sine-errors .nsewdrag").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hover = page.locator(".st-key-sine-errors .hoverlayer")
    for entry in REGRESSORS:
        expect(hover).to_contain_text(entry.title)
    expect(hover).to_contain_text("step 16")


def test_on_a_phone_sliders_and_plot_share_the_screen(sine: Callable[..., Page]) -> None:
    page = sine(**PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    for key in ("sine-amplitude", "sine-phase", "sine-plot"):
        box = page.locator(f".st-key-{key}").bounding_box()
        assert box
        assert box["y"] >= 0, key
        assert box["y"] + box["height"] <= 800, key
        assert box["x"] + box["width"] <= 400, key
    more = page.locator(".st-key-sine-more").bounding_box()
    errors = page.locator(".st-key-sine-errors").bounding_box()
    assert more
    assert errors
    assert more["y"] > errors["y"]
