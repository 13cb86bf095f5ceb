"""The door, spoken to in ASGI messages, without a network."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from demo.limits import FRAME_LEAST, FRAMES_BURST, FRAMES_SECOND, UPLOADS_AT_ONCE, UPLOADS_OF_ONE
from demo.ui import door
from demo.ui.door import STREAM, Door
from demo.ui.pace import Pace
from demo.ui.words import say

BROWSER = [(b"accept", b"text/html,*/*"), (b"accept-language", b"zh-CN,zh;q=0.9")]


class House:
    """An app that takes every websocket's frames until it is closed."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"the app"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.frames.append(message["bytes"])


async def stay(door: Door, incoming: asyncio.Queue[Message], path: str = STREAM) -> list[Message]:
    """A visitor's connection, which lasts until what is `incoming` says that it is over."""
    outgoing: list[Message] = []

    async def send(message: Message) -> None:
        outgoing.append(message)

    scope = {"type": "websocket", "path": path, "headers": [], "extensions": {"websocket.http.response": {}}}
    await door(scope, incoming.get, send)
    return outgoing


def mail(*messages: Message) -> asyncio.Queue[Message]:
    queue: asyncio.Queue[Message] = asyncio.Queue()
    for message in ({"type": "websocket.connect"}, *messages):
        queue.put_nowait(message)
    return queue


GONE: Message = {"type": "websocket.disconnect", "code": 1001}


async def get(
    door: Door, path: str = "/sine", headers: Any = BROWSER, query: bytes = b"", method: str = "GET"
) -> tuple[int, str]:
    """Status and body of a request."""
    outgoing: list[Any] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        outgoing.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": query}
    await door(scope, receive, send)
    return outgoing[0]["status"], b"".join(message.get("body", b"") for message in outgoing).decode()


def test_whoever_comes_when_all_seats_are_taken_is_told_so_and_gets_in_later() -> None:
    async def scene() -> None:
        door, first = Door(House(), sessions=1), mail()
        inside = asyncio.create_task(stay(door, first))
        while not door.inside:
            await asyncio.sleep(0)
        [start, body] = await stay(door, mail(GONE))
        assert (start["type"], start["status"]) == ("websocket.http.response.start", 503)
        assert b"full" in body["body"]
        status, page = await get(door)
        assert (status, say("door.title", "zh") in page, 'http-equiv="refresh"' in page) == (503, True, True)
        assert say("door.title", "en") in (await get(door, query=b"lang=en"))[1]
        assert (await get(door, path="/_stcore/health", headers=[]))[0] == 200  # a machine asks, and the app answers
        first.put_nowait(GONE)
        await inside
        assert (await get(door))[0] == 200
        [accepted] = await stay(door, mail(GONE))
        assert accepted["type"] == "websocket.accept"

    asyncio.run(scene())


def test_other_websockets_take_no_seat() -> None:
    door = Door(House(), sessions=0)
    assert asyncio.run(stay(door, mail(GONE), "/line"))[0]["type"] == "websocket.accept"


@pytest.mark.parametrize("frame", [b"[" * 100_000, b'{"a":' * 300, b"]" * 900 + b"[" * 900])
def test_what_nests_too_deeply_ends_the_connection_before_anybody_reads_it(frame: bytes) -> None:
    house = House()
    sent = asyncio.run(stay(Door(house), mail({"type": "websocket.receive", "bytes": frame}, GONE)))
    assert [message.get("code") for message in sent] == [None, 1008]
    assert [message.get("reason") for message in sent] == [None, "nested too deeply"]
    assert house.frames == []


@pytest.mark.parametrize(("frame", "code"), [(b"[]" * 60_001, 1009), (None, 1003)])
def test_what_holds_too_much_or_is_text_ends_it_as_well(frame: bytes | None, code: int) -> None:
    house = House()
    message: Message = {"type": "websocket.receive", "bytes": frame, "text": "x"}
    sent = asyncio.run(stay(Door(house), mail(message, GONE)))
    assert [message.get("code") for message in sent] == [None, code]
    assert house.frames == []


@pytest.mark.parametrize("frame", [b"", b"[]" * 30_000, b"[" * 250, b"\xff" * 1000])
def test_what_does_not_is_handed_on_as_it_is(frame: bytes) -> None:
    house = House()
    asyncio.run(stay(Door(house), mail({"type": "websocket.receive", "bytes": frame}, GONE)))
    assert house.frames == [frame]


class Store:
    """An app that keeps uploaded files, each as soon as all have come."""

    def __init__(self) -> None:
        self.come = asyncio.Event()
        self.files = MemoryUploadedFileManager("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.come.wait()
        session, name = scope["path"].split("/")[-2:]
        self.files.add_file(session, UploadedFileRec(name, name, "", b"x"))
        await PlainTextResponse("", 204)(scope, receive, send)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store()
    runtime = SimpleNamespace(uploaded_file_mgr=store.files)
    monkeypatch.setattr(door, "Runtime", SimpleNamespace(instance=lambda: runtime))
    return store


async def put(house: Door, session: str, name: int) -> int:
    return (await get(house, f"/_stcore/upload_file/{session}/{name}", method="PUT"))[0]


def test_files_that_are_still_coming_count_as_well(store: Store) -> None:
    async def scene() -> None:
        house = Door(store)
        coming = [asyncio.create_task(put(house, "one", k)) for k in range(UPLOADS_OF_ONE)]
        while house.uploading.total() < UPLOADS_OF_ONE:
            await asyncio.sleep(0)
        assert await put(house, "one", 99) == 429
        store.come.set()
        assert await put(house, "other", 0) == 204
        assert await asyncio.gather(*coming) == [204] * UPLOADS_OF_ONE
        assert await put(house, "one", 99) == 429
        assert not house.uploading

    asyncio.run(scene())


def test_files_that_never_come_give_their_places_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "UPLOAD_SECONDS", 0.05)

    async def scene() -> None:
        house = Door(store)
        slow = [asyncio.create_task(put(house, f"slow-{k}", 0)) for k in range(UPLOADS_AT_ONCE)]
        while house.uploading.total() < UPLOADS_AT_ONCE:
            await asyncio.sleep(0)
        assert await put(house, "other", 0) == 429
        assert await asyncio.gather(*slow) == [408] * UPLOADS_AT_ONCE
        store.come.set()
        assert await put(house, "other", 0) == 204

    asyncio.run(scene())


def test_a_session_is_slowed_down_to_its_pace_and_no_honest_one_is() -> None:
    hostile, honest = Pace(FRAMES_SECOND, FRAMES_BURST), Pace(FRAMES_SECOND, FRAMES_BURST)
    assert hostile.owed(FRAMES_BURST, 10.0) == 0
    assert hostile.owed(FRAMES_SECOND, 10.0) == pytest.approx(1.0)
    assert hostile.owed(FRAME_LEAST, 1000.0) == 0
    assert max(honest.owed(FRAME_LEAST, 0.04 * k) for k in range(2500)) == 0  # 25 a second, and 100 seconds of it


def test_a_small_frame_counts_as_much_as_a_larger_one() -> None:
    """Each is a run of the page: so many without a wait, and the next one waits."""
    frames: list[Message] = [{"type": "websocket.receive", "bytes": b""}] * (FRAMES_BURST // FRAME_LEAST)
    began = time.monotonic()
    asyncio.run(stay(Door(House()), mail(*frames, GONE)))
    assert time.monotonic() - began < 1
    began = time.monotonic()
    asyncio.run(stay(Door(House()), mail(*frames, *frames[:32], GONE)))
    assert time.monotonic() - began > 0.3
