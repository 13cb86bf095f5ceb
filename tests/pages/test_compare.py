"""The compare page without a browser: everybody answers, sorted and filtered; what is missing or damaged is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.learners import CLASSIFIERS
from demo.learners.crowd import Crowd, Round
from demo.lessons.opinions import ORDERS, Agreement, Opinion, opinion
from demo.tasks.drawing import Drawing
from demo.training import shelf
from demo.training.standings import standing
from demo.ui import compare, compare_charts, examples
from demo.ui.settings import ANSWERING, COMPARE
from demo.ui.sheet import QUERY, Sheet, place_of
from demo.ui.sketch import Sketch
from demo.ui.words import say, table
from tests.pages.opening import opened, sound


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    """One for all of these tests: starting its processes takes seconds."""
    one = Crowd()
    yield one
    one.close()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, crowd: Crowd) -> Iterator[list[dict[str, Any]]]:
    """What the component was given, run after run."""
    found: list[dict[str, Any]] = []
    st.cache_data.clear()
    monkeypatch.setattr(compare, "crowd", lambda: crowd)
    monkeypatch.setattr(compare, "show_compare", found.append)
    yield found
    st.cache_data.clear()


@pytest.fixture
def open_page(shown: list[dict[str, Any]]) -> Callable[..., AppTest]:
    def open_with(*state: dict[str, object], **query: str) -> AppTest:
        return settled(partial(opened, "compare")(*state, **query))

    return open_with


def settled(app: AppTest) -> AppTest:
    """Once everybody has answered."""
    task: Round = app.session_state["compare-round"]
    assert task.wait(120)
    return sound(app.run())


def names(data: dict[str, Any]) -> list[str]:
    return [row["name"] for row in data["rows"]]


def test_everybody_answers(open_page: Callable[..., AppTest], shown: list[dict[str, Any]]) -> None:
    app = open_page()
    data = shown[-1]
    assert set(names(data)) == set(ANSWERING)
    assert data["pending"] == 0
    assert data["letters"] == ["A", "B", "C"]
    for row in data["rows"]:
        assert sum(row["probabilities"]) == pytest.approx(1, abs=1e-3)
        assert row["best"] == int(np.argmax(row["probabilities"]))
        assert row["cells"][0].endswith("%")
        assert row["cells"][1].endswith("ms")
        assert row["cells"][3] == ("yes" if row["name"].endswith("-transductive") else "no")
    assert sum(data["votes"]) == len(ANSWERING)
    assert not app.error
    assert {slider.key for slider in app.slider} == {"compare_steps"}
    assert len(data["pictures"]) == 4


def test_steps_are_those_of_the_setting_where_there_is_an_inner_loop(
    open_page: Callable[..., AppTest], shown: list[dict[str, Any]]
) -> None:
    open_page(compare_steps="2")
    taken = {row["name"]: row["cells"][2] for row in shown[-1]["rows"]}
    assert taken["maml"] == "2"
    assert taken["prototypical"] == say("compare.once", "en")


@pytest.mark.parametrize("order", ORDERS)
def test_orders(open_page: Callable[..., AppTest], shown: list[dict[str, Any]], order: str) -> None:
    app = open_page(compare_order=order, compare_steps="1")
    assert set(names(shown[-1])) == set(ANSWERING)
    assert app.selectbox(key="compare_order").value == order
    if order == "confidence":
        sure = [max(row["probabilities"]) for row in shown[-1]["rows"]]
        assert sure == sorted(sure, reverse=True)


def test_filters(open_page: Callable[..., AppTest], shown: list[dict[str, Any]]) -> None:
    open_page(compare_family="metric")
    metric = {entry.name for entry in CLASSIFIERS if entry.family == "metric"}
    assert set(names(shown[-1])) == metric
    votes = shown[-1]["votes"]
    assert sum(votes) == len(ANSWERING), "who is not listed has a vote all the same"
    open_page(compare_dissent="true")
    assert all(row["dissent"] for row in shown[-1]["rows"])
    assert len(shown[-1]["rows"]) == len(ANSWERING) - max(votes)


def test_nonsense_in_the_address_is_ignored(open_page: Callable[..., AppTest], shown: list[dict[str, Any]]) -> None:
    open_page(compare_order="size", compare_family="cats", compare_steps="x", compare_query="9")
    assert set(names(shown[-1])) == set(ANSWERING)


def test_five_classes_and_several_queries(open_page: Callable[..., AppTest], shown: list[dict[str, Any]]) -> None:
    example = examples.sheets()[examples.OPENING].with_shape(5, 1, 2)
    ink = examples.sheets()[examples.OPENING].drawings
    sheet: Sheet = example
    for place in (place_of(3, 0), place_of(4, 0), QUERY + 1):
        sheet = sheet.with_drawing(place, ink[0])
    app = open_page({"sketch": Sketch(sheet)}, compare_query="2")
    assert shown[-1]["letters"] == list("ABCDE")
    assert all(len(row["probabilities"]) == 5 for row in shown[-1]["rows"])
    assert shown[-1]["pictures"][-1]["name"] == "?2"
    second = {row["name"]: row["probabilities"] for row in shown[-1]["rows"]}
    sound(app.segmented_control(key="compare_query").set_value(1).run())
    assert {row["name"]: row["probabilities"] for row in shown[-1]["rows"]} != second


def test_what_is_missing_is_said(shown: list[dict[str, Any]]) -> None:
    sheet = examples.sheets()[examples.OPENING]
    app = opened("compare", {"sketch": Sketch(sheet.with_drawing(QUERY, Drawing.of(280, 280, [])))})
    assert "?" in app.info[0].value
    assert shown == []


def test_who_has_not_answered_has_a_row_all_the_same(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]]
) -> None:
    class Slow:
        def ask(self, names: list[str], *task: Any) -> Round:
            return Round(names, *task)  # nobody ever answers

    monkeypatch.setattr(compare, "crowd", Slow)
    opened("compare")
    data = shown[-1]
    assert names(data)[:2] == ["maml", "fomaml"]
    assert {row["probabilities"] for row in data["rows"]} == {None}
    assert data["pending"] == len(ANSWERING)
    assert data["sentence"].startswith(say("compare.nobody", "en"))


def test_damaged_weights_are_said_and_stop_nobody(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]], crowd: Crowd
) -> None:
    class Damaged:
        def ask(self, asked: list[str], *task: Any) -> Round:
            return crowd.ask(["nobody" if name == "maml" else name for name in asked], *task)

    real = opinion

    def renamed(name: str, *reply: Any) -> Opinion:
        return real("maml" if name == "nobody" else name, *reply)

    monkeypatch.setattr(compare, "crowd", Damaged)
    monkeypatch.setattr(compare, "opinion", renamed)
    monkeypatch.setattr(compare, "accuracy", lambda _: None)
    app = settled(opened("compare"))
    assert len(app.error) == 1
    assert "MAML" in app.error[0].value
    row = next(row for row in shown[-1]["rows"] if row["name"] == "maml")
    assert "nobody" in row["error"]
    assert sum(shown[-1]["votes"]) == len(ANSWERING) - 1


def test_a_row_that_is_chosen_leads_on(monkeypatch: pytest.MonkeyPatch, open_page: Callable[..., AppTest]) -> None:
    gone: list[str] = []
    from demo.ui import frame

    monkeypatch.setattr(frame, "go", gone.append)
    app = open_page()
    for learner, page, key in (("prototypical", "close", "close_learner"), ("random", "draw", "learner")):
        app.session_state["compare-chosen"] = learner
        sound(app.run())
        assert gone[-1] == page
        assert app.session_state[key] == learner
    assert len(gone) == 2


def test_the_table_of_standings_is_the_cards(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    html = "".join(str(each.proto.body) for each in app.get("html"))
    for entry in CLASSIFIERS:
        assert standing(entry).five.percent in html
        assert not entry.published or entry.published.split(" (")[0] in html
    spec = json.loads(app.get("plotly_chart")[-1].proto.spec)
    assert len(spec["data"][1]["y"]) == len(CLASSIFIERS)


def test_a_card_that_is_gone_is_said(monkeypatch: pytest.MonkeyPatch, open_page: Callable[..., AppTest]) -> None:
    from demo.ui import standings

    def without_maml(entry: Any) -> Any:
        if entry.name == "maml":
            raise shelf.ShelfError("card-missing")
        return standing(entry)

    monkeypatch.setattr(standings, "standing", without_maml)
    app = open_page()
    assert "MAML" in app.error[0].value


def test_sentences() -> None:
    drawings, _ = drawn_opening()
    said = compare.sentence(Agreement((0, 1, 6), 1, 0.9), drawings, 0)
    assert said == "6 of 8 say C, fish, 90% sure on average; the others: B, tree: 1, no favourite: 1."
    assert compare.sentence(Agreement((0, 0, 8), 0, 0.9), drawings, 2).startswith("All 8 say C, fish")
    assert "2 are still at work" in compare.sentence(Agreement((0, 0, 8), 0, 0.9), drawings, 2)
    assert compare.sentence(Agreement((2, 2, 0), 0, 0.0), drawings, 0).startswith("No majority")


def drawn_opening() -> Any:
    from demo.ui.subject import subject

    return subject()


def test_files_hold_what_the_page_shows(crowd: Crowd) -> None:
    drawings, _ = drawn_opening()
    task = crowd.ask(ANSWERING, drawings.support, drawings.images, 1)
    assert task.wait(60)
    rows = [opinion(name, task.replies.get(name), 0) for name in ANSWERING] + [Opinion("maml")]
    figure, numbers = (
        compare_charts.opinions_figure(drawings, rows, "#000"),
        compare_charts.opinions_table(drawings, rows),
    )
    assert [len(bar.x) for bar in figure.data] == [len(ANSWERING)] * 3
    columns = list(numbers.values())
    assert {len(column) for column in columns} == {len(ANSWERING) + 1}
    for bar, column in zip(figure.data, columns[2:5], strict=True):
        assert [100 * share for share in column[:-1]] == pytest.approx(list(bar.x), abs=1e-2)
    assert columns[3][-1] == ""


def test_the_page_speaks_chinese(shown: list[dict[str, Any]]) -> None:
    app = opened("compare", lang="zh")
    assert app.title[0].value == table()["compare.title"]["zh"]
    assert shown[-1]["heads"][0] == table()["compare.head.learner"]["zh"]


def test_every_setting_is_on_the_page(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    there = {str(one.key) for kind in (app.slider, app.selectbox, app.toggle) for one in kind}
    assert there == set(COMPARE) - {"compare_query"}, "of one query there is nothing to choose"
