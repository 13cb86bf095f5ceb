"""The copying page without a browser: its controls, its verdict, its heads, and weights that do not load."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.learners.store import WeightsError, read_card
from demo.lessons.copying import BITS, copied, random_bits
from demo.training import apart
from demo.ui.settings import COPY
from demo.ui.words import say, table
from tests.pages.opening import opened, plain, sound


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    return partial(opened, "copy")


def heads(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def verdict(app: AppTest) -> str:
    return next(part.value for part in app.markdown if "bits are wrong" in part.value)


def test_settings_stand_on_the_page_and_in_the_address(open_page: Callable[..., AppTest]) -> None:
    app = open_page(copy_length="5", copy_seed="7")
    assert {key: app.slider(key=key).value for key in COPY} == {"copy_length": 5, "copy_seed": 7}
    assert len(heads(app)) == 2
    assert verdict(app).startswith(f"**0 of {5 * BITS} bits are wrong.**")


def test_longer_than_in_training_is_said_with_what_was_measured(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    assert "longer than any" not in verdict(app)
    sound(app.slider(key="copy_length").set_value(16).run())
    assert "longer than any in its training (8 at most)" in verdict(app)
    for length in (8, 16):
        share = read_card("ntm-copy")["evaluation"][f"length_{length}"]["bits_wrong"]
        assert f"{share:.2%}" in verdict(app)


def test_bits_that_were_turned_are_copied_until_others_are_asked_for(open_page: Callable[..., AppTest]) -> None:
    mine = tuple((1,) * BITS for _ in range(16))
    app = opened("copy", {"copy-from": 0, "copy-sequence": mine})
    expected = copied(apart.load("ntm-copy"), mine[:8])
    assert verdict(app).startswith(f"**{int(expected.wrong.sum())} of 64")
    sound(app.button(key="copy-random").click().run())
    seed: Any = app.slider(key="copy_seed").value
    assert seed != 0
    assert app.session_state["copy-sequence"] == random_bits(seed)


def test_the_heat_maps_are_the_heads(open_page: Callable[..., AppTest]) -> None:
    copy = copied(apart.load("ntm-copy"), random_bits(0)[:8])
    maps = [np.array(trace["z"]) for figure in heads(open_page()) for trace in figure["data"]]
    np.testing.assert_allclose(maps[0].T, copy.write, atol=1e-3)
    np.testing.assert_allclose(maps[1].T, copy.read, atol=1e-3)


def test_weights_that_do_not_load_are_named(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise WeightsError(f"weights/{name}.safetensors is damaged")

    monkeypatch.setattr(apart, "load", refuse)
    app = open_page()
    assert "ntm-copy.safetensors is damaged" in plain(app.error[0].value)
    assert app.expander[0].label == say("copy.deeper.title")


def test_the_page_speaks_chinese(open_page: Callable[..., AppTest]) -> None:
    assert open_page(lang="zh").title[0].value == table()["copy.title"]["zh"]
