"""A visitor who comes through the proxy as a browser does: the page, its cookie, the websocket, the page's own line."""

from __future__ import annotations

import contextlib
import http.client
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin, Subprotocol
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.hall import COOKIE

PATIENCE = 20.0  # seconds
STREAM = "/_stcore/stream"


@dataclass(frozen=True)
class Reply:
    """What came back: the status, the body, and the replica that the proxy's cookie names now, or ""."""

    status: int
    body: bytes
    replica: str


def fetch(url: str, replica: str = "", path: str = "/", method: str = "GET", body: bytes | None = None) -> Reply:
    """One request as whoever has the proxy's cookie for that replica; "": as somebody new."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {"Cookie": f"{COOKIE}={replica}"} if replica else {})
        response = connection.getresponse()
        return Reply(response.status, response.read(), named(response.getheader("Set-Cookie", "")))
    finally:
        connection.close()


def named(header: str | None) -> str:
    """The replica that a Set-Cookie header names, or ""."""
    jar = SimpleCookie(header or "")
    return jar[COOKIE].value if COOKIE in jar else ""


def websocket(url: str, replica: str, path: str = STREAM, origin: str = "") -> AbstractContextManager[ClientConnection]:
    """A websocket as a page at that address opens it, or one of another origin; to be opened by `with`."""
    return connect(
        url.replace("http", "ws", 1) + path,
        origin=Origin(origin or url),
        subprotocols=[Subprotocol("streamlit")] if path == STREAM else None,
        additional_headers={"Cookie": f"{COOKIE}={replica}"},
        open_timeout=PATIENCE,
        max_size=None,
    )


@contextlib.contextmanager
def visiting(url: str, replica: str = "") -> Iterator[Guest]:
    """Opens the page with the proxy's cookie for that replica; without, as somebody new."""
    replica = fetch(url, replica).replica or replica
    with websocket(url, replica) as socket:
        assert socket.response is not None
        yield Guest(url, named(socket.response.headers.get("Set-Cookie")) or replica, socket)


@dataclass(frozen=True)
class Guest:
    """An open page: see `visiting`."""

    url: str
    replica: str
    socket: ClientConnection

    def connect(self, path: str, origin: str = "") -> AbstractContextManager[ClientConnection]:
        """A websocket of this page, or of another site's, to be opened by `with`."""
        return websocket(self.url, self.replica, path, origin)

    def pen(self) -> dict[str, Any]:
        """Runs the page, and gives what it tells the pen's companion."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        self.socket.send(message.SerializeToString())
        while True:
            frame = self.socket.recv(timeout=PATIENCE)
            assert isinstance(frame, bytes)
            component = ForwardMsg.FromString(frame).delta.new_element.bidi_component
            if component.id.endswith("-pen"):
                found: dict[str, Any] = json.loads(component.json)
                return found

    def draw(self, token: str, pads: dict[str, int]) -> dict[str, Any]:
        """Reports a stroke on the first pad by the page's own line; what it says to that."""
        pad, known = next(iter(pads.items()))
        stroke = [[60.0 + 10 * k, 140.0] for k in range(16)]
        with self.connect(f"/line?pass={token}") as line:
            line.send(json.dumps({"number": 1, "open": None, "pads": {pad: {"first": known, "strokes": [stroke]}}}))
            answer: dict[str, Any] = json.loads(line.recv(timeout=PATIENCE))
            return answer

    def closed(self) -> int:
        """Waits until the server has closed the page's websocket, and gives its code (RFC 6455)."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                self.socket.recv(timeout=PATIENCE)
        code = self.socket.close_code
        assert code is not None
        return code
