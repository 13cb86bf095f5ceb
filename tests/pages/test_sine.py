"""The sine page without a browser: every control moved, odd addresses, missing weights, divergence."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.learners import REGRESSORS, store
from demo.ui.controls import Choice, Slider
from demo.ui.settings import SINE
from demo.ui.sine_view import Question, run
from demo.ui.sine_words import headline
from demo.ui.words import say
from tests.pages.opening import opened, plain, sound


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """Learners and runs are cached for the whole process, which here is that of all tests."""
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    return partial(opened, "sine")


def widget(app: AppTest, key: str) -> Any:
    return app.slider(key=key) if isinstance(SINE[key], Slider) else app.selectbox(key=key)


def title(name: str) -> str:
    return say(f"learner.{name}", "en")


def fit(app: AppTest) -> Any:
    """What the fit was given to draw."""
    [data] = [json.loads(e.proto.json) for e in app.get("bidi_component") if e.proto.component_name == "sketchbook_fit"]
    return data


def said(app: AppTest) -> str:
    """The headline."""
    return str(fit(app)["headline"])


def names(app: AppTest) -> set[str]:
    return {curve["name"] for curve in fit(app)["curves"]}


def errors(app: AppTest) -> Any:
    [chart] = app.get("plotly_chart")
    return json.loads(chart.proto.spec)


def pictures(app: AppTest) -> Any:
    return {key: fit(app)[key] for key in ("headline", "curves", "points")}, errors(app)


def expected(name: str = "sine-maml", step: int = 10, factor: float = 1.0, **question: Any) -> str:
    q = Question(**({"amplitude": 3.0, "phase": 1.0} | question))
    runs = {n: run(store.load(n), q, factor * store.load(n).rate) for n in (name, "sine-random")}
    return headline(runs[name], step, runs["sine-random"])


def test_every_setting_of_the_list_is_on_the_page_with_its_default(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    for key, setting in SINE.items():
        assert widget(app, key).value == setting.default
    assert len(app.slider) + len(app.selectbox) == len(SINE)
    assert said(app) == expected()
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("key", SINE)
def test_every_control_can_be_moved_to_each_of_its_ends(open_page: Callable[..., AppTest], key: str) -> None:
    app, setting = open_page(), SINE[key]
    ends = setting.options if isinstance(setting, Choice) else (setting.low, setting.high)  # type: ignore[attr-defined]
    for value in ends:
        sound(widget(app, key).set_value(value).run())
        assert widget(app, key).value == value
        assert "nan" not in said(app)
        assert errors(app)["data"]


@pytest.mark.parametrize(
    "key, value, change",
    [
        ("amplitude", 4.5, {"amplitude": 4.5}),
        ("phase", 5.0, {"phase": 5.0}),
        ("sine_learner", "sine-reptile", {"name": "sine-reptile"}),
        ("sine_steps", 25, {"step": 25}),
        ("rate_factor", 0.3, {"factor": 0.3}),
        ("points", 20, {"points": 20}),
        ("noise", 0.5, {"noise": 0.5}),
        ("seed", 42, {"seed": 42}),
    ],
)
def test_a_moved_control_changes_what_it_says_it_does(
    open_page: Callable[..., AppTest], key: str, value: Any, change: dict[str, Any]
) -> None:
    app = open_page()
    sound(widget(app, key).set_value(value).run())
    assert said(app) == expected(**change)


def test_the_address_sets_the_page_and_the_same_address_gives_the_same_picture(
    open_page: Callable[..., AppTest],
) -> None:
    query = {"amplitude": "2.5", "phase": "4", "points": "20", "noise": "0.4", "seed": "7", "sine_steps": "3"}
    app, again = open_page(**query), open_page(**query)
    assert said(app) == expected(step=3, amplitude=2.5, phase=4.0, points=20, noise=0.4, seed=7)
    assert pictures(app) == pictures(again)
    assert pictures(app) != pictures(open_page(**query | {"seed": "8"}))


@pytest.mark.parametrize(
    "key, value",
    [("amplitude", "99"), ("amplitude", "nan"), ("phase", "-1"), ("points", "7"), ("noise", "x"), ("sine_steps", "33"),
     ("rate_factor", "inf"), ("seed", "1000"), ("seed", "-3"), ("sine_learner", "nobody"), ("phase", "")],
)  # fmt: skip
def test_addresses_out_of_range_are_ignored(open_page: Callable[..., AppTest], key: str, value: str) -> None:
    app = open_page(**{key: value})
    assert widget(app, key).value == SINE[key].default
    assert said(app) == expected()


def weights_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the regressors' weights, which the page now reads."""
    for entry in REGRESSORS:
        for suffix in (".json", ".safetensors"):
            shutil.copy(store.FOLDER / f"{entry.name}{suffix}", tmp_path)
    real = store.load_initialisation
    monkeypatch.setattr(store, "load_initialisation", lambda name: real(name, folder=tmp_path))
    return tmp_path


def test_too_large_a_rate_is_shown_and_named(
    open_page: Callable[..., AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = weights_beside(tmp_path, monkeypatch)
    for entry in REGRESSORS:
        card = json.loads((folder / f"{entry.name}.json").read_text())
        card["inner"]["rate"] = 10.0
        (folder / f"{entry.name}.json").write_text(json.dumps(card))
    app = open_page(sine_steps="32")
    assert "**diverged** at step" in said(app)
    [note] = [w.value for w in app.warning]
    # What moves a context alone stays within what its tanh units can say.
    assert {e.name for e in REGRESSORS if title(e.name) in note} == {e.name for e in REGRESSORS} - {"sine-caml"}
    assert not re.search(r"NaN|Infinity", json.dumps(pictures(app)))
    sound(app.slider(key="sine_steps").set_value(0).run())
    assert not app.warning
    assert "after 0 steps" in said(app)


@pytest.mark.parametrize("damaged", ["sine-maml", "sine-random", "sine-reptile"])
def test_a_learner_that_does_not_load_is_named_and_the_others_work(
    open_page: Callable[..., AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    folder = weights_beside(tmp_path, monkeypatch)
    (folder / f"{damaged}.safetensors").write_bytes(b"not weights")
    app = open_page()
    [error] = [plain(e.value) for e in app.error]
    assert error.startswith(f"{title(damaged)} is not available")
    assert f"python -m demo train {damaged}" in error
    assert {t["name"] for t in errors(app)["data"]} == {title(e.name) for e in REGRESSORS if e.name != damaged}
    assert "true curve" in names(app)
    assert ("after 10 steps" in names(app)) == (damaged != "sine-maml")
    shutil.copy(store.FOLDER / f"{damaged}.safetensors", folder)
    assert not sound(app.run()).error


def test_the_page_shows_how_to_get_its_numbers(open_page: Callable[..., AppTest]) -> None:
    script, command = (code.value for code in open_page(seed="12").code)
    assert "seed=12" in script
    assert command == "python -m demo evaluate --learner sine-maml"


def test_the_page_speaks_chinese(open_page: Callable[..., AppTest]) -> None:
    app = open_page(lang="zh", rate_factor="5", sine_steps="32")
    assert app.title[0].value == say("sine.title", "zh")
    assert say("sine.curve.truth", "zh") in names(app)
    assert errors(app)["layout"]["yaxis"]["title"]["text"] == say("sine.errors.error", "zh")
    everything = [*(m.value for m in app.markdown), *(w.value for w in app.warning), said(app)]
    everything += [expander.label for expander in app.expander]
    assert app.warning
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in everything), everything


def test_the_explanation_has_the_update_rule(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    assert app.expander[0].label.startswith("One level deeper")
    rule, mean = (formula.value for formula in app.latex)
    assert r"\theta_{s+1} = \theta_s - \alpha" in rule
    assert r"\mathbb{E}" in mean
