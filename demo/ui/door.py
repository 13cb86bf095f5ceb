"""The server's door, through which every connection comes: how many are let in, and what each may bring.

ASGI around Streamlit's app. A visitor who finds the house full gets a page that says so and tries again by
itself; whoever brings more than `demo.limits` has room for is slowed down or shown out, before Streamlit, whose
runs all sessions share one interpreter, takes it up.
"""

from __future__ import annotations

import asyncio
import html
import time
from collections import Counter
from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from demo.limits import (
    FRAME_LEAST,
    FRAMES_BURST,
    FRAMES_SECOND,
    MEGABYTE,
    SESSIONS,
    UPLOAD_SECONDS,
    UPLOADS_AT_ONCE,
    UPLOADS_MEGABYTES,
    UPLOADS_OF_ONE,
)
from demo.tasks.nesting import holds_too_much, nests_too_deeply
from demo.ui import words
from demo.ui.line import NOT_ALLOWED, NOT_UNDERSTOOD, TOO_LONG
from demo.ui.pace import Pace
from demo.ui.words import say

STREAM, UPLOADS = "/_stcore/stream", "/_stcore/upload_file/"
AGAIN = 15  # seconds until a page that was refused tries again
PAGE = """<!DOCTYPE html>
<html lang="{tongue}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{again}"><title>{title}</title>
<style>body {{ font: 1.2rem/1.5 system-ui; max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #171614; color: #eee; }} }}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


class Door:
    """Counts the pages that are open, each by its connection to Streamlit, and the uploads under way."""

    def __init__(self, app: ASGIApp, sessions: int = SESSIONS) -> None:
        self.app, self.sessions = app, sessions
        self.inside = 0
        self.uploading: Counter[str] = Counter()  # by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and scope["path"].endswith(STREAM):
            await self.session(scope, receive, send)
        elif scope["type"] == "http" and UPLOADS in scope["path"] and scope["method"] == "PUT":
            await self.upload(scope, receive, send)
        elif scope["type"] == "http" and self.inside >= self.sessions and asks_for_a_page(Request(scope)):
            await sorry(Request(scope))(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def session(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.inside >= self.sessions:
            refused = PlainTextResponse("The server is full.", 503, {"Retry-After": str(AGAIN)})
            await WebSocket(scope, receive, send).send_denial_response(refused)
            return
        self.inside += 1
        try:
            await self.app(scope, guarded(receive, send), send)
        finally:
            self.inside -= 1

    async def upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = scope["path"].partition(UPLOADS)[2].partition("/")[0]
        if self.uploading.total() >= UPLOADS_AT_ONCE or not room_for_another(session, self.uploading[session]):
            await PlainTextResponse("Too many files.", 429, {"Retry-After": str(AGAIN)})(scope, receive, send)
            return
        self.uploading[session] += 1
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                await self.app(scope, receive, send)
        except TimeoutError:
            await PlainTextResponse("Too slow.", 408)(scope, receive, send)
        finally:
            self.uploading -= Counter([session])  # keeps none at 0


def asks_for_a_page(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def sorry(request: Request) -> Response:
    """The page for whom there is no room, in the language of the address or else of the browser."""
    asked = request.query_params.get(words.KEY, request.headers.get("accept-language", "")[:2].lower())
    tongue = asked if asked in words.LANGUAGES else words.DEFAULT
    title, text = (html.escape(say(f"door.{part}", tongue)) for part in ("title", "text"))
    page = PAGE.format(tongue=tongue, again=AGAIN, title=title, text=text)
    return HTMLResponse(page, 503, {"Retry-After": str(AGAIN), "Cache-Control": "no-store"})


def guarded(receive: Receive, send: Send) -> Receive:
    """A session's messages, no faster than their pace allows; one that cannot be read ends the connection."""
    pace = Pace(FRAMES_SECOND, FRAMES_BURST)

    async def take() -> MutableMapping[str, Any]:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        frame = message.get("bytes")
        if frame is None:
            return await end(NOT_UNDERSTOOD, "text in place of bytes")
        if nests_too_deeply(frame):
            return await end(NOT_ALLOWED, "nested too deeply")
        if holds_too_much(frame):
            return await end(TOO_LONG, "too many lists")
        await asyncio.sleep(pace.owed(max(len(frame), FRAME_LEAST), time.monotonic()))
        return message

    async def end(code: int, reason: str) -> MutableMapping[str, Any]:
        await send({"type": "websocket.close", "code": code, "reason": reason})
        return {"type": "websocket.disconnect", "code": code}

    return take


def room_for_another(session: str, coming: int) -> bool:
    """Whether that session may keep one more file than those that are `coming`, and all of them together."""
    files = Runtime.instance().uploaded_file_mgr
    assert isinstance(files, MemoryUploadedFileManager)
    kept: Mapping[str, Mapping[str, Any]] = dict(files.file_storage)
    total = sum(len(file.data) for own in kept.values() for file in list(own.values()))
    return len(kept.get(session, {})) + coming < UPLOADS_OF_ONE and total < UPLOADS_MEGABYTES * MEGABYTE
