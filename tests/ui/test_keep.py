"""What a session takes from its tab: what was kept, unless a new link or bad content speaks against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from demo.limits import KEPT_CHARACTERS
from demo.tasks import sharing
from demo.tasks.drawing import Drawing
from demo.tasks.packing import LinkError
from demo.ui.keep import Keeper
from demo.ui.kept import written
from demo.ui.sheet import QUERY, Sheet
from demo.ui.sketch import Sketch
from demo.ui.words import LANGUAGES, say

LINE = Drawing.of(280, 280, [[[40, 140], [240, 140]]])
CROSS = Drawing.of(280, 280, [[[40, 40], [240, 240]], [[240, 40], [40, 240]]])
SHEET = Sheet.row(LINE, CROSS, LINE, LINE).with_label(0, "castle")
STROKE = [[40.0, 240.0], [140.0, 40.0], [240.0, 240.0]]
LINKED = sharing.encode(Sheet.row(CROSS, CROSS, LINE, LINE).task())


def given(sheet: Sheet | str = SHEET, began: str = "", **more: Any) -> dict[str, Any]:
    """What `keep.js` sends."""
    text = sheet if isinstance(sheet, str) else written(sheet, began)
    return {"mark": "before", "sheet": text, "ink": {}, "settings": {}} | more


def test_every_session_has_a_mark_of_its_own() -> None:
    assert len({Keeper().mark for _ in range(100)}) == 100


def test_a_sheet_and_what_the_pen_added_are_taken_over() -> None:
    keeper = Keeper()
    sheet = keeper.take(given(ink={"pad-25-3": {"first": 1, "strokes": [STROKE]}}))
    assert sheet is not None
    assert sheet.labels[0] == "castle"
    assert len(sheet.drawings[QUERY].strokes) == 2
    assert keeper.took == "before"


def test_what_nobody_has_touched_is_opened_anew() -> None:
    keeper = Keeper()
    assert keeper.take(given("")) is None
    assert keeper.took == "before"


@pytest.mark.parametrize(
    "now, kept, shown",
    [("", "", True), ("", "a link", True), ("a link", "a link", True), ("a link", "", False), ("one", "other", False)],
)
def test_a_link_wins_unless_this_was_drawn_on_it(now: str, kept: str, shown: bool) -> None:
    keeper = Keeper(now)
    sheet = keeper.take(given(began=kept))
    assert (sheet is not None) == shown
    assert keeper.took == "before", "either way there is nothing more to give back"
    if shown and sheet is not None:
        assert json.loads(keeper.text(sheet))["began"] == kept


def test_what_comes_from_this_very_session_changes_nothing() -> None:
    keeper = Keeper()
    assert keeper.take(given(mark=keeper.mark)) is None
    assert keeper.took == ""


@pytest.mark.parametrize(
    "message",
    [
        None,
        7,
        [],
        {},
        {"mark": 7},
        given(mark=["x"]),
        given(mark="x" * 99),
        given(settings=[]),
        given("{"),
        given("x" * KEPT_CHARACTERS * 2),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_and_let_go_of(message: Any) -> None:
    keeper = Keeper()
    with pytest.raises(LinkError) as refused:
        keeper.take(message)
    assert all(say(f"keep.error.{refused.value.reason}", tongue) for tongue in LANGUAGES)
    if isinstance(message, Mapping) and message.get("mark") == "before":
        assert keeper.took == "before", "else it would be given back for ever"


@pytest.mark.parametrize(
    "settings, taken",
    [
        ({"steps": 9, "amplitude": 3.1, "twin": "random", "seen": True, "model_search": "maml"}, True),
        ({"steps": 99}, False),
        ({"steps": 9.0}, False),
        ({"steps": True}, False),
        ({"amplitude": float("nan")}, False),
        ({"twin": "nobody"}, False),
        ({"twin": ["random"]}, False),
        ({"seen": 1}, False),
        ({"model_search": "x" * 101}, False),
        ({"model_search": "\ud800"}, False),
        ({"sketch": "x", "desk": 1, "keeper": 2}, False),
        ({"lang": "zh", "ways": 4}, False),  # the address has the one, the sheet the other
    ],
)
def test_settings_are_taken_if_they_fit(settings: dict[str, Any], taken: bool) -> None:
    keeper = Keeper()
    keeper.take(given("", settings=settings))
    assert keeper.waiting == (settings if taken else {})


def test_only_what_is_new_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, encoded = Keeper(), list[Drawing]()

    def encode_drawing(drawing: Drawing) -> str:
        encoded.append(drawing)
        return sharing.encode_drawing(drawing)

    monkeypatch.setattr("demo.ui.keep.encode_drawing", encode_drawing)
    sheet = Sheet.row(LINE, CROSS, LINE, LINE)
    assert keeper.text(sheet) == keeper.text(sheet) == written(sheet, "")
    assert len(encoded) == 4
    more = sheet.with_drawing(QUERY, CROSS)
    assert keeper.text(more) == written(more, "")
    assert encoded[4:] == [CROSS]


# --- On a page ---


def _page() -> None:
    """What every page has around it, with what a browser gives back."""
    import streamlit as st

    from demo.ui import keep
    from demo.ui.settings import DRAW

    message = st.session_state.pop("message", None)
    keep.begin()
    if message is not None:
        keep.resume(message)
    DRAW["steps"].widget()
    keep.end()


@pytest.fixture
def shown() -> Callable[..., AppTest]:
    def show(message: Any, /, **query: str) -> AppTest:
        app = AppTest.from_function(_page)
        app.session_state["message"] = message
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return show


def sheet(app: AppTest) -> Sheet:
    found = app.session_state["sketch"]
    assert isinstance(found, Sketch)
    return found.sheet


def test_a_page_goes_on_with_what_was_kept(shown: Callable[..., AppTest]) -> None:
    app = shown(given(settings={"steps": 9, "amplitude": 4.0}))
    assert sheet(app).labels[0] == "castle"
    assert app.session_state["amplitude"] == 4.0, "for when its page is opened"
    assert app.slider(key="steps").value == 5, "this page's own are in the address"
    assert not app.toast


def test_the_shape_in_the_address_wins(shown: Callable[..., AppTest]) -> None:
    app = shown(given(), ways="5", shots="nonsense")
    assert sheet(app).shape == (5, 1, 1)
    assert sheet(app).labels[0] == "castle"


@pytest.mark.parametrize("query, wins", [({"task": LINKED}, True), ({"example": "two-five-eight"}, True), ({}, False)])
def test_a_link_opened_in_a_used_tab_wins(shown: Callable[..., AppTest], query: dict[str, str], wins: bool) -> None:
    assert ("sketch" not in shown(given(), **query).session_state) == wins


def test_a_reloaded_link_goes_on_with_what_was_drawn_since(shown: Callable[..., AppTest]) -> None:
    began = shown(None, task=LINKED).session_state["keeper"].began
    assert began
    assert sheet(shown(given(began=began), task=LINKED)).labels[0] == "castle"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("message, reason", [(given("{"), "damaged"), (given("x" * KEPT_CHARACTERS * 2), "large")])
def test_a_page_says_what_it_cannot_take(shown: Callable[..., AppTest], lang: str, message: Any, reason: str) -> None:
    app = shown(message, lang=lang)
    assert "sketch" not in app.session_state
    assert [toast.value for toast in app.toast] == [say(f"keep.error.{reason}", lang)]
