"""A page's own line, spoken to as a browser's websocket would (ASGI messages, no network)."""

from __future__ import annotations

import asyncio
import gc
import json
from typing import Any

import pytest
from starlette.websockets import WebSocket

from demo.limits import LINE_CHARACTERS
from demo.ui import line
from demo.ui.line import NOT_ALLOWED, NOT_UNDERSTOOD, TOO_LONG


class Doubler:
    """Answers numbers."""

    def reply(self, message: Any) -> dict[str, Any] | None:
        return {"twice": 2 * message} if isinstance(message, int) else None


@pytest.fixture
def doubler() -> Doubler:
    return Doubler()


def talk(token: str, *texts: str | bytes, origin: str | None = "http://here:8501") -> list[dict[str, Any]]:
    """What the server sends back (ASGI messages) to these; then the page is closed."""
    incoming: list[dict[str, Any]] = [{"type": "websocket.connect"}]
    incoming += [{"type": "websocket.receive", "bytes" if isinstance(t, bytes) else "text": t} for t in texts]
    incoming.append({"type": "websocket.disconnect", "code": 1001})
    outgoing: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        outgoing.append(dict(message))

    headers = [(b"host", b"here:8501")] + ([(b"origin", origin.encode())] if origin else [])
    scope = {"type": "websocket", "path": "/line", "headers": headers, "query_string": f"pass={token}".encode()}
    asyncio.run(line.serve(WebSocket(scope, receive, send)))
    return outgoing


@pytest.mark.parametrize("origin", ["http://here:8501", None])
def test_messages_are_answered_one_after_another(doubler: Doubler, origin: str | None) -> None:
    accepted, *answers = talk(line.offer(doubler), "1", "20", origin=origin)
    assert accepted["type"] == "websocket.accept"
    assert [json.loads(answer["text"]) for answer in answers] == [{"twice": 2}, {"twice": 40}]


@pytest.mark.parametrize("origin", ["http://elsewhere:8501", "http://here", "null"])
def test_another_sites_page_is_refused(doubler: Doubler, origin: str) -> None:
    [closed] = talk(line.offer(doubler), "1", origin=origin)
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_ALLOWED)


@pytest.mark.parametrize("token", ["", "guess"])
def test_without_a_pass_nothing_is_answered(doubler: Doubler, token: str) -> None:
    line.offer(doubler)
    assert talk(token, "1")[0]["code"] == NOT_ALLOWED


def test_a_session_that_has_gone_takes_its_pass_with_it() -> None:
    gone = Doubler()
    token = line.offer(gone)
    del gone
    gc.collect()
    assert talk(token, "1")[0]["code"] == NOT_ALLOWED


@pytest.mark.parametrize("text", ["", "{", '"x"', "null", "[" * 10_000])
def test_what_is_no_message_closes_the_line(doubler: Doubler, text: str) -> None:
    assert talk(line.offer(doubler), text)[-1]["code"] == NOT_UNDERSTOOD


def test_too_long_a_message_closes_the_line(doubler: Doubler) -> None:
    assert talk(line.offer(doubler), " " * (LINE_CHARACTERS + 1))[-1]["code"] == TOO_LONG


def test_bytes_end_the_line_quietly(doubler: Doubler) -> None:
    assert [message["type"] for message in talk(line.offer(doubler), b"\x00")] == ["websocket.accept"]


def test_every_pass_is_another(doubler: Doubler) -> None:
    assert line.offer(doubler) != line.offer(doubler)
