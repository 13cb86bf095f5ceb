"""The learnt optimiser's page without a browser: its figures are the lesson's, and it says who was measured to win."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.learners.store import WeightsError, read_card
from demo.lessons.optimising import FILES, NAMES, everybody, fit_sine, quadratics
from demo.training import apart
from demo.ui.settings import OPTIMISE
from demo.ui.words import say, table
from tests.pages.opening import opened, plain, sound


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    for cache in (st.cache_resource, st.cache_data):
        cache.clear()
    yield
    for cache in (st.cache_resource, st.cache_data):
        cache.clear()


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    return partial(opened, "optimise")


def figures(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def curve(figure: dict[str, Any], name: str) -> list[float]:
    return next(trace["y"] for trace in figure["data"] if trace.get("name") == say(f"optimise.{name}"))


def lesson(problems: str) -> dict[str, Any]:
    name = FILES[problems]
    return everybody(apart.load(name), read_card(name))


def test_settings_stand_on_the_page_and_in_the_address(open_page: Callable[..., AppTest]) -> None:
    app = open_page(optimise_seed="5", optimise_step="40", optimise_amplitude="2.5")
    values = {key: app.slider(key=key).value for key in OPTIMISE}
    assert values == {key: setting.default for key, setting in OPTIMISE.items()} | {
        "optimise_seed": 5,
        "optimise_step": 40,
        "optimise_amplitude": 2.5,
    }
    assert len(figures(app)) == 4
    assert not app.error


def test_quadratics_are_those_of_the_seed(open_page: Callable[..., AppTest]) -> None:
    mean, one = figures(open_page(optimise_seed="5"))[:2]
    found = quadratics(lesson("quadratic"), 5)
    for name in NAMES:
        assert curve(mean, name) == pytest.approx(found[name].mean(axis=1).tolist(), rel=1e-4)
        assert curve(one, name) == pytest.approx(found[name][:, 0].tolist(), rel=1e-4)


def test_the_curves_are_those_at_the_step(open_page: Callable[..., AppTest]) -> None:
    app = open_page(optimise_amplitude="2", optimise_phase="0.5", optimise_step="30")
    found = fit_sine(lesson("sine"), 2.0, 0.5, 0)
    bent, errors = figures(app)[2:]
    for name in NAMES:
        assert curve(bent, name) == pytest.approx(found[name].curves[30].tolist(), rel=1e-3, abs=1e-3)
        assert curve(errors, name) == pytest.approx(found[name].errors.tolist(), rel=1e-3)
    assert errors["layout"]["shapes"][0]["x0"] == 30
    sound(app.slider(key="optimise_step").set_value(0).run())
    starts = [curve(figures(app)[2], name) for name in NAMES]
    assert starts[0] == starts[1] == starts[2], "all from the same start"


@pytest.mark.parametrize("problems", FILES)
def test_it_says_who_is_lowest_as_the_card_has_it(open_page: Callable[..., AppTest], problems: str) -> None:
    card = read_card(FILES[problems])["evaluation"]
    verdicts = [part.value for part in open_page().markdown if "**Measured**" in part.value]
    said = verdicts[list(FILES).index(problems)]
    end = min(NAMES, key=lambda name: float(card[name]["final"]))
    whole = min(NAMES, key=lambda name: float(card[name]["whole"]))
    assert f"**{say(f'optimise.{end}')}** is lowest at the end" in said
    assert f"**{say(f'optimise.{whole}')}** over all steps" in said
    (low, half), (next_low, next_half) = sorted((card[name]["final"], card[name]["ci95"]) for name in NAMES)[:2]
    assert (say("optimise.close") in said) == (next_low - low < half + next_half)
    for name in NAMES:
        figures = card[name]
        [row] = [line for line in said.splitlines() if line.startswith(f"| {say(f'optimise.{name}')} |")]
        cells = [cell.strip() for cell in row.strip("|").split("|")[1:]]
        assert cells[0] == f"{figures['final']:.3g} ± {figures['ci95']:.2g}"
        assert cells[1:4] == [f"{figures['median']:.2g}", f"{figures['whole']:.3g}", f"{figures['first']:.0%}"]
        assert cells[4] == (f"{figures['rate']:.2g}" if name != "learnt" else "–")


def test_weights_that_do_not_load_are_named_and_the_rest_is_there(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = apart.load

    def refuse(name: str) -> Any:
        if name == FILES["quadratic"]:
            raise WeightsError(f"weights/{name}.safetensors is damaged")
        return real(name)

    monkeypatch.setattr(apart, "load", refuse)
    app = open_page()
    assert "l2l-quadratic.safetensors is damaged" in plain(app.error[0].value)
    assert len(figures(app)) == 2


def test_the_page_speaks_chinese(open_page: Callable[..., AppTest]) -> None:
    app = open_page(lang="zh")
    assert app.title[0].value == table()["optimise.title"]["zh"]
    assert [head.value for head in app.header] == [table()[f"optimise.{name}.title"]["zh"] for name in FILES]
