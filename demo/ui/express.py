"""The pen's own line to the server: a websocket beside Streamlit's, which asks a desk without a Streamlit run.

A run costs the server 4 ms beside adapting, and the browser 20 ms. `demo.server` has this line; under
`streamlit run` the companion sends the same messages by way of Streamlit.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from demo.ui.desk import Desk
from demo.ui.pen import parsed

LONGEST = 2**20  # characters of a message
NOT_ALLOWED, NOT_UNDERSTOOD, TOO_LONG = 1008, 1003, 1009  # RFC 6455, section 7.4.1

_threads = ThreadPoolExecutor(max_workers=32, thread_name_prefix="express")
"""They wait for the process that adapts, which takes several tasks at once (`demo.learners.together`)."""


async def serve(socket: WebSocket) -> None:
    """Answers one page's messages, one after another, for as long as it is open."""
    desk = Desk.of(socket.query_params.get("desk", ""))
    origin = socket.headers.get("origin")
    if desk is None or (origin is not None and urlsplit(origin).netloc != socket.headers.get("host")):
        await socket.close(NOT_ALLOWED)
        return
    await socket.accept()
    token = desk.token
    del desk  # the session keeps it, not this
    try:
        while True:
            text = await socket.receive_text()
            if (desk := Desk.of(token)) is None:
                await socket.close()
                return
            if len(text) > LONGEST:
                await socket.close(TOO_LONG)
                return
            reply = await asyncio.get_running_loop().run_in_executor(_threads, _answer, desk, text)
            del desk
            if reply is None:
                await socket.close(NOT_UNDERSTOOD)
                return
            await socket.send_text(reply)
    except (WebSocketDisconnect, KeyError):  # KeyError: Starlette's word for a message that is not text
        return


def _answer(desk: Desk, text: str) -> str | None:
    try:
        message: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    report = parsed(message)
    if report is None:
        return None
    desk.take(report)
    return json.dumps(desk.says())


route = WebSocketRoute("/express", serve)
