"""A page's own line to the server: a websocket beside Streamlit's, answered without a Streamlit run.

A run costs the server 4 ms and the browser 20, which a hand with a pen or on a slider feels. Whatever answers
is `offered` by the session, which keeps it; whoever knows its pass may ask it. `demo.server` has this line;
under `streamlit run` a page's script sends the same messages by way of Streamlit.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from demo.limits import LINE_CHARACTERS, LINE_THREADS

NOT_ALLOWED, NOT_UNDERSTOOD, TOO_LONG = 1008, 1003, 1009  # RFC 6455, section 7.4.1


class Answering(Protocol):
    """Something of one session that answers messages of that session's page."""

    def reply(self, message: Any) -> dict[str, Any] | None:
        """The answer, as JSON can say it; None to what is no message of the page's. Called in any thread."""


_offered: WeakValueDictionary[str, Answering] = WeakValueDictionary()
"""By their passes. They go when their session goes."""

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
    origin = socket.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != socket.headers.get("host")
    if foreign or token not in _offered:
        await socket.close(NOT_ALLOWED)
        return
    await socket.accept()
    try:
        while True:
            text = await socket.receive_text()
            if len(text) > LINE_CHARACTERS:
                await socket.close(TOO_LONG)
                return
            reply = await asyncio.get_running_loop().run_in_executor(_threads, _answer, token, text)
            if reply is None:
                await socket.close(NOT_UNDERSTOOD)
                return
            await socket.send_text(reply)
    except (WebSocketDisconnect, KeyError):  # KeyError: Starlette's word for a message that is not text
        return


def _answer(token: str, text: str) -> str | None:
    answering = _offered.get(token)
    if answering is None:  # the session has gone meanwhile
        return None
    try:
        message: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    reply = answering.reply(message)
    return None if reply is None else json.dumps(reply)


route = WebSocketRoute("/line", serve)
