"""The pages beyond drawings in a real browser: bits are turned, steps are walked through, goals and walks are set."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from demo.learners import store
from demo.lessons.clones import IMITATORS, Clone, clones, drawn, ready
from demo.lessons.copying import Bits, copied, random_bits
from demo.lessons.optimising import FILES, NAMES, everybody, fit_sine, quadratics
from demo.lessons.walks import POLICIES, Question, walks
from demo.tasks.demonstrations import Demonstrations
from demo.training import apart
from demo.ui.words import say
from tests.browser.walk import OPENING

pytestmark = pytest.mark.browser

BITS = """() => ["given", "said"].map((name) => [...document.querySelectorAll("[class*=st-key-copy-grids] *")]
  .map((n) => n.shadowRoot).filter(Boolean).flatMap((root) => [...root.querySelectorAll(`.${name} .cells > *`)])
  .map((cell) => Number(cell.style.getPropertyValue("--one"))))"""
BLANKS = """() => {
  window.blank = 0;
  const look = () => {
    for (const head of ["write", "read"]) {
      const images = [...document.querySelectorAll(`.st-key-copy-head-${head} .hm image`)];
      if (!images.some((image) => image.checkVisibility({visibilityProperty: true}))) window.blank += 1;
    }
    requestAnimationFrame(look);
  };
  look();
}"""
"""Counts frames in which a head's heat map is not in sight."""

CURVES = """place => {
  const plots = [...document.querySelectorAll(`.st-key-${place} .js-plotly-plot`)];
  const plot = plots.find((p) => p._fullData?.length && p.offsetHeight);
  return plot && Object.fromEntries(plot._fullData.map((t) => [t.name, Array.from(t.y)]));
}"""


def test_bits_that_are_turned_are_copied_and_the_heads_are_shown(open_page: Callable[..., Page]) -> None:
    page = open_page("/copy?copy_length=5&copy_seed=7")
    theta = apart.load("ntm-copy")

    def copies(given: Bits) -> None:
        """Waits until the grids are these bits and what the machine says of them."""
        wanted = [np.array(given).T.ravel().tolist(), copied(theta, given).said.T.ravel().tolist()]
        page.wait_for_function(
            f"""wanted => {{
              const found = ({BITS})();
              return wanted.every((bits, k) => bits.length === found[k].length
                && bits.every((bit, i) => Math.abs(bit - found[k][i]) < 2e-3));
            }}""",
            arg=wanted,
        )

    given = [list(vector) for vector in random_bits(7)[:5]]
    page.locator(".bits .given").wait_for(timeout=OPENING)
    copies(as_bits(given))
    page.locator(".bits .given button").nth(0).click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")  # in the second row, the second bit
    given[0][0], given[1][1] = 1 - given[0][0], 1 - given[1][1]
    copies(as_bits(given))
    copy = copied(theta, as_bits(given))
    expect(page.get_by_text(say("copy.verdict", "en", wrong=int(copy.wrong.sum()), bits=40).strip("*"))).to_be_visible()
    for head, weights in (("write", copy.write), ("read", copy.read)):
        page.wait_for_function(
            """([place, rows]) => {
              const plots = [...document.querySelectorAll(`${place} .js-plotly-plot`)];
              const shown = plots.find((plot) => plot._fullData?.length)?._fullData[0].z;
              return shown?.length === rows.length
                && rows.every((row, i) => row.every((weight, j) => Math.abs(weight - shown[i][j]) < 2e-3));
            }""",
            arg=[f".st-key-copy-head-{head}", weights.T.tolist()],
            timeout=OPENING,
        )
    page.evaluate(BLANKS)
    page.get_by_role("slider", name=say("setting.copy_length", "en")).press("ArrowRight")
    copies(as_bits([*given, list(random_bits(7)[5])]))
    page.get_by_role("button", name=say("copy.random", "en")).click()
    expect(page).not_to_have_url(re.compile("copy_seed=7(&|$)"))
    seed = int(re.findall(r"copy_seed=(\d+)", page.url)[0])
    copies(random_bits(seed)[:6])
    assert page.evaluate("window.blank") == 0


def as_bits(vectors: list[list[int]]) -> Bits:
    return tuple(map(tuple, vectors))


def test_optimisers_go_down_as_the_lesson_has_it(open_page: Callable[..., Page]) -> None:
    page = open_page("/optimise?optimise_seed=5&optimise_amplitude=2&optimise_step=40")
    quadratic, sine = (everybody(apart.load(name), store.read_card(name)) for name in FILES.values())
    losses, fits = quadratics(quadratic, 5), fit_sine(sine, 2.0, 1.0, 0)

    def shown(figure: str, name: str) -> Any:
        ready = page.wait_for_function(f"place => ({CURVES})(place)", arg=f"optimise-figure-{figure}", timeout=OPENING)
        return ready.json_value()[say(f"optimise.{name}", "en")]

    for name in NAMES:
        np.testing.assert_allclose(shown("mean", name), losses[name].mean(axis=1), rtol=1e-3)
        np.testing.assert_allclose(shown("one", name), losses[name][:, 0], rtol=1e-2)
        np.testing.assert_allclose(shown("curve", name), fits[name].curves[40], atol=5e-3)
        np.testing.assert_allclose(shown("errors", name), fits[name].errors, rtol=1e-2)
    page.get_by_role("slider", name=say("setting.optimise_step", "en")).press("ArrowRight")
    page.wait_for_function(
        f"([name, y]) => Math.abs(({CURVES})('optimise-figure-curve')?.[name][0] - y) < 5e-3",
        arg=[say("optimise.learnt", "en"), float(fits["learnt"].curves[41][0])],
    )
    expect(page).to_have_url(re.compile("optimise_step=41"))
    page.set_viewport_size({"width": 390, "height": 844})
    tables = page.locator(".stMarkdown table")
    expect(tables).to_have_count(2)
    for table in tables.all():
        expect(table.get_by_text(say("optimise.head.rate", "en"), exact=True)).to_be_visible()
        page.wait_for_function("table => table.scrollWidth <= table.clientWidth", arg=table.element_handle())
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth") <= 390


def test_a_goal_is_walked_to_from_where_it_is_put(open_page: Callable[..., Page]) -> None:
    page = open_page("/navigate?nav_seed=3&nav_beside=all")
    weights = {name: apart.load(name) for name in POLICIES}
    squares = page.locator(".st-key-navigate-walks .square")
    expect(squares).to_have_count(4 * len(POLICIES), timeout=OPENING)

    def walked(goal: tuple[float, float]) -> None:
        found = walks(Question(*goal, 3), weights)
        page.wait_for_function(
            """([squares, means]) => squares.length === means.length && squares.every((square, k) =>
              Math.abs(square.dataset.return.replace("−", "-") - means[k]) < 0.011)""",
            arg=[squares.element_handles(), [mean for name in POLICIES for mean in found[name].means]],
        )

    walked((0.3, 0.35))
    press(page, squares.nth(1), 0.25, 0.6)
    expect(page).to_have_url(re.compile(r"nav_x=-0\.3"))
    goal = [float(re.findall(rf"{key}=([-\d.]+)", page.url)[0]) for key in ("nav_x", "nav_y")]
    assert goal == pytest.approx([-0.325, -0.13], abs=0.02)
    walked((goal[0], goal[1]))


def press(page: Page, square: Locator, across: float, down: float) -> None:
    square.scroll_into_view_if_needed()
    box = square.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])


def test_a_walk_that_is_drawn_is_imitated(open_page: Callable[..., Page]) -> None:
    page = open_page("/navigate?clone_seed=7&clone_steps=3")
    weights = {name: apart.load(name) for name in IMITATORS}
    imitators = page.locator(".st-key-imitate-picture .clone .square")
    expect(imitators).to_have_count(len(IMITATORS), timeout=OPENING)

    def imitated(shown: Demonstrations, start: tuple[float, float], within: float) -> None:
        found: list[Clone] = list(clones(shown, start, weights, 3).values())
        page.wait_for_function(
            "([squares, ends, within]) => squares.every((s, k) => Math.abs(s.dataset.missed - ends[k]) < within)",
            arg=[imitators.element_handles(), [clone.missed for clone in found], within],
        )

    imitated(ready(7), (-0.35, -0.2), 1e-3)
    page.get_by_role("button", name=say("navigate.another", "en")).click()
    imitated(ready(8), (-0.35, -0.2), 1e-3)
    page.locator(".st-key-imitate-picture .pad .handle").press("ArrowRight")
    imitated(ready(8), (-0.3, -0.2), 1e-3)
    pad = page.locator(".st-key-imitate-picture .pad .square")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    places = [(0.3, 0.2), (0.5, 0.25), (0.7, 0.3), (0.75, 0.5), (0.7, 0.75)]
    for k, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if k == 0:
            page.mouse.down()
    page.mouse.up()
    sight = 0.8
    imitated(drawn([((2 * x - 1) * sight, (1 - 2 * y) * sight) for x, y in places]), (-0.3, -0.2), 0.03)
