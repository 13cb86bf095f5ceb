"""What a desk answers the pen, asked by the line as a browser's websocket would (`test_line.talk`)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from demo.limits import MAX_POINTS, MAX_STROKES
from demo.tasks.drawing import Drawing
from demo.ui.desk import Desk
from demo.ui.kept import read
from demo.ui.line import NOT_UNDERSTOOD
from demo.ui.pen import parsed
from demo.ui.sheet import QUERY, Sheet
from demo.ui.sketch import Sketch
from tests.ui.test_line import talk as spoken

LINE = Drawing.of(280, 280, [[[40, 140], [240, 140]]])
CROSS = Drawing.of(280, 280, [[[40, 40], [240, 240]], [[240, 40], [40, 240]]])
STROKE = [[40.0, 240.0], [140.0, 40.0], [240.0, 240.0]]


@pytest.fixture
def desk() -> Desk:
    return Desk(Sketch(Sheet.row(LINE, CROSS, LINE, LINE)), learner="maml", steps=2)


def talk(token: str, *messages: Any) -> list[dict[str, Any]]:
    return spoken(token, *(message if isinstance(message, str) else json.dumps(message) for message in messages))


def report(desk: Desk, number: int, down: bool = True, first: int = 1, strokes: int = 1) -> dict[str, Any]:
    pad = desk.sketch.key(QUERY)
    ink = {pad: {"first": first, "strokes": [STROKE] * strokes}}
    return {"number": number, "open": pad if down else None, "pads": ink}


def replies(outgoing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert outgoing[0]["type"] == "websocket.accept"
    return [json.loads(message["text"]) for message in outgoing[1:]]


def test_a_report_is_answered_as_the_page_would(desk: Desk) -> None:
    before = desk.says()["trace"]["queries"]
    first, second = replies(talk(desk.token, report(desk, 1), report(desk, 2, down=False)))
    assert (first["number"], second["number"]) == (1, 2)
    assert (first["trace"]["drawing"], second["trace"]["drawing"]) == (True, False)
    assert first["trace"]["queries"] == second["trace"]["queries"] != before
    assert {**desk.state(), **desk.says(), **desk.pads()} == second
    pad = desk.sketch.key(QUERY)
    assert (first["known"][pad], second["known"][pad]) == (1, 2)  # a stroke under way is nobody's yet
    assert len(desk.sketch.sheet.drawings[QUERY].strokes) == 2


def test_a_report_that_comes_twice_adds_nothing(desk: Desk) -> None:
    talk(desk.token, report(desk, 1, down=False), report(desk, 1, down=False), report(desk, 2, down=False, strokes=3))
    assert len(desk.sketch.sheet.drawings[QUERY].strokes) == 4
    assert len(desk.sketch.past) == 3


def test_ink_of_a_pad_that_has_been_replaced_is_nobodys(desk: Desk) -> None:
    late = report(desk, 1, down=False)
    desk.sketch.erase([QUERY])
    talk(desk.token, late)
    assert not desk.sketch.sheet.drawings[QUERY].strokes


def test_a_pad_that_is_full_opens_anew_without_what_was_too_much(desk: Desk) -> None:
    pad = desk.sketch.key(QUERY)
    [full] = replies(talk(desk.token, report(desk, 1, down=False, strokes=MAX_STROKES)))
    assert full["page"] == 1  # the page has to say so
    assert pad not in full["known"]
    assert full["known"][desk.sketch.key(QUERY)] == MAX_STROKES
    long = report(desk, 2, down=False)
    long["pads"][desk.sketch.key(QUERY)]["strokes"] = [[[0, 0]] * (MAX_POINTS + 1)]
    [longer] = replies(talk(desk.token, long))
    assert longer["page"] == 2
    assert longer["known"][desk.sketch.key(QUERY)] == MAX_STROKES


def test_in_a_crowd_only_finished_strokes_are_answered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.ui.desk.crowded", lambda: True)
    under_way, finished = replies(talk(desk.token, report(desk, 1), report(desk, 2, down=False)))
    assert under_way["crowded"]
    assert "trace" not in under_way
    assert "crowded" not in finished
    assert finished["known"][desk.sketch.key(QUERY)] == 2


def test_an_answer_has_the_number_of_what_it_answers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if the next report is given up for lost, and comes by way of Streamlit, before the first is answered."""
    later = parsed(report(desk, 2, down=False))
    assert later is not None

    def meanwhile() -> bool:
        desk.take(later)
        return False

    monkeypatch.setattr("demo.ui.desk.crowded", meanwhile)
    [answer] = replies(talk(desk.token, report(desk, 1)))
    assert (answer["number"], desk.seen.number) == (1, 2)


def test_the_buttons_and_the_pads_names_come_with_the_answer(desk: Desk) -> None:
    [answer] = replies(talk(desk.token, report(desk, 1, down=False)))
    assert answer["pads"][-1]["name"].endswith("2 strokes")
    assert (answer["idle"]["undo"], answer["idle"]["redo"]) == (False, True)


def test_previews_come_with_the_answer_if_they_are_shown(desk: Desk) -> None:
    assert replies(talk(desk.token, report(desk, 1)))[0]["preview"] is None
    desk.previews = True
    assert len(replies(talk(desk.token, report(desk, 2)))[0]["preview"]["images"]) == 4


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "[" * 100_000, '{"number": 1}', "NaN"])
def test_what_is_no_report_closes_the_line(desk: Desk, text: str) -> None:
    assert talk(desk.token, text)[-1]["code"] == NOT_UNDERSTOOD


def test_two_desks_know_nothing_of_each_other(desk: Desk) -> None:
    other = Desk(Sketch(Sheet.row(LINE, CROSS, LINE, LINE)), learner="maml", steps=2)
    talk(desk.token, report(desk, 1))
    assert other.seen.number == 0
    assert len(other.sheet().drawings[QUERY].strokes) == 1
    assert other.token != desk.token


def test_the_sheet_comes_along_to_be_kept_unless_it_is_kept_already(desk: Desk) -> None:
    (first,) = replies(talk(desk.token, report(desk, 1)))
    kept = first["kept"]
    assert read(kept["sheet"])[0].labels == desk.sketch.sheet.labels
    again = {**report(desk, 2), "kept": kept["state"]}
    finished = {**report(desk, 3, down=False), "kept": kept["state"]}
    second, third = replies(talk(desk.token, again, finished))
    assert second["kept"] is None, "a stroke under way is nobody's yet"
    assert third["kept"]["state"] != kept["state"]
    strokes = len(read(third["kept"]["sheet"])[0].drawings[QUERY].strokes)
    assert strokes == third["known"][desk.sketch.key(QUERY)] == 2
    other = Desk(desk.sketch)
    assert other.state(third["kept"]["state"])["kept"] is not None, "another session's state is no state of this one"


@pytest.mark.parametrize("kept", [7, ["x"], {}, None, "x" * 10_000])
def test_whatever_a_tab_says_it_has_kept_it_is_answered(desk: Desk, kept: Any) -> None:
    (answer,) = replies(talk(desk.token, {**report(desk, 1), "kept": kept}))
    assert answer["kept"]["sheet"]
