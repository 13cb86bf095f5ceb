"""A page's own line to the server: a websocket beside Streamlit's, answered without a Streamlit run.

A run costs the server 4 ms and the browser 20, which a hand with a pen or on a slider feels. Whatever answers
is `offered` by the session, which keeps it; whoever knows its pass may ask it. `demo.server` has this line;
under `streamlit run` a page's script sends the same messages by way of Streamlit.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, WeakValueDictionary

from starlette.datastructures import Headers
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from demo.limits import LINE_BURST, LINE_CHARACTERS, LINE_LOOK, LINE_PERCENT, LINE_THREADS, LINES, LINES_OF_ONE
from demo.tasks.nesting import holds_too_much, nests_too_deeply
from demo.ui.pace import Pace

NOT_ALLOWED, NOT_UNDERSTOOD, TOO_LONG, TRY_LATER = 1008, 1003, 1009, 1013  # RFC 6455, section 7.4.1


class Answering(Protocol):
    """Something of one session that answers messages of that session's page."""

    def reply(self, message: Any) -> dict[str, Any] | None:
        """The answer, as JSON can say it; None to what is no message of the page's. Called in any thread."""


_offered: WeakValueDictionary[str, Answering] = WeakValueDictionary()
"""By their passes. They go when their session goes."""

_open: list[str] = []
"""The lines that are open, by their passes."""


class _Turns:
    """Lines with one pass take turns, and share what they may ask of the processor."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.pace = Pace(LINE_PERCENT / 100, LINE_BURST)


_turns: WeakKeyDictionary[Answering, _Turns] = WeakKeyDictionary()

_threads = ThreadPoolExecutor(max_workers=LINE_THREADS, thread_name_prefix="line")
"""They wait for the process that adapts, which takes several tasks at once (`demo.learners.together`)."""


def offer(answering: Answering) -> str:
    """Opens the line to it; returns the pass, for its page only."""
    token = secrets.token_urlsafe(16)
    _offered[token] = answering
    return token


async def serve(socket: WebSocket) -> None:
    """Answers one page's messages, one after another, for as long as it is open."""
    token = socket.query_params.get("pass", "")
    answering = _offered.get(token)
    if answering is None or not _is_ours(socket.headers):
        await socket.close(NOT_ALLOWED)
        return
    if len(_open) >= LINES or _open.count(token) >= LINES_OF_ONE:
        await socket.close(TRY_LATER)
        return
    turns = _turns.setdefault(answering, _Turns())
    del answering  # its session may go while the line is open
    _open.append(token)
    try:
        await _serve(socket, token, turns)
    finally:
        _open.remove(token)


def _is_ours(headers: Headers) -> bool:
    """Whether a page of this server asks, or no page at all."""
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host")
    except ValueError:  # no address
        return False


async def _serve(socket: WebSocket, token: str, turns: _Turns) -> None:
    await socket.accept()
    try:
        while True:
            text = await _heard(socket, token)
            if text is None:
                await socket.close(NOT_ALLOWED)
                return
            if len(text) > LINE_CHARACTERS:
                await socket.close(TOO_LONG)
                return
            async with turns.lock:
                reply, work = await asyncio.get_running_loop().run_in_executor(_threads, _answer, token, text)
                rest = turns.pace.owed(work, time.monotonic())
                if reply is None:
                    await socket.close(NOT_UNDERSTOOD)
                    return
                await socket.send_text(reply)
                await asyncio.sleep(rest)
    except (WebSocketDisconnect, KeyError):  # KeyError: Starlette's word for a message that is not text
        return


async def _heard(socket: WebSocket, token: str) -> str | None:
    """The next message; None if none comes, and the session has gone."""
    while True:
        try:
            async with asyncio.timeout(LINE_LOOK):
                return await socket.receive_text()
        except TimeoutError:
            if token not in _offered:
                return None


def _answer(token: str, text: str) -> tuple[str | None, float]:
    """The answer, if it is a message, and the seconds of work that it took: waiting for others is none."""
    began = time.thread_time()
    return _said(token, text), time.thread_time() - began


def _said(token: str, text: str) -> str | None:
    answering = _offered.get(token)
    if answering is None:  # the session has gone meanwhile
        return None
    content = text.encode("utf-8", "surrogatepass")
    if nests_too_deeply(content) or holds_too_much(content):
        return None
    try:
        message: Any = json.loads(text)
    except ValueError:
        return None
    reply = answering.reply(message)
    return None if reply is None else json.dumps(reply)


route = WebSocketRoute("/line", serve)
