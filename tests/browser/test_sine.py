"""The sine page in a real browser: sliders dragged with the mouse and moved by keys, and plots that follow."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from demo.learners import REGRESSORS
from demo.ui.words import say

pytestmark = pytest.mark.browser

OPENING = 90_000  # milliseconds: a new visitor fetches and compiles 4.7 MB of Plotly, slow on a busy machine
PHONE = {"viewport": {"width": 400, "height": 800}}

# What the errors' plot, Plotly's, has drawn: {trace's name: [y ...]}, of the plot in sight.
ERRORS = """() => {
  const plots = [...document.querySelectorAll(".st-key-sine-errors .js-plotly-plot")];
  const plot = plots.find((p) => p._fullData && p.offsetHeight);
  return plot && Object.fromEntries(plot._fullData.map((t) => [t.name, Array.from(t.y)]));
}"""

# What the fit has drawn: {curve's name: [y ...]}.
FIT = """() => {
  const inside = [...document.querySelectorAll(".st-key-sine-plot *")].map((node) => node.shadowRoot);
  return inside.find((root) => root?.querySelector(".fit"))?.querySelector(".fit").shown;
}"""

# Resolves once the true curve is amplitude * sin(x + phase).
FOLLOWS = f"""([amplitude, phase]) => {{
  const curve = ({FIT})()?.["true curve"];
  return curve && curve.every((y, i) => Math.abs(y - amplitude * Math.sin(i / 10 - 5 + phase)) < 1e-3);
}}"""


@pytest.fixture
def sine(open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_with(query: str = "", amplitude: float = 3.0, phase: float = 1.0, **options: Any) -> Page:
        page = open_page(f"/sine?{query}", **options)
        follows(page, amplitude, phase, timeout=OPENING)
        page.wait_for_function(ERRORS)  # Plotly takes long to load: the page is complete
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
    before = page.evaluate(FIT)["after 10 steps"]
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
    after = page.evaluate(FIT)["after 10 steps"]
    assert np.abs(np.array(after) - before).max() > 0.01


def test_sliders_move_by_keys_and_their_address_gives_the_same_picture(sine: Callable[..., Page]) -> None:
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
    fresh = page.context.new_page()
    fresh.goto(page.url)
    follows(fresh, 3.3, phase, timeout=OPENING)
    fresh.wait_for_function(ERRORS)
    assert len(fresh.evaluate(FIT)["points"]) == 20
    for read in (FIT, ERRORS):  # the errors come to rest a moment after the curves
        there = fresh.evaluate(f"JSON.stringify(({read})())")
        page.wait_for_function(f"there => JSON.stringify(({read})()) === there", arg=there)


def test_without_its_own_line_the_fit_follows_by_way_of_streamlit(sine: Callable[..., Page]) -> None:
    refuse = """
      const Real = window.WebSocket;
      window.WebSocket = class extends Real {
        constructor(url, ...rest) {
          super(window.open_house ? url : String(url).replace("/line?", "/no-line?"), ...rest);
          if (String(url).includes("/line?")) window.line = this;
        }
      };"""
    page = sine(script=refuse)
    x, y, width = handle(page, "phase")
    page.mouse.move(x, y)
    page.mouse.down()
    for by in (0.2, 0.4, 0.1):
        page.mouse.move(x + by * width, y, steps=5)
        follows(page, 3.0, value(page, "phase"))
    page.mouse.up()
    page.evaluate("window.open_house = true")  # a line that was refused is asked for again
    page.wait_for_function("window.line.readyState === WebSocket.OPEN")


def test_any_slider_can_be_dragged_and_brought_back(sine: Callable[..., Page]) -> None:
    page = sine()
    before = json.dumps(page.evaluate(FIT), separators=(",", ":"))
    thumb = page.locator(".st-key-sine_steps input").locator("xpath=../..").bounding_box()
    assert thumb
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 500, y, steps=3)
    expect(page.locator(".st-key-sine-plot figcaption")).to_contain_text("after 0 steps")
    assert "after 10 steps" not in page.evaluate(FIT)
    page.mouse.move(x, y, steps=3)
    page.mouse.up()
    page.wait_for_function(f"before => JSON.stringify(({FIT})()) === before", arg=before)


def test_no_frame_is_without_figures_and_no_node_is_made_anew(sine: Callable[..., Page]) -> None:
    page = sine()
    page.evaluate(
        """() => {
          window.blank = 0;
          const inside = [...document.querySelectorAll(".st-key-sine-plot *")].map((node) => node.shadowRoot);
          const curves = inside.find((root) => root?.querySelector(".fit")).querySelectorAll(".curves path");
          const look = () => {
            const plots = [...document.querySelectorAll(".st-key-sine-errors .js-plotly-plot")];
            const drawn = plots.filter((p) => p.querySelector(".main-svg .trace"));
            if (!drawn.some((p) => p.checkVisibility({visibilityProperty: true}))) window.blank += 1;
            if (![...curves].every((p) => p.isConnected && p.getAttribute("d"))) window.blank += 1;
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
    before = page.evaluate(ERRORS)
    page.mouse.up()
    in_address(page, "amplitude", value(page, "amplitude"))
    page.wait_for_function(
        f"before => JSON.stringify(({ERRORS})()) !== before", arg=json.dumps(before, separators=(",", ":"))
    )
    assert page.evaluate("window.blank") == 0


def test_errors_of_all_learners_and_the_step_in_view(sine: Callable[..., Page]) -> None:
    page = sine("sine_steps=3")
    errors = page.evaluate(ERRORS)
    assert set(errors) == {say(f"learner.{entry.name}", "en") for entry in REGRESSORS}
    assert all(len(values) == 33 for values in errors.values())
    fit = page.evaluate(FIT)
    truth, after = np.array(fit["true curve"]), np.array(fit["after 3 steps"])
    assert np.mean((after - truth) ** 2) == pytest.approx(errors["MAML"][3], rel=1e-3)
    expect(page.locator(".st-key-sine-plot figcaption")).to_contain_text("after 3 steps")

    svg = page.locator(".st-key-sine-plot svg[role=img]")
    drawn = {name: heights(svg.locator(f".curves [data-name='{name}']")) for name in set(fit) - {"points"}}
    drawn["points"] = [float(dot.get_attribute("cy") or "") for dot in svg.locator(".points circle").all()]
    low, high = (float(svg.locator(f".grid line:nth-child({n})").get_attribute("y1") or "") for n in (12, 18))
    for name, values in fit.items():
        np.testing.assert_allclose(-6 + 12 * (np.array(drawn[name]) - low) / (high - low), values, atol=0.01)


def heights(line: Locator) -> list[float]:
    """Of a path's corners, in pixels."""
    return [float(corner.split()[1]) for corner in re.split("[ML]", line.get_attribute("d") or "")[1:]]


def test_hovering_and_keys_give_numbers(sine: Callable[..., Page]) -> None:
    page = sine()
    fit = page.locator(".st-key-sine-plot")
    probe, readout = fit.get_by_role("slider"), fit.locator(".readout")
    expect(readout).to_be_hidden()
    box = probe.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 20)
    expect(readout).to_contain_text(f"true curve{signed(3 * math.sin(2.5 + 1))}")
    expect(readout).to_contain_text(f"after 10 steps{signed(page.evaluate(FIT)['after 10 steps'][75])}")
    page.mouse.move(0, 0)
    expect(readout).to_be_hidden()
    probe.focus()
    for key in ("Home", "ArrowRight", "PageUp"):
        probe.press(key)
    expect(readout).to_contain_text(f"x{signed(-3.9)}")
    assert f"true curve {signed(3 * math.sin(-3.9 + 1))}" in (probe.get_attribute("aria-valuetext") or "")
    probe.press("Escape")
    expect(readout).to_be_hidden()

    place = page.locator(".st-key-sine-errors .nsewdrag").bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    hover = page.locator(".st-key-sine-errors .hoverlayer")
    for entry in REGRESSORS:
        expect(hover).to_contain_text(say(f"learner.{entry.name}", "en"))
    expect(hover).to_contain_text("step 16")


def signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


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
