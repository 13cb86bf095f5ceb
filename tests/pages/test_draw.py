"""The draw page without a browser: drawings are put into the session, widgets are used by their keys."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from demo.learners import CLASSIFIERS, Entry
from demo.learners.worker import LearnerError
from demo.tasks.drawing import Drawing, DrawingError
from demo.ui import answers, canvas
from demo.ui.sketch import PADS, Sheet, Sketch

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "demo" / "pages" / "draw.py"

SQUARE = Drawing.of(280, 280, [[[60, 60], [220, 60], [220, 220], [60, 220], [60, 60]]])
CROSS = Drawing.of(280, 280, [[[40, 40], [240, 240]], [[240, 40], [40, 240]]])
LINE = Drawing.of(280, 280, [[[40, 140], [240, 140]]])
DOT = Drawing.of(280, 280, [[[140, 140]]])


@pytest.fixture
def page() -> AppTest:
    """The page with drawings of the tests' own on it."""
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["sketch"] = Sketch(Sheet((SQUARE, CROSS, LINE, CROSS)))
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def sketch(app: AppTest) -> Sketch:
    found = app.session_state["sketch"]
    assert isinstance(found, Sketch)
    return found


def test_first_paint_loads_no_model_and_no_torch() -> None:
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(PAGE)!r}, default_timeout=60).run()
assert not app.exception, app.exception
assert app.session_state["sketch"].sheet.example
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("entry", CLASSIFIERS, ids=lambda entry: entry.name)
def test_every_learner_can_be_chosen(page: AppTest, entry: Entry) -> None:
    page.selectbox(key="learner").set_value(entry.name)
    run(page)
    assert not page.error


@pytest.mark.parametrize("steps", [0, 1, 32])
def test_every_number_of_steps(page: AppTest, steps: int) -> None:
    page.slider(key="steps").set_value(steps)
    page.toggle(key="compare").set_value(True)
    run(page)
    assert not page.error


def test_settings_change_no_drawing_and_no_pad(page: AppTest) -> None:
    before, keys = sketch(page).sheet, [sketch(page).key(place) for place in range(PADS)]
    page.slider(key="steps").set_value(9)
    page.toggle(key="seen").set_value(True)
    page.selectbox(key="learner").set_value("reptile")
    run(page)
    assert sketch(page).sheet is before
    assert [sketch(page).key(place) for place in range(PADS)] == keys


def test_erase_undo_redo_and_erase_all(page: AppTest) -> None:
    page.button(key="erase-2").click()
    run(page)
    assert sketch(page).sheet.empty == [1]
    page.button(key="undo").click()
    run(page)
    assert sketch(page).sheet.empty == []
    page.button(key="redo").click()
    run(page)
    page.button(key="erase-all").click()
    run(page)
    assert sketch(page).sheet.empty == [0, 1, 2, 3]


def test_a_dot_is_answered_like_any_drawing() -> None:
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["sketch"] = Sketch(Sheet((DOT, CROSS, LINE, DOT)))
    run(app)
    assert not app.error


def test_damaged_weights_are_said_and_the_other_learners_work(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def adapt(name: str, *task: object) -> object:
        if name == "reptile":
            raise LearnerError("weights/reptile.safetensors is damaged: restore it")
        return healthy(name, *task)  # type: ignore[arg-type]

    healthy = answers._together().adapt
    monkeypatch.setattr(answers._together(), "adapt", adapt)
    answers._answer.cache_clear()
    page.selectbox(key="learner").set_value("reptile")
    run(page)
    assert "weights/reptile.safetensors is damaged: restore it" in page.error[0].value
    page.selectbox(key="learner").set_value("maml")
    run(page)
    assert not page.error


def test_an_example_can_be_shown_and_undone(page: AppTest) -> None:
    before = sketch(page).sheet
    page.button(key="example-star-heart-arrow").click()
    run(page)
    assert sketch(page).sheet.labels == ("star", "heart", "arrow")
    page.button(key="undo").click()
    run(page)
    assert sketch(page).sheet is before


def test_without_a_gpu_no_device_is_offered(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "devices", lambda: ["cpu"])
    run(page)
    assert "device" not in [box.key for box in page.selectbox]


def test_too_much_ink_is_said_and_the_page_goes_on(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(key: str) -> None:
        raise DrawingError("strokes has more than 10000 points in all")

    before = sketch(page).sheet
    monkeypatch.setattr(canvas, "value", full)
    run(page)
    assert "Pad A is full: strokes has more than 10000 points in all" in page.warning[0].value
    assert sketch(page).sheet is before


def test_where_there_is_a_gpu_it_is_offered(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "devices", lambda: ["cpu", "cuda"])
    run(page)
    assert page.selectbox(key="device").options == ["cpu", "cuda"]
