"""A page's own line, spoken to as a browser's websocket would (ASGI messages, no network)."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
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
    return asyncio.run(conversation(token, *texts, origin=origin))


async def conversation(
    token: str, *texts: str | bytes, origin: str | None = "http://here:8501"
) -> list[dict[str, Any]]:
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
    await line.serve(WebSocket(scope, receive, send))
    return outgoing


@pytest.mark.parametrize("origin", ["http://here:8501", None])
def test_messages_are_answered_one_after_another(doubler: Doubler, origin: str | None) -> None:
    accepted, *answers = talk(line.offer(doubler), "1", "20", origin=origin)
    assert accepted["type"] == "websocket.accept"
    assert [json.loads(answer["text"]) for answer in answers] == [{"twice": 2}, {"twice": 40}]


@pytest.mark.parametrize("origin", ["http://elsewhere:8501", "http://here", "null", "http://["])
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


def test_the_line_of_a_session_that_has_gone_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else they would pile up: a page may come, open its lines, and go, again and again."""
    monkeypatch.setattr(line, "LINE_LOOK", 0.01)

    async def scene() -> list[int | None]:
        doubler, mail, codes = Doubler(), asyncio.Queue[dict[str, Any]](), []

        async def send(message: Any) -> None:
            codes.append(message.get("code"))

        scope = {"type": "websocket", "headers": [], "query_string": f"pass={line.offer(doubler)}".encode()}
        mail.put_nowait({"type": "websocket.connect"})
        serving = asyncio.create_task(line.serve(WebSocket(scope, mail.get, send)))
        with pytest.raises(TimeoutError):  # as long as the session is there, nothing need be said
            await asyncio.wait_for(asyncio.shield(serving), 0.1)
        del doubler
        gc.collect()
        await asyncio.wait_for(serving, 10)
        return codes

    assert asyncio.run(scene()) == [None, NOT_ALLOWED]


class Toiler:
    """Works on every message for a while, and would notice if two were answered at once."""

    WORK = 0.01  # seconds

    def __init__(self) -> None:
        self.alone = threading.Lock()

    def reply(self, message: Any) -> dict[str, Any] | None:
        assert self.alone.acquire(blocking=False)
        began = time.thread_time()
        while time.thread_time() - began < self.WORK:
            pass
        self.alone.release()
        return {}


def test_lines_with_one_pass_take_turns_and_what_takes_much_work_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "LINE_BURST", 2 * Toiler.WORK)
    monkeypatch.setattr(line, "LINE_PERCENT", 5)
    toiler = Toiler()
    token = line.offer(toiler)

    async def both() -> Any:
        return await asyncio.gather(conversation(token, "1", "1"), conversation(token, "1", "1"))

    began = time.monotonic()
    assert [len(sent) for sent in asyncio.run(both())] == [3, 3]
    assert len(talk(token, "1")) == 2  # and who comes back owes what was owed
    assert time.monotonic() - began > 2.5 * Toiler.WORK / 0.05  # three of the five pieces of work had to wait


@pytest.mark.parametrize("text", ["", "{", '"x"', "null", "[" * 10_000])
def test_what_is_no_message_closes_the_line(doubler: Doubler, text: str) -> None:
    assert talk(line.offer(doubler), text)[-1]["code"] == NOT_UNDERSTOOD


def test_too_long_a_message_closes_the_line(doubler: Doubler) -> None:
    assert talk(line.offer(doubler), " " * (LINE_CHARACTERS + 1))[-1]["code"] == TOO_LONG


def test_bytes_end_the_line_quietly(doubler: Doubler) -> None:
    assert [message["type"] for message in talk(line.offer(doubler), b"\x00")] == ["websocket.accept"]


def test_every_pass_is_another(doubler: Doubler) -> None:
    assert line.offer(doubler) != line.offer(doubler)
