"""Learning to act, without a browser: every control, the returns against the policies, and what a picture reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.learners import store
from demo.lessons.walks import POLICIES, Question, walks
from demo.training import apart
from demo.ui.settings import CLONING, NAVIGATE
from demo.ui.words import table
from tests.pages.opening import opened, plain, sound


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    return partial(opened, "navigate")


def curves(app: AppTest) -> dict[str, list[float]]:
    [chart] = app.get("plotly_chart")
    return {trace["name"]: trace["customdata"] for trace in json.loads(chart.proto.spec)["data"]}


def test_every_setting_is_on_the_page_and_in_the_address(open_page: Callable[..., AppTest]) -> None:
    app = open_page(nav_x="-0.2", nav_y="0.41", nav_beside="all", nav_seed="7", clone_steps="3", clone_seed="12")
    choices = ("nav_beside", "clone_steps")
    values = {key: app.slider(key=key).value for key in (*NAVIGATE, *CLONING) if key not in choices}
    starts = {key: CLONING[key].default for key in ("clone_x", "clone_y")}
    assert values == {"nav_x": -0.2, "nav_y": 0.41, "nav_seed": 7, "clone_seed": 12, **starts}
    assert [app.selectbox(key=key).value for key in choices] == ["all", 3]


def test_returns_are_those_of_the_policies(open_page: Callable[..., AppTest]) -> None:
    app = open_page(nav_x="-0.2", nav_y="0.41", nav_seed="7")
    expected = walks(Question(-0.2, 0.41, 7), {name: apart.load(name) for name in POLICIES})
    shown = curves(app)
    assert list(shown) == [table()[f"learner.{name}"]["en"] for name in POLICIES]
    for values, mine in zip(shown.values(), expected.values(), strict=True):
        assert values == pytest.approx(mine.means)
    moved = sound(app.slider(key="nav_x").set_value(0.5).run())
    assert curves(moved) != shown


def test_another_ready_made_walk_replaces_a_drawn_one(open_page: Callable[..., AppTest]) -> None:
    app = open_page({"imitate-line": [(0.0, 0.0), (0.4, 0.4)]})
    sound(app.button(key="imitate-another").click().run())
    assert "imitate-line" not in app.session_state
    assert app.slider(key="clone_seed").value == CLONING["clone_seed"].default + 1
    app.session_state["imitate-line"] = [(0.0, 0.0), (0.4, 0.4)]
    sound(app.slider(key="clone_seed").set_value(9).run())
    assert "imitate-line" not in app.session_state


def test_a_damaged_policy_is_named_and_the_others_walk(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load = store.load_weights
    monkeypatch.setattr(
        store,
        "load_weights",
        lambda name, first, folder=store.FOLDER: load(name, first, tmp_path if name == "nav-maml" else folder),
    )
    app = open_page()
    assert "MAML policy is not available" in plain(app.error[0].value)
    assert len(curves(app)) == 3


def test_the_page_speaks_chinese(open_page: Callable[..., AppTest]) -> None:
    app = open_page(lang="zh")
    assert app.title[0].value == table()["navigate.title"]["zh"]
    assert app.header[0].value == table()["navigate.imitate.title"]["zh"]
    assert table()["learner.nav-maml"]["zh"] in curves(app)
