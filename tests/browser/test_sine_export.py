"""Files exported from the sine page's figures, opened again."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.test_sine import ERRORS, FIT, OPENING, follows

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
MARGIN = 8  # of export_paint.js
KINDS = {"svg": "Vector image (SVG)", "png": "Image (PNG)", "html": "Interactive HTML", "csv": "Data (CSV)"}


@pytest.fixture
def sine(open_page: Callable[..., Page]) -> Page:
    page = open_page("/sine", color_scheme="dark")
    follows(page, 3.0, 1.0, timeout=OPENING)
    page.wait_for_function(ERRORS)
    return page


@pytest.fixture
def exported(sine: Page, tmp_path: Path) -> Callable[[str], dict[str, Path]]:
    """All files of one figure, by kind."""

    def files(figure: str) -> dict[str, Path]:
        sine.locator(f".st-key-export-{figure}").get_by_role("button").click()
        found = {}
        for kind, label in KINDS.items():
            with sine.expect_download() as download:
                sine.get_by_role("button", name=label).click()
            assert download.value.suggested_filename == f"{figure}.{kind}"
            found[kind] = tmp_path / download.value.suggested_filename
            download.value.save_as(found[kind])
        return found

    return files


def check_image(path: Path, width: float) -> None:
    with Image.open(path) as image:
        assert image.width >= 2 * width - 1
        colours = image.convert("RGB").getcolors(maxcolors=2**24)
    assert colours is not None
    assert len(colours) > 50
    assert max(colours)[1] == (23, 22, 20)  # the dark page's background


def check_page(path: Path, names: set[str]) -> None:
    text = path.read_text(encoding="utf-8")
    assert all(f'"name":"{name}"' in text for name in names)
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=\s*[\"']?(?:https?:)?//", text)


def columns(path: Path) -> dict[str, list[float]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    return {name: [float(row[i]) for row in rows if row[i]] for i, name in enumerate(head)}


def drawing(path: Path) -> ElementTree.Element:
    """The SVG, none of whose colours needs the page's style sheets."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    for node in root.iter():
        for name in ("fill", "stroke"):
            assert re.fullmatch(r"(rgba?\([\d., ]+\)|none|url\(.*\))?", node.get(name, "")), node.get(name)
    return root


def test_the_fit_as_files(sine: Page, exported: Callable[[str], dict[str, Path]]) -> None:
    files, shown = exported("sine-fit"), sine.evaluate(FIT)
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
    said = {text.text for text in root.iter(f"{SVG}text")}
    assert {"true curve", "points", "before", "after 10 steps", "−6", "x"} <= said

    check_image(files["png"], box["width"])
    check_page(files["html"], set(shown))
    table = columns(files["csv"])
    np.testing.assert_allclose(table.pop("x"), np.linspace(-5, 5, 101), atol=1e-12)
    np.testing.assert_allclose(table.pop("points y"), shown.pop("points"), atol=1e-4)
    assert len(table.pop("points x")) == 10
    assert set(table) == set(shown)
    for name, values in shown.items():
        np.testing.assert_allclose(table[name], values, atol=1e-3)


def test_the_errors_as_files(sine: Page, exported: Callable[[str], dict[str, Path]]) -> None:
    files, shown = exported("sine-errors"), sine.evaluate(ERRORS)
    box = sine.locator(".st-key-sine-errors .js-plotly-plot").first.bounding_box()
    assert box

    root = drawing(files["svg"])
    plotted = sine.locator(".st-key-sine-errors .js-plotly-plot:not([inert]) .scatterlayer .js-line")
    lines = [line.get_attribute("d") for line in plotted.all()]
    assert len(lines) == len(shown) == 4
    assert set(lines) <= {node.get("d") for node in root.iter(f"{SVG}path") if node.get("stroke", "none") != "none"}
    said = {text.text for text in root.iter(f"{SVG}text")}
    assert {*shown, "inner step", "mean squared error"} <= said

    check_image(files["png"], box["width"])
    check_page(files["html"], set(shown))
    table = columns(files["csv"])
    assert table.pop("inner step") == list(range(33))
    assert set(table) == set(shown)
    for name, values in shown.items():
        np.testing.assert_allclose(table[name], values, rtol=1e-12)
