"""Files exported from the sine page's figures, opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from demo.learners import REGRESSORS
from tests.browser.exports import MARGIN, SVG, check_image, check_page, columns, drawing, exported, texts
from tests.browser.test_sine import ERRORS, FIT, OPENING, follows

pytestmark = pytest.mark.browser

DARK = (23, 22, 20)


@pytest.fixture
def sine(open_page: Callable[..., Page]) -> Page:
    page = open_page("/sine", color_scheme="dark")
    follows(page, 3.0, 1.0, timeout=OPENING)
    page.wait_for_function(ERRORS)
    return page


def test_the_fit_as_files(sine: Page, tmp_path: Path) -> None:
    files, shown = exported(sine, "sine-fit", tmp_path), sine.evaluate(FIT)
    box = sine.locator(".st-key-sine-plot svg[role=img]").bounding_box()
    assert box

    root = drawing(files["svg"])
    assert float(root.get("width", "0")) == pytest.approx(box["width"] + 2 * MARGIN, abs=1)
    paths = {node.get("data-name"): node for node in root.iter(f"{SVG}path") if node.get("data-name")}
    assert set(paths) == set(shown) - {"points"}
    for name, node in paths.items():
        drawn = sine.locator(f".st-key-sine-plot .curves [data-name='{name}']").get_attribute("d")
        assert node.get("d") == drawn
        assert node.get("stroke", "none") != "none"
    said = texts(root)
    assert {"true curve", "points", "before", "after 10 steps", "−6", "x"} <= said

    check_image(files["png"], root, DARK)
    check_page(files["html"], set(shown))
    table = columns(files["csv"])
    np.testing.assert_allclose(table.pop("x"), np.linspace(-5, 5, 101), atol=1e-12)
    np.testing.assert_allclose(table.pop("points y"), shown.pop("points"), atol=1e-4)
    assert len(table.pop("points x")) == 10
    assert set(table) == set(shown)
    for name, values in shown.items():
        np.testing.assert_allclose(table[name], values, atol=1e-3)


def test_the_errors_as_files(sine: Page, tmp_path: Path) -> None:
    files, shown = exported(sine, "sine-errors", tmp_path), sine.evaluate(ERRORS)
    box = sine.locator(".st-key-sine-errors .js-plotly-plot").first.bounding_box()
    assert box

    root = drawing(files["svg"])
    plotted = sine.locator(".st-key-sine-errors .js-plotly-plot:not([inert]) .scatterlayer .js-line")
    lines = [line.get_attribute("d") for line in plotted.all()]
    assert len(lines) == len(shown) == len(REGRESSORS)
    assert set(lines) <= {node.get("d") for node in root.iter(f"{SVG}path") if node.get("stroke", "none") != "none"}
    said = texts(root)
    assert {*shown, "inner step", "mean squared error"} <= said

    check_image(files["png"], root, DARK)
    check_page(files["html"], set(shown))
    table = columns(files["csv"])
    assert table.pop("inner step") == list(range(33))
    assert set(table) == set(shown)
    for name, values in shown.items():
        np.testing.assert_allclose(table[name], values, rtol=1e-12)
