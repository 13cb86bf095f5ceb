"""A falling loss proves nothing, without a browser: its button, its numbers, and what it says when it breaks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.lessons import experiments, luck
from demo.ui.settings import LUCK
from demo.ui.words import say, table
from tests.pages.opening import opened, sound


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    return partial(opened, "luck")


def child(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Every experiment is this instead."""
    monkeypatch.setattr(
        experiments,
        "_started",
        lambda *_: subprocess.Popen([sys.executable, "-S", "-c", script], stdout=subprocess.PIPE),
    )


def until(app: AppTest, ready: Callable[[], bool]) -> None:
    for _ in range(200):
        if ready():
            return
        sound(app.run())
    raise AssertionError("never")


def test_every_setting_is_on_the_page_and_nothing_runs_by_itself(open_page: Callable[..., AppTest]) -> None:
    app = open_page(luck_steps="500", luck_seed="12")
    values = {key: app.slider(key=key).value for key in LUCK}
    assert values == {"luck_steps": 500, "luck_inner": 1, "luck_seed": 12}
    assert len(app.get("plotly_chart")) == 6
    assert {metric.value for metric in app.metric} == {say("luck.verdict.empty")}
    assert app.button[0].label == say("experiment.run")


def test_its_numbers_are_those_of_the_run(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luck, "LOOKS", 2)
    rows = list(luck.run(luck.Settings(meta_steps=4, seed=1)))
    child(monkeypatch, "\n".join(f"print('''{json.dumps(row)}''')" for row in rows))
    app = open_page(luck_seed="1")
    app.button[0].click().run()
    until(app, lambda: any(caption.value == say("experiment.complete") for caption in app.caption))
    last = {row["world"]: row for row in rows}
    shown = [metric.value for metric in app.metric]
    for place, world in enumerate(luck.WORLDS):
        row = last[world]
        expected = [f"{row['support']:.3f}", f"{row['query']:.3f}", f"{row['accuracy']:.1%}"]
        assert shown[3 * place : 3 * place + 3] == expected
    coin_loss, coin_accuracy, coin_loop = (json.loads(chart.proto.spec) for chart in app.get("plotly_chart")[:3])
    assert coin_loss["layout"]["shapes"][0]["y0"] == pytest.approx(luck.LN2)
    assert coin_accuracy["layout"]["shapes"][0]["y0"] == 0.5
    band = coin_loss["data"][0]["y"], coin_loss["data"][1]["y"]
    coins = [row for row in rows if row["world"] == "coin"]
    assert band[0] == pytest.approx([row["query"] - row["query_ci"] for row in coins])
    assert band[1] == pytest.approx([row["query"] + row["query_ci"] for row in coins])
    assert coin_loop["data"][1]["y"] == pytest.approx(last["coin"]["loop"]["query"])


def test_it_can_be_stopped_and_begun_again(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    child(
        monkeypatch, 'import time\nwhile True: print(\'{"done": 0.25, "world": "none"}\', flush=True); time.sleep(0.05)'
    )
    app = open_page()
    app.button[0].click().run()
    assert app.button[0].label == say("experiment.stop")
    app.button[0].click().run()
    assert app.caption[0].value.startswith("Stopped at")
    assert app.button[0].label == say("experiment.run")
    assert not app.button[0].disabled


def test_other_settings_leave_the_run(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, "import time; time.sleep(60)")
    app = open_page()
    app.button[0].click().run()
    held = app.session_state["luck-held"]
    assert not held.ended
    sound(app.slider(key="luck_seed").set_value(5).run())
    assert held.ended
    assert app.button[0].label == say("experiment.run")


def test_a_run_that_breaks_is_named(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, "raise SystemExit(7)")
    app = open_page()
    app.button[0].click().run()
    until(app, lambda: bool(app.error))
    assert "code 7" in app.error[0].value
    assert app.button[0].label == say("experiment.run")


def test_the_page_speaks_chinese(open_page: Callable[..., AppTest]) -> None:
    app = open_page(lang="zh")
    assert app.title[0].value == table()["luck.title"]["zh"]
    assert [head.value for head in app.subheader] == [table()[f"luck.world.{world}"]["zh"] for world in luck.WORLDS]


def test_who_comes_too_many_is_told_and_may_press_again(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    child(monkeypatch, "print('{\"done\": 1.0}')")
    monkeypatch.setattr(experiments, "EXPERIMENTS_WAITING", -1)  # a house that is full
    app = open_page(luck_seed="2")
    sound(app.button[0].click().run())
    assert [warning.value for warning in app.warning] == [say("experiment.crowded")]
    assert app.button[0].label == say("experiment.run")
    monkeypatch.undo()
    monkeypatch.setattr(experiments, "_started", lambda *_: subprocess.Popen(["true"], stdout=subprocess.PIPE))
    sound(app.button[0].click().run())
    assert not app.warning
