"""How it moves, without a browser: every control, the address, and the curves against the rules themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.lessons import combinations, experiments, moves
from demo.lessons.moves import Loops
from demo.ui.controls import Choice, Slider, Toggle
from demo.ui.settings import COMBINATIONS, MOVES
from demo.ui.words import say, table
from tests.pages.opening import opened, sound

SETTINGS = MOVES | COMBINATIONS


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    return partial(opened, "moves")


def widget(app: AppTest, key: str) -> Any:
    kinds = {Slider: app.slider, Choice: app.selectbox, Toggle: app.toggle}
    return kinds[type(SETTINGS[key])](key=key)


def figures(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def curve(figure: dict[str, Any], name: str) -> list[float]:
    return next(list(trace["y"]) for trace in figure["data"] if trace["name"] == name)


def test_every_setting_is_on_the_page_with_its_default(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    for key, setting in SETTINGS.items():
        assert widget(app, key).value == setting.default
    assert len(figures(app)) == 5
    assert not app.error


@pytest.mark.parametrize("key", [key for key in SETTINGS if not isinstance(SETTINGS[key], Toggle)])
def test_every_control_can_be_moved_to_each_of_its_ends(open_page: Callable[..., AppTest], key: str) -> None:
    app, setting = open_page(), SETTINGS[key]
    ends = setting.options if isinstance(setting, Choice) else (setting.low, setting.high)  # type: ignore[attr-defined]
    for value in (ends[0], ends[-1]):
        sound(widget(app, key).set_value(value).run())
        assert widget(app, key).value == value


def test_the_address_sets_the_plane_and_the_curves_are_the_rules_own(open_page: Callable[..., AppTest]) -> None:
    app = open_page(
        moves_tasks="4", moves_steps="2", moves_rate="0.25", moves_meta="0.7", moves_seed="8", moves_x="1", moves_y="2"
    )
    tasks, loops, start = moves.plane(4, 8), Loops(0.25, 2, 0.7), np.array([1.0, 2.0])
    before, after = figures(app)[:2]
    for rule in moves.RULES:
        path = moves.play(rule, tasks, start, loops, 40)
        name = say(f"learner.{rule}")
        np.testing.assert_allclose(curve(before, name), [moves.loss_before(tasks, theta) for theta in path])
        np.testing.assert_allclose(curve(after, name), [moves.loss_after(tasks, theta, loops) for theta in path])
    assert "2 inner steps" in after["layout"]["title"]["text"]


def test_the_page_speaks_chinese(open_page: Callable[..., AppTest]) -> None:
    app = open_page(lang="zh")
    assert app.title[0].value == table()["moves.title"]["zh"]
    assert figures(app)[0]["layout"]["title"]["text"] == table()["moves.before"]["zh"]


def finished(*_: object) -> Any:
    """Instead of a process: one that has said all it has to say."""
    script = "\n".join(f"print('{json.dumps(row)}')" for row in rows())
    return subprocess.Popen([sys.executable, "-S", "-c", script], stdout=subprocess.PIPE)


def rows() -> list[dict[str, Any]]:
    names = list(combinations.combinations())
    first = {"done": 0.0, "meta_step": 0, "losses": dict.fromkeys(names, 4.0)}
    last: dict[str, Any] = {name: 0.5 + 0.1 * k for k, name in enumerate(names)} | {"last4": None, "sum4": 1e20}
    return [first, {"done": 1.0, "meta_step": 3000, "losses": last}]


def test_the_experiment_is_run_by_its_button_and_known_to_the_next_visitor(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments, "_started", finished)
    app = open_page()
    assert not any("data" in figure and figure["data"][0]["x"] for figure in figures(app)[2:])
    app.button[0].click().run()
    for _ in range(200):
        if app.caption[-1].value == say("experiment.complete"):
            break
        sound(app.run())
    last, mean, total = figures(app)[2:]
    assert curve(last, "g₂") == [4.0, 0.6]
    assert curve(mean, "½(g₁+g₂)") == [4.0, pytest.approx(0.8)]
    assert curve(total, "g₁") == curve(mean, "g₁")
    texts = [note["text"] for note in last["layout"]["annotations"] + total["layout"]["annotations"]]
    assert [text for text in texts if "diverged" in text] == ["<b>g₄</b> diverged", "<b>g₁+…+g₄</b> diverged"]
    other = open_page()
    assert figures(other)[2:] == figures(app)[2:]
    assert [button.disabled for button in other.button] == [True]
    sound(other.slider(key="mix_seed").set_value(3).run())
    assert [button.disabled for button in other.button] == [False]
    assert not figures(other)[2]["data"][0]["x"]
