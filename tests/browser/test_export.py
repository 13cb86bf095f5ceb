"""Every page's figures as files, opened again: what they hold is what the page shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from demo.ui.luck_charts import CHARTS
from tests.browser.exports import SVG, cells, check_image, check_page, columns, drawing, exported, texts
from tests.browser.pens import canvas, count, expect_strokes, ready
from tests.browser.walk import OPENING, settled

pytestmark = pytest.mark.browser

LIGHT = (255, 255, 255)
CURVES = """place => {
  const plots = [...document.querySelectorAll(`${place} .js-plotly-plot`)].filter((p) => p._fullData && !p.inert);
  return plots.flatMap((plot) => plot._fullData.map((t) => [t.name, Array.from(t.y)]));
}"""


def check_files(page: Page, figure: str, folder: Path, names: set[str], said: set[str]) -> dict[str, Path]:
    """names: of traces of the interactive file; said: texts in the image."""
    files = exported(page, figure, folder)
    root = drawing(files["svg"])
    assert [node for node in root.iter(f"{SVG}path") if node.get("stroke", "none") != "none" or node.get("fill")]
    assert said <= texts(root), said - texts(root)
    check_image(files["png"], root, LIGHT)
    check_page(files["html"], names)
    return files


def check_curves(page: Page, place: str, path: Path) -> None:
    """Every curve of the page's plots is a column of the table."""
    found, table = page.evaluate(CURVES, place), list(columns(path).values())
    assert found
    for name, values in found:
        assert any(len(c) == len(values) and np.allclose(c, values, rtol=1e-9) for c in table), name


def test_draw_after_strokes_that_only_the_bars_have_answered(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/?twin=random")
    ready(page)
    bars = page.locator(".st-key-probabilities [data-probability]")
    expect(bars).to_have_count(3)
    before = [bar.get_attribute("data-probability") for bar in bars.all()]
    menu = page.locator(".stHorizontalBlock.st-key-export-probabilities").element_handle()
    strokes = count(page, "query")
    box = canvas(page, "query").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 160, steps=8)
    page.mouse.up()
    page.wait_for_function(
        "before => [...document.querySelectorAll('.st-key-probabilities *')].map((n) => n.shadowRoot).filter(Boolean)"
        ".some((r) => r.querySelector('[data-probability]')?.dataset.probability !== before)",
        arg=before[0],
    )
    expect_strokes(page, "query", strokes + 1)
    assert menu is not None
    assert menu.evaluate("node => node.isConnected"), "the pen makes no menu anew"

    names = {f"{title}, {who}" for title in ("A, house", "C, fish") for who in ("MAML", "Random initialisation")}
    files = check_files(
        page, "probabilities", tmp_path, names, {"Loss on the drawings (dashed: Random initialisation)"}
    )
    shown = [float(bar.get_attribute("data-probability") or "nan") for bar in bars.all()]
    table = columns(files["csv"])
    assert table["Inner step"] == list(range(6))
    last = [table[f"?: {title} (MAML)"][-1] for title in ("A, house", "B, tree", "C, fish")]
    np.testing.assert_allclose(last, shown, atol=1e-9)
    assert f"{round(100 * shown[0])}%" in texts(drawing(files["svg"]))


def test_inside(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/inside")
    forward = page.get_by_role("button", name="One step on")
    forward.click()
    files = check_files(
        page, "inside", tmp_path, {"A, house", "Layer 1", "Head", "?"}, {"Most like C, fish", "Layer 4"}
    )
    root, table = drawing(files["svg"]), columns(files["csv"])
    assert len(list(root.iter(f"{SVG}mask"))) == 9, "the drawings' ink, on the map and where one is chosen"
    assert len([n for n in root.iter(f"{SVG}image") if n.get("style")]) == 24, "the maps of the first layer"
    bars = page.locator(".inside .answer [data-probability]").all()
    shown = [float(bar.get_attribute("data-probability") or "nan") for bar in bars]
    np.testing.assert_allclose(
        [table[f"?: {name}"][1] for name in ("A, house", "B, tree", "C, fish")], shown, atol=1e-9
    )
    moved = page.locator(".inside [data-layer=head]").get_attribute("data-moved")
    assert table["‖θ′ − θ‖: Head"][1] == pytest.approx(float(moved or "nan"))
    assert f"{table['Loss on its drawings'][1]:.3f}" in texts(root)


def test_moves(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/moves", reduced_motion="reduce")  # or the arrows would be on their way
    settled(page)
    page.get_by_role("button", name="Take the meta-step").click()
    expect(page.locator(".plane .count")).to_have_text("Meta-steps taken: 1")
    files = check_files(
        page, "moves-plane", tmp_path, {"MAML", "Reptile"}, {"θ", "1", "Reptile", "Meta-steps taken: 1"}
    )
    theta = page.locator(".card[data-rule=reptile]").get_attribute("data-theta")
    table = columns(files["csv"])
    assert theta == f"{table['Reptile: θ₁'][1]:.4f},{table['Reptile: θ₂'][1]:.4f}"
    files = check_files(page, "moves-losses", tmp_path, {"MAML", "Reptile"}, {"Before adapting", "After 3 inner steps"})
    check_curves(page, ".st-key-moves-before", files["csv"])
    check_curves(page, ".st-key-moves-after", files["csv"])
    expect(page.locator(".st-key-export-moves-combinations")).to_have_count(0)  # nothing has been run


def test_luck(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/luck?luck_steps=300")
    settled(page)
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".stHorizontalBlock.st-key-export-luck")).to_be_visible()
    expect(page.locator(".st-key-luck-report")).to_contain_text("Done", timeout=OPENING)
    page.wait_for_function(f"({CURVES})('.st-key-luck-rule-loop').length > 1")
    names = {"on the points it trains on", "on new points of held-out tasks"}
    files = check_files(page, "luck", tmp_path, names, {"Labels by coin", "Loss while meta-training"})
    table = columns(files["csv"])
    rates = [column[-1] for name, column in table.items() if name.endswith("Right on new points")]
    said = texts(drawing(files["svg"]))
    assert len(rates) == 2
    assert {f"{rate:.1%}" for rate in rates} <= said
    for name in CHARTS:
        for world in ("coin", "rule"):
            found = [values for _, values in page.evaluate(CURVES, f".st-key-luck-{world}-{name}")][-1]
            assert any(len(c) == len(found) and np.allclose(c, found) for c in table.values()), (world, name)


def test_watch(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/watch")
    expect(page.locator(".watch[data-phase=ready]")).to_be_visible(timeout=OPENING)
    names = {"Reptile", "MAML", "Joint pretraining", "the sine"}
    files = check_files(page, "watch", tmp_path, names, {"Reptile", "the sine", "Error against inner step"})
    table = columns(files["csv"])
    assert table["inner step"] == list(range(11))
    assert set(table["meta-step"]) == {0}
    shown = page.locator(".watch .panel").evaluate_all("panels => panels.map((p) => Number(p.dataset.error))")
    np.testing.assert_allclose([table[n][5] for n in ("Reptile", "MAML", "Joint pretraining")], shown, atol=1e-6)


def test_tasks(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/tasks")
    page.locator(".st-key-tasks-deeper summary").click(timeout=OPENING)
    page.locator(".st-key-tasks-answer .scatterlayer .js-line").first.wait_for(timeout=OPENING)
    settled(page)
    right = "probability of the right class (mean)"
    files = check_files(page, "tasks-answer", tmp_path, {right}, {"inner step", "new drawing of"})
    table = cells(files["csv"])
    z = page.evaluate(
        "() => document.querySelector('.st-key-tasks-answer .js-plotly-plot')._fullData[0].z.map((r) => [...r])"
    )
    for i, letter in enumerate("ABCDE"):
        np.testing.assert_allclose([float(v) for v in table[f"taken for: {letter}, %"]], np.array(z)[:, i], rtol=1e-6)
    assert table["new drawing of"] == list("ABCDE")


def test_models(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/models")
    page.locator(".st-key-model-maml summary").click(timeout=OPENING)
    page.locator(".st-key-model-curves-maml .scatterlayer .js-line").nth(7).wait_for(timeout=OPENING)
    settled(page)
    files = check_files(page, "model-maml", tmp_path, {"5-way 1-shot"}, {"inner step", "meta-step"})
    check_curves(page, ".st-key-model-curves-maml", files["csv"])
    page.get_by_role("tab", name="Compare").click()
    page.locator(".st-key-models-compared .scatterlayer .points path").first.wait_for()
    files = check_files(page, "models", tmp_path, set(), {"MAML", "accuracy, %"})
    assert cells(files["csv"])["model"][0] == "MAML"
