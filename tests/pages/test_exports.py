"""Every figure of a page can be exported, and its files hold what the page was given to draw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.learners import CLASSIFIERS
from demo.ui import export, standings
from demo.ui.close import VIEWS
from demo.ui.settings import ANSWERING
from demo.ui.words import speaking
from tests.abuse.quoting import live_in, sketch
from tests.pages.opening import opened


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


class Offered(dict[str, tuple[Any, Any]]):
    """What a page offers, by its name."""

    def figures(self, key: str) -> list[go.Figure]:
        made = self._made(self[key][0])
        return [made] if isinstance(made, go.Figure) else list(made)

    def table(self, key: str) -> export.Table:
        table: export.Table = self._made(self[key][1])
        return table

    @property
    def live(self) -> list[str]:
        """What would do something there, of names that would like to."""
        return [part for key in self for figure in self.figures(key) for part in live_in(figure)]

    @staticmethod
    def _made(what: Any) -> Any:
        """As it is made when somebody asks for it: after the page's run."""
        with speaking("en"):
            return what() if callable(what) else what


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Offered:
    found = Offered()

    def keep(key: str, figures: Any, table: Any, selector: str) -> None:
        assert selector.startswith(".st-key-")
        found[key] = figures, table

    monkeypatch.setattr(export, "show_export", keep)  # pages are read anew at each run; what they import is not
    for module in (standings, *(import_module(f"demo.ui.close.{view}") for view in VIEWS.values())):
        if hasattr(module, "show_export"):
            monkeypatch.setattr(module, "show_export", keep)
    return found


def curves(app: AppTest) -> list[list[float]]:
    return [trace["y"] for chart in app.get("plotly_chart") for trace in json.loads(chart.proto.spec)["data"]]


def test_what_is_drawn_is_asked_for_when_it_is_wanted(offered: Offered) -> None:
    app = opened("draw", twin="random", steps="3")
    answer = app.session_state["desk"].says()["trace"]["queries"][0]
    table = offered.table("probabilities")
    assert len(offered.figures("probabilities")) == 2
    assert table["Inner step"] == [0, 1, 2, 3]
    assert list(table.values())[3] == [row[2] for row in answer["answer"]["probabilities"]]
    assert list(table.values())[-1] == answer["twin"]["losses"]


def test_draw_without_an_inner_loop_has_bars_and_no_curves(offered: Offered) -> None:
    app = opened("draw", {"sketch": sketch()}, learner="prototypical")
    answer = app.session_state["desk"].says()["trace"]["queries"][0]["answer"]
    [figure] = offered.figures("probabilities")
    assert figure.data[0].type == "bar"
    assert list(figure.data[0].y) == answer["probabilities"][0]
    assert offered.table("probabilities")["Inner step"] == [0]
    assert offered.live == []


def test_draw_with_a_pad_that_is_empty(offered: Offered) -> None:
    app = opened("draw")
    app.button(key="erase-all").click().run()
    assert not app.exception
    assert offered.table("probabilities") == {"Inner step": []}


def test_inside(offered: Offered) -> None:
    opened("inside", {"sketch": sketch()})
    assert set(offered) == {"inside"}
    assert offered.figures("inside")
    assert offered.live == []


def test_moves(offered: Offered) -> None:
    app = opened("moves")
    assert set(offered) == {"moves-plane", "moves-losses"}, "nothing has been run"
    table = list(offered.table("moves-losses").values())
    for curve in curves(app)[:8]:
        assert any(np.allclose(list(column), curve) for column in table)


def test_watch_before_the_first_look(offered: Offered) -> None:
    opened("watch")
    assert set(offered) <= {"watch"}


def test_luck_offers_nothing_before_it_is_run(offered: Offered) -> None:
    opened("luck")
    assert offered == {}


def test_copy(offered: Offered) -> None:
    app = opened("copy")
    assert set(offered) == {"copy"}
    assert len(offered.figures("copy")) == len(app.get("plotly_chart")) == 2
    heads = [np.array(figure.data[0].z, float).T.ravel() for figure in offered.figures("copy")]
    columns = [list(column) for column in offered.table("copy").values()]
    for head in heads:
        assert any(len(column) == len(head) and np.allclose(column, head, atol=1e-3) for column in columns)


def test_optimise(offered: Offered) -> None:
    app = opened("optimise")
    assert set(offered) == {"optimise-quadratic", "optimise-sine"}
    columns = [list(column) for key in offered for column in offered.table(key).values()]
    drawn = [trace for chart in app.get("plotly_chart") for trace in json.loads(chart.proto.spec)["data"]]
    named = [trace["y"] for trace in drawn if trace.get("name")]
    assert len(named) == 3 + 3 + 4 + 3
    for curve in named:
        assert any(len(column) == len(curve) and np.allclose(column, curve, rtol=1e-4, atol=1e-6) for column in columns)


def test_navigate(offered: Offered) -> None:
    app = opened("navigate")
    assert set(offered) == {"navigate-walks", "navigate-returns", "navigate-imitation"}
    returns = list(offered.table("navigate-returns").values())[1:]
    assert [[-value for value in column] for column in returns] == curves(app)
    assert len(offered.figures("navigate-walks")) == 8
    assert len(offered.figures("navigate-imitation")) == 3
    assert len(list(next(iter(offered.table("navigate-walks").values())))) == 2 * 4 * 20 * 101
    assert len(offered.table("navigate-imitation")) == 8


def test_compare(offered: Offered) -> None:
    app = opened("compare", {"sketch": sketch()})
    assert app.session_state["compare-round"].wait(120)
    app.run()
    assert set(offered) == {"compare", "standings"}
    [answers, rates] = ([list(column) for column in offered.table(key).values()] for key in ("compare", "standings"))
    assert len(answers[0]) == len(ANSWERING)
    assert [round(sum(row), 2) for row in zip(*answers[2:5], strict=True)] == [1.0] * len(ANSWERING)
    assert len(rates[0]) == len(CLASSIFIERS)
    assert {len(column) for column in rates} == {len(CLASSIFIERS)}
    assert offered.live == []


@pytest.mark.parametrize("name", VIEWS)
def test_close(offered: Offered, name: str) -> None:
    opened("close", {"sketch": sketch()}, close_learner=name)
    assert offered, "every view's figure can be taken away"
    assert offered.live == []
    for key in offered:
        assert offered.table(key)
