"""A page's own line, the pen's and the sliders': an answer that JSON can say, or the line is closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import LINES_OF_ONE
from demo.ui import line, sine_bench
from demo.ui.desk import Desk
from demo.ui.examples import OPENING, sheets
from demo.ui.line import NOT_ALLOWED, NOT_UNDERSTOOD, TOO_LONG, TRY_LATER
from demo.ui.pen import parsed
from demo.ui.sine_bench import Bench, checked
from demo.ui.sketch import Sketch
from tests.abuse.hostile import ANYTHING, FEW, MANY, SOME, count, mutants
from tests.ui.test_line import Doubler, talk

STROKE = [[40.0, 240.0], [140.0, 40.0], [240.5, 240.0]]
INK = {"number": 3, "open": "pad-0-0", "pads": {"pad-0-0": {"first": 0, "strokes": [STROKE, [[1, 2]]]}}}
LATER = {
    "number": 9,
    "open": None,
    "pads": {"pad-25-0": {"first": 2, "strokes": [STROKE]}, "pad-1-0": {"first": 0, "strokes": []}},
}
DRAG = {"number": 4, "values": {"amplitude": 2.5, "phase": 1.0}}
STEPS = {"number": 5, "values": {"sine_steps": 3, "rate_factor": 0.5, "noise": 0.25, "seed": 7}}


@MANY
@given(message=mutants(INK, LATER))
def test_a_pens_report_that_was_tampered_with(message: Any, others: Callable[[], None]) -> None:
    count("pen")
    seen = parsed(message)
    assert seen is None or seen.number >= 0
    others()


@SOME
@given(message=ANYTHING)
def test_what_is_no_report_of_a_pen(message: Any, others: Callable[[], None]) -> None:
    count("pen")
    assert parsed(message) is None
    others()


@FEW
@given(message=mutants(INK, LATER))
def test_the_desk_answers_its_own_session_or_nobody(message: Any, others: Callable[[], None]) -> None:
    count("pen")
    desk = Desk(Sketch(sheets()[OPENING]), learner="prototypical")
    reply = desk.reply(message)
    assert reply is None or json.dumps(reply)
    others()


@MANY
@given(message=mutants(DRAG, STEPS))
def test_sliders_that_were_tampered_with(message: Any, others: Callable[[], None]) -> None:
    count("sliders")
    values = message.get("values") if isinstance(message, dict) else message
    for key, value in checked(values).items():
        assert sine_bench.SINE[key].low <= value <= sine_bench.SINE[key].high  # type: ignore[attr-defined]
    others()


@FEW
@given(message=mutants(DRAG, STEPS))
def test_the_bench_answers_or_not(message: Any, others: Callable[[], None]) -> None:
    count("sliders")
    reply = Bench().reply(message)
    assert reply is None or json.dumps(reply)
    others()


@SOME
@given(text=st.text(max_size=60) | ANYTHING.map(json.dumps) | st.integers(1, 100_000).map(lambda n: "[" * n))
def test_any_text_is_answered_or_closes_the_line(text: str, others: Callable[[], None]) -> None:
    count("line")
    bench = Bench()
    accepted, *rest = talk(line.offer(bench), text)
    assert accepted["type"] == "websocket.accept"
    assert [message.get("code") for message in rest] in ([NOT_UNDERSTOOD], [TOO_LONG])
    others()


@SOME
@given(token=st.text(st.characters(exclude_characters="&#+%", max_codepoint=126, min_codepoint=33), max_size=40))
def test_no_pass_can_be_guessed(token: str) -> None:
    count("line")
    assert talk(token, "1")[0]["code"] == NOT_ALLOWED


def test_one_pass_opens_few_lines() -> None:
    doubler = Doubler()
    token = line.offer(doubler)

    async def scene() -> list[int | None]:
        from starlette.websockets import WebSocket

        codes: list[int | None] = []
        mails = [asyncio.Queue[dict[str, Any]]() for _ in range(LINES_OF_ONE + 1)]

        async def send(message: Any) -> None:
            codes.append(message.get("code"))

        scope = {"type": "websocket", "path": "/line", "headers": [], "query_string": f"pass={token}".encode()}
        for mail in mails:
            mail.put_nowait({"type": "websocket.connect"})
        async with asyncio.TaskGroup() as group:
            for mail in mails:
                group.create_task(line.serve(WebSocket(scope, mail.get, send)))
            while len(codes) < len(mails):
                await asyncio.sleep(0)
            for mail in mails:
                mail.put_nowait({"type": "websocket.disconnect", "code": 1001})
        return codes

    assert asyncio.run(scene()) == [None] * LINES_OF_ONE + [TRY_LATER]
    assert [message["type"] for message in talk(token, "1")] == ["websocket.accept", "websocket.send"]  # there is room


@pytest.mark.parametrize("origin", ["http://elsewhere:8501", "null", "", "http://here:8501@elsewhere"])
def test_another_site_is_shut_out(origin: str) -> None:
    count("line")
    bench = Bench()
    sent = talk(line.offer(bench), "1", origin=origin)
    assert sent[0].get("code") == NOT_ALLOWED or origin == ""  # without an origin: no browser
