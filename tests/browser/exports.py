"""Files exported from a page, opened again."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image
from playwright.sync_api import Page

SVG = "{http://www.w3.org/2000/svg}"
MARGIN = 8  # of export_paint.js
SCALE = 3  # of export.js
KINDS = {"svg": "Vector image (SVG)", "png": "Image (PNG)", "html": "Interactive HTML", "csv": "Data (CSV)"}


def exported(page: Page, figure: str, folder: Path) -> dict[str, Path]:
    """All files of one figure, by kind."""
    menu = page.locator(f".stHorizontalBlock.st-key-export-{figure}").get_by_role("button")
    menu.click()
    found = {}
    for kind, label in KINDS.items():
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert download.value.suggested_filename == f"{figure}.{kind}"
        found[kind] = folder / download.value.suggested_filename
        download.value.save_as(found[kind])
    menu.click()
    return found


def drawing(path: Path) -> ElementTree.Element:
    """The SVG, none of whose colours needs the page's style sheets."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    for node in root.iter():
        for name in ("fill", "stroke"):
            assert re.fullmatch(r"(rgba?\([\d., ]+\)|none|url\(.*\))?", node.get(name, "")), node.get(name)
    return root


def texts(root: ElementTree.Element) -> set[str]:
    return {"".join(node.itertext()) for node in root.iter(f"{SVG}text")}


def check_image(path: Path, root: ElementTree.Element, paper: tuple[int, int, int]) -> None:
    """The PNG is as large as the SVG, in its pixels, and there is something on the paper."""
    with Image.open(path) as image:
        assert image.size == (SCALE * int(root.get("width", "0")), SCALE * int(root.get("height", "0")))
        colours = image.convert("RGB").getcolors(maxcolors=2**24)
    assert colours is not None
    assert len(colours) > 50
    assert max(colours)[1] == paper


def check_page(path: Path, names: set[str]) -> None:
    """The interactive file has traces of these names and fetches nothing."""
    text = path.read_text(encoding="utf-8")
    assert all(f'"name":"{name}"' in text for name in names), names
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=\s*[\"']?(?:https?:)?//", text)


def cells(path: Path) -> dict[str, list[str]]:
    """The CSV's columns; short ones end where their cells are empty."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    return {name: [row[i] for row in rows if row[i]] for i, name in enumerate(head)}


def columns(path: Path) -> dict[str, list[float]]:
    return {name: [float(cell) for cell in column] for name, column in cells(path).items()}
