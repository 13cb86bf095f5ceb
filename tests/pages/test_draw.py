"""The draw page without a browser: drawings are put into the session, widgets are used by their keys."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from demo.learners import CLASSIFIERS, Entry
from demo.learners.together import Together
from demo.learners.worker import LearnerError, Worker
from demo.limits import MAX_STROKES
from demo.tasks.drawing import Drawing
from demo.ui import answers
from demo.ui.sheet import QUERY, Sheet, place_of
from demo.ui.sketch import Sketch
from tests.pages.opening import opened, plain

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
    app.session_state["sketch"] = Sketch(Sheet.row(SQUARE, CROSS, LINE, CROSS))
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
assert "plotly.graph_objs._figure" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("entry", CLASSIFIERS, ids=lambda entry: entry.name)
def test_every_learner_can_be_chosen(page: AppTest, entry: Entry) -> None:
    page.selectbox(key="learner").set_value(entry.name)
    run(page)
    assert not page.error


def test_without_an_inner_loop_there_is_one_answer_and_steps_mean_nothing(page: AppTest) -> None:
    app = page
    app.selectbox(key="learner").set_value("prototypical")
    run(app)
    trace = app.session_state["desk"].says()["trace"]
    assert not trace["loop"]
    assert len(trace["queries"][0]["answer"]["probabilities"]) == 1
    assert app.slider(key="steps").disabled
    app.selectbox(key="twin").set_value("maml")
    run(app)
    trace = app.session_state["desk"].says()["trace"]
    assert trace["loop"], "the one beside it takes steps"
    assert len(trace["queries"][0]["twin"]["probabilities"]) == 6
    assert not app.slider(key="steps").disabled


@pytest.mark.parametrize("steps", [0, 1, 32])
def test_every_number_of_steps(page: AppTest, steps: int) -> None:
    page.slider(key="steps").set_value(steps)
    page.selectbox(key="twin").set_value("random")
    run(page)
    assert not page.error


def test_settings_change_no_drawing_and_no_pad(page: AppTest) -> None:
    before, keys = sketch(page).sheet, [sketch(page).key(place) for place in sketch(page).sheet.places]
    page.slider(key="steps").set_value(9)
    page.toggle(key="seen").set_value(True)
    page.selectbox(key="learner").set_value("reptile")
    run(page)
    assert sketch(page).sheet is before
    assert [sketch(page).key(place) for place in sketch(page).sheet.places] == keys


def test_erase_undo_redo_and_erase_all(page: AppTest) -> None:
    page.button(key=f"erase-{place_of(1)}").click()
    run(page)
    assert sketch(page).sheet.empty == [place_of(1)]
    page.button(key="undo").click()
    run(page)
    assert sketch(page).sheet.empty == []
    page.button(key="redo").click()
    run(page)
    page.button(key="erase-all").click()
    run(page)
    assert sketch(page).sheet.empty == [place_of(0), place_of(1), place_of(2), QUERY]


def test_a_dot_is_answered_like_any_drawing() -> None:
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["sketch"] = Sketch(Sheet.row(DOT, CROSS, LINE, DOT))
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
    assert "weights/reptile.safetensors is damaged: restore it" in plain(page.error[0].value)
    page.selectbox(key="learner").set_value("maml")
    run(page)
    assert not page.error


def test_a_gpu_that_has_gone_is_said_and_the_cpu_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen when the page is opened; the process that adapts is shown none, and meets what PyTorch says then."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setattr(answers, "devices", lambda: ["cpu", "cuda"])
    worker = Worker()
    together = Together(worker)
    monkeypatch.setattr(answers, "_together", lambda: together)
    answers._answer.cache_clear()
    drawn = {"sketch": Sketch(Sheet.row(DOT, CROSS, LINE, DOT))}
    for tongue, words in (("en", "The CPU has answered in its place"), ("zh", "已改由 CPU 作答")):
        app = opened("draw", drawn, lang=tongue, device="cuda")
        assert [words in warning.value for warning in app.warning] == [True]
        assert not app.error
        assert not opened("draw", drawn, lang=tongue, device="cpu").warning
    worker.close()


def test_an_example_can_be_shown_and_undone(page: AppTest) -> None:
    before = sketch(page).sheet
    page.button(key="example-star-heart-arrow").click()
    run(page)
    assert sketch(page).sheet.names == ("star", "heart", "arrow")
    page.button(key="undo").click()
    run(page)
    assert sketch(page).sheet is before


@pytest.mark.parametrize("ways, shots, queries", [(2, 1, 1), (4, 2, 2), (5, 5, 4)])
def test_every_shape_is_answered_as_far_as_it_is_drawn(page: AppTest, ways: int, shots: int, queries: int) -> None:
    for key, value in (("ways", ways), ("shots", shots), ("queries", queries)):
        page.button_group(key=key).set_value(value)
        run(page)
    assert sketch(page).sheet.shape == (ways, shots, queries)
    assert page.query_params.get("ways") == str(ways)
    found = page.session_state["desk"].says()["trace"]
    assert [one["answer"] is not None for one in found["queries"]] == [ways <= 3] + [False] * (queries - 1)
    for key, value in (("queries", 1), ("shots", 1), ("ways", 3)):
        page.button_group(key=key).set_value(value)
        run(page)
    assert not sketch(page).sheet.empty


def test_names_can_be_typed_and_stay_distinct(page: AppTest) -> None:
    page.text_input(key="name-0").set_value("square")
    run(page)
    page.text_input(key="name-1").set_value("square")
    run(page)
    assert sketch(page).sheet.names == ("square", "B", "C")
    assert page.toast
    assert page.text_input(key="name-1").value == ""


def test_in_chinese_the_page_speaks_chinese(page: AppTest) -> None:
    page.query_params["lang"] = "zh"
    run(page)
    assert page.title[0].value == "画三幅，认出第四幅"
    assert page.session_state["desk"].says()["trace"]["words"]["play"] == "▶ 重放"


def test_any_two_learners_stand_side_by_side(page: AppTest) -> None:
    page.selectbox(key="learner").set_value("reptile-batchnorm")
    page.selectbox(key="twin").set_value("reptile-batchnorm-transductive")
    run(page)
    query = page.session_state["desk"].says()["trace"]["queries"][0]
    assert query["answer"]["probabilities"] != query["twin"]["probabilities"]


def test_without_a_gpu_no_device_is_offered(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "devices", lambda: ["cpu"])
    run(page)
    assert "device" not in [box.key for box in page.selectbox]


def test_too_much_ink_is_said_and_the_page_goes_on(page: AppTest) -> None:
    sketch(page).extend(QUERY, LINE.strokes * (MAX_STROKES + 1))
    run(page)
    assert "10000 points at most. Undo or erase" in page.warning[0].value
    assert len(sketch(page).sheet.drawings[QUERY].strokes) == MAX_STROKES
    sketch(page).undo()
    sketch(page).extend(QUERY, LINE.strokes)
    assert not run(page).warning


def test_where_there_is_a_gpu_it_is_offered(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "devices", lambda: ["cpu", "cuda"])
    run(page)
    assert page.selectbox(key="device").options == ["cpu", "cuda"]
