"""The pen's own line, spoken to as a browser's websocket would (ASGI messages, no network)."""

from __future__ import annotations

import asyncio
import gc
import json
from typing import Any

import pytest
from starlette.websockets import WebSocket

from demo.tasks.drawing import Drawing
from demo.ui import express
from demo.ui.desk import Desk
from demo.ui.express import LONGEST, NOT_ALLOWED, NOT_UNDERSTOOD, TOO_LONG
from demo.ui.sheet import QUERY, Sheet
from demo.ui.sketch import Sketch

LINE = Drawing.of(280, 280, [[[40, 140], [240, 140]]])
CROSS = Drawing.of(280, 280, [[[40, 40], [240, 240]], [[240, 40], [40, 240]]])
STROKE = [[40.0, 240.0], [140.0, 40.0], [240.0, 240.0]]


@pytest.fixture
def desk() -> Desk:
    return Desk(Sketch(Sheet.row(LINE, CROSS, LINE, LINE)), learner="maml", steps=2)


def talk(token: str, *messages: Any, origin: str | None = "http://here:8501") -> list[dict[str, Any]]:
    """What the server sends back (ASGI messages) to these texts, or bytes, or JSON; then the page is closed."""
    incoming: list[dict[str, Any]] = [{"type": "websocket.connect"}]
    for message in messages:
        if isinstance(message, bytes):
            incoming.append({"type": "websocket.receive", "bytes": message})
        else:
            text = message if isinstance(message, str) else json.dumps(message)
            incoming.append({"type": "websocket.receive", "text": text})
    incoming.append({"type": "websocket.disconnect", "code": 1001})
    outgoing: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        outgoing.append(dict(message))

    headers = [(b"host", b"here:8501")] + ([(b"origin", origin.encode())] if origin else [])
    scope = {"type": "websocket", "path": "/express", "headers": headers, "query_string": f"desk={token}".encode()}
    asyncio.run(express.serve(WebSocket(scope, receive, send)))
    return outgoing


def report(desk: Desk, number: int, down: bool = True, first: int = 1) -> dict[str, Any]:
    ink = {desk.sketch.key(QUERY): {"first": first, "strokes": [STROKE]}}
    return {"number": number, "down": down, "pads": ink}


def replies(outgoing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert outgoing[0]["type"] == "websocket.accept"
    return [json.loads(message["text"]) for message in outgoing[1:]]


def test_a_report_is_answered_as_the_page_would(desk: Desk) -> None:
    before = desk.says()["trace"]["queries"]
    first, second = replies(talk(desk.token, report(desk, 1), report(desk, 2, down=False)))
    assert (first["number"], second["number"]) == (1, 2)
    assert (first["trace"]["drawing"], second["trace"]["drawing"]) == (True, False)
    assert first["trace"]["queries"] == second["trace"]["queries"] != before
    assert desk.says() == second
    assert len(desk.sheet().drawings[QUERY].strokes) == 2


def test_what_the_package_reports_afterwards_is_no_news(desk: Desk) -> None:
    talk(desk.token, report(desk, 1, down=False))
    answered = desk.says()["trace"]["queries"]
    strokes = [stroke + 0.04 for stroke in desk.sheet().drawings[QUERY].strokes]  # the package rounds otherwise
    assert not desk.sketch.drawn(QUERY, Drawing(280, 280, tuple(strokes)))
    assert len(desk.sketch.sheet.drawings[QUERY].strokes) == 2
    assert desk.says()["trace"]["queries"] == answered
    assert desk.sketch.drawn(QUERY, CROSS)  # but this is


def test_previews_come_with_the_answer_if_they_are_shown(desk: Desk) -> None:
    assert replies(talk(desk.token, report(desk, 1)))[0]["preview"] is None
    desk.previews = True
    assert len(replies(talk(desk.token, report(desk, 2)))[0]["preview"]["images"]) == 4


@pytest.mark.parametrize("origin", ["http://elsewhere:8501", "http://here", "null"])
def test_another_sites_page_is_refused(desk: Desk, origin: str) -> None:
    assert talk(desk.token, report(desk, 1), origin=origin) == [
        {"type": "websocket.close", "code": NOT_ALLOWED, "reason": ""}
    ]
    assert desk.seen.number == 0


def test_without_a_pass_nothing_is_answered(desk: Desk) -> None:
    assert talk("guess", report(desk, 1))[0]["code"] == NOT_ALLOWED
    assert talk("", report(desk, 1))[0]["code"] == NOT_ALLOWED


def test_a_session_that_has_gone_takes_its_pass_with_it() -> None:
    desk = Desk(Sketch(), learner="maml")
    token = desk.token
    assert Desk.of(token) is desk
    del desk
    gc.collect()
    assert Desk.of(token) is None
    assert talk(token)[0]["code"] == NOT_ALLOWED


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "[" * 100_000, '{"number": 1}', "NaN"])
def test_what_is_no_report_closes_the_line(desk: Desk, text: str) -> None:
    assert talk(desk.token, text)[-1]["code"] == NOT_UNDERSTOOD


def test_too_long_a_message_closes_the_line(desk: Desk) -> None:
    assert talk(desk.token, " " * (LONGEST + 1))[-1]["code"] == TOO_LONG


def test_bytes_end_the_line_quietly(desk: Desk) -> None:
    assert [message["type"] for message in talk(desk.token, b"\x00")] == ["websocket.accept"]


def test_two_desks_know_nothing_of_each_other(desk: Desk) -> None:
    other = Desk(Sketch(Sheet.row(LINE, CROSS, LINE, LINE)), learner="maml", steps=2)
    talk(desk.token, report(desk, 1))
    assert other.seen.number == 0
    assert len(other.sheet().drawings[QUERY].strokes) == 1
    assert other.token != desk.token
