"""The inside page without a browser: whose drawings it shows, settings, empty drawings, missing weights."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.learners import CLASSIFIERS, store
from demo.learners.gradient import GradientLearner
from demo.tasks.drawing import Drawing
from demo.tasks.taskfile import Query, Task
from demo.ui.settings import INSIDE
from demo.ui.sheet import Sheet
from demo.ui.sketch import Sketch
from tests.pages import opening
from tests.pages.opening import plain, sound

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "demo" / "pages" / "inside.py"

BLANK = Drawing(280, 280)
SHAPES = [
    Drawing.of(280, 280, [[[60, 60], [220, 60], [220, 220], [60, 220], [60, 60]]]),
    Drawing.of(280, 280, [[[40, 40], [240, 240]], [[240, 40], [40, 240]]]),
    Drawing.of(280, 280, [[[40, 140], [240, 140]]]),
    Drawing.of(280, 280, [[[140, 40], [140, 240]]]),
    Drawing.of(280, 280, [[[40, 240], [140, 40], [240, 240]]]),
]


@pytest.fixture
def fresh_caches() -> Iterator[None]:
    """Learners and runs are cached for the whole process, which here is that of all tests."""
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


def task(ways: int, shots: int, queries: int = 1) -> Task:
    rows = tuple((SHAPES[i],) * shots for i in range(ways))
    return Task(tuple("ABCDE"[:ways]), rows, tuple(Query(SHAPES[i]) for i in range(queries)))


def opened(shown: Task | None = None, **query: str) -> AppTest:
    return opening.opened("inside", {"sketch": Sketch(Sheet.of(shown))} if shown else None, **query)


def data(app: AppTest) -> dict[str, Any]:
    """What the component was given."""
    [component] = [e for e in app.get("bidi_component") if e.proto.component_name == "sketchbook_inside"]
    content: dict[str, Any] = json.loads(component.proto.json)
    return content


def test_without_a_sketch_it_is_the_opening_example() -> None:
    app = opened()
    shown = data(app)
    assert shown["labels"] == ["house", "tree", "fish"]
    assert len(shown["losses"]) == INSIDE["inside_steps"].default + 1
    assert int(np.argmax(shown["probabilities"][-1][0])) == 2
    assert "These drawings are an example." in [m.value for m in app.markdown]


@pytest.mark.parametrize("ways, shots, queries", [(2, 1, 1), (3, 2, 2), (5, 5, 4)])
def test_drawings_of_the_session_of_any_number(ways: int, shots: int, queries: int) -> None:
    app = opened(task(ways, shots, queries))
    shown = data(app)
    assert np.shape(shown["probabilities"]) == (11, queries, ways)
    assert len(shown["drawings"]) == ways * shots + queries
    assert np.shape(shown["places"]) == (11, ways * shots + queries, 2)
    assert [int(np.argmax(row)) for row in shown["probabilities"][-1]] == list(range(queries))
    assert "These are the drawings of your Draw page." in [m.value for m in app.markdown]


@pytest.mark.parametrize("entry", [e for e in CLASSIFIERS if e.inner], ids=lambda entry: entry.name)
def test_every_learner_shows_its_own_run(entry: Any) -> None:
    shown = data(opened(inside_learner=entry.name))
    assert any(layer["moved"][-1] > 0 for layer in shown["layers"])  # of context adaptation, only the head's
    assert shown["maps"]["channels"] == store.load(entry.name).theta["conv1"].shape[1]


@pytest.mark.parametrize("steps", [INSIDE["inside_steps"].low, INSIDE["inside_steps"].high])  # type: ignore[attr-defined]
def test_any_number_of_steps(steps: int) -> None:
    shown = data(opened(inside_steps=str(steps)))
    assert len(shown["losses"]) == len(shown["probabilities"]) == len(shown["places"]) == steps + 1
    assert (shown["maps"]["gain"] > 0) == (steps > 1)  # the first step moves the head alone


def test_the_address_chooses_and_odd_ones_are_ignored() -> None:
    app = opened(inside_learner="random", inside_steps="3")
    assert app.selectbox(key="inside_learner").value == "random"
    assert len(data(app)["losses"]) == 4
    app = opened(inside_learner="nobody", inside_steps="99")
    assert app.selectbox(key="inside_learner").value == "maml"
    assert len(data(app)["losses"]) == 11


def test_empty_drawings_get_a_hint_and_no_error() -> None:
    app = opened(Task(("A", "B"), ((SHAPES[0],), (BLANK,)), (Query(BLANK),)))
    [hint] = app.info
    assert "draw something for B, ?" in hint.value
    assert not app.get("bidi_component")
    assert app.get("page_link")


def test_a_class_with_one_of_its_drawings_empty_is_shown() -> None:
    shown = data(opened(Task(("A", "B"), ((SHAPES[0], BLANK), (SHAPES[1], SHAPES[1])), (Query(SHAPES[0]),))))
    assert [d["name"] for d in shown["drawings"]] == ["A", "B", "B2", "?"]


@pytest.mark.usefixtures("fresh_caches")
def test_missing_weights_are_said_and_the_others_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> GradientLearner:
        if name == "reptile":
            raise store.WeightsError("weights/reptile.safetensors is damaged: restore it")
        return healthy(name)

    healthy = store.load_initialisation
    monkeypatch.setattr(store, "load_initialisation", load)
    app = opened(inside_learner="reptile")
    assert "Reptile is not available: weights/reptile.safetensors is damaged" in plain(app.error[0].value)
    sound(app.selectbox(key="inside_learner").set_value("fomaml").run())
    assert not app.error


def test_the_script_prints_what_the_page_shows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = opened(inside_learner="fomaml", inside_steps="2")
    monkeypatch.chdir(ROOT)
    exec(app.code[0].value, {})
    numbers = [float(number) for number in re.findall(r"\d\.\d+", capsys.readouterr().out.split("]")[0])]
    assert numbers == pytest.approx(data(app)["losses"], abs=1e-5)


def test_in_chinese() -> None:
    app = opened(lang="zh")
    assert app.title[0].value == "适应的内部"
    assert data(app)["words"]["play"] == "播放"
    assert data(app)["labels"] == ["房子", "树", "鱼"]
