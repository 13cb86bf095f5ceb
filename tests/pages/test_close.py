"""Up close, without a browser: every view opens on the drawings; what is missing or damaged is said."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
import streamlit as st

from demo.learners import ENTRIES, store
from demo.tasks.drawing import Drawing
from demo.ui import close, examples, words
from demo.ui.sheet import QUERY, place_of
from demo.ui.sketch import Sketch
from demo.ui.words import say
from tests.pages.opening import opened, plain, sound


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.mark.parametrize("name, view", close.VIEWS.items())
def test_every_view_has_its_module_and_its_words(name: str, view: str) -> None:
    assert name in ENTRIES
    assert callable(import_module(f"demo.ui.close.{view}").show)
    assert {f"close-{view}.lead", f"close-{view}.deeper"} <= set(words.table())


@pytest.mark.parametrize("name", close.VIEWS)
def test_every_view_opens(name: str) -> None:
    app = opened("close", close_learner=name)
    assert app.selectbox(key="close_learner").value == name
    assert not app.error
    assert say(f"close-{close.VIEWS[name]}.lead", "en") in [each.value for each in app.markdown]
    assert ENTRIES[name].paper in [each.value for each in app.caption]


@pytest.mark.parametrize("name", close.VIEWS)
def test_every_view_takes_two_classes_of_two_drawings_and_two_queries(name: str) -> None:
    sheet = examples.sheets()[examples.OPENING].with_shape(2, 2, 2)
    for place in (place_of(0, 1), place_of(1, 1), QUERY + 1):
        sheet = sheet.with_drawing(place, sheet.drawings[place_of(0, 0)])
    app = opened("close", {"sketch": Sketch(sheet)}, close_learner=name)
    assert not app.error
    assert not app.info


def test_missing_drawings_are_said() -> None:
    sheet = examples.sheets()[examples.OPENING]
    blank = Drawing.of(280, 280, [])
    app = opened("close", {"sketch": Sketch(sheet.with_drawing(place_of(1, 0), blank).with_drawing(QUERY, blank))})
    [hint] = app.info
    assert "B" in hint.value
    assert "?" in hint.value
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("name", close.VIEWS)
def test_damaged_weights_are_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise store.WeightsError(f"weights/{name}.safetensors is damaged")

    monkeypatch.setattr(store, "load", broken)
    app = opened("close", close_learner=name)
    [error] = app.error
    assert f"{name}.safetensors is damaged" in plain(error.value)
    assert say(f"learner.{name}", "en") in error.value


def test_an_address_that_names_nobody_shows_the_first() -> None:
    app = opened("close", close_learner="nobody")
    assert app.selectbox(key="close_learner").value == "prototypical"


def test_choosing_another_learner_keeps_the_drawings() -> None:
    app = opened("close")
    for name in close.VIEWS:
        sound(app.selectbox(key="close_learner").set_value(name).run())
        assert app.selectbox(key="close_learner").value == name
