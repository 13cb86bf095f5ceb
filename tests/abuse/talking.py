"""Visitors without a browser, honest and other, who speak Streamlit's websocket and a page's own line."""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import re
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

PATIENCE = 30.0  # seconds
STROKE = [[60, 60], [120, 200], [200, 80]]


@dataclass
class Page:
    """An open page: what the server has sent of it so far."""

    socket: ClientConnection
    components: dict[str, str] = field(default_factory=dict)  # ids by key
    fragments: dict[str, str] = field(default_factory=dict)  # by key
    uploaders: dict[str, str] = field(default_factory=dict)  # ids by key
    token: str = ""  # the pass to the line
    known: dict[str, int] = field(default_factory=dict)  # strokes that the server knows, by pad
    texts: list[str] = field(default_factory=list)  # all that was shown
    session: str = ""
    page: str = ""
    finished: int = 0  # runs
    urls: dict[str, tuple[str, str]] = field(default_factory=dict)  # uploads granted: name -> id, address

    async def ask(self, message: BackMsg | None = None, states: Mapping[str, str] | None = None) -> None:
        """Asks for a run, with components' states, as JSON, by key; returns when it is over."""
        message = message or BackMsg()
        message.rerun_script.page_script_hash = self.page
        for key, value in (states or {}).items():
            message.rerun_script.widget_states.widgets.add(id=self.components[key], json_value=value)
        await self.send(message)

    async def send(self, message: BackMsg) -> None:
        before = self.finished
        await self.socket.send(message.SerializeToString())
        await self.until(lambda: self.finished > before)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self.hear(await self.socket.recv())

    def hear(self, frame: str | bytes) -> None:
        assert isinstance(frame, bytes)
        message = ForwardMsg.FromString(frame)
        match message.WhichOneof("type"):
            case "script_finished":
                self.finished += 1
            case "navigation":
                self.page = message.navigation.page_script_hash
            case "new_session":
                self.session = message.new_session.initialize.session_id
            case "file_urls_response":
                for granted in message.file_urls_response.file_urls:
                    self.urls[message.file_urls_response.response_id] = granted.file_id, granted.upload_url
            case "delta":
                self.take(message)

    def take(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        match kind := element.WhichOneof("type"):
            case "bidi_component":
                key = key_of(element.bidi_component.id)
                self.components[key], self.fragments[key] = element.bidi_component.id, message.delta.fragment_id
                data = json.loads(element.bidi_component.json or "{}")
                if "pass" in data:
                    self.token = data["pass"]
                    self.known = data["known"]
            case "file_uploader":
                self.uploaders[key_of(element.file_uploader.id)] = element.file_uploader.id
            case "alert" | "markdown" | "exception":
                self.texts.append(f"{kind}: {getattr(element, kind)}")


def key_of(widget: str) -> str:
    return re.sub(r"^\$\$ID-[0-9a-f]+-", "", widget)


@asynccontextmanager
async def open_page(url: str) -> AsyncIterator[Page]:
    """The draw page, as it is after its first run."""
    async with stream(url) as socket:
        page = Page(socket)
        await page.ask()
        yield page


def stream(url: str) -> websockets.connect:
    streamlit = websockets.Subprotocol("streamlit")
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    return websockets.connect(address, origin=websockets.Origin(url), subprotocols=[streamlit], max_size=None)


def line(url: str, token: str, origin: str | None = None) -> websockets.connect:
    address = f"{url.replace('http', 'ws', 1)}/line?pass={token}"
    return websockets.connect(address, origin=websockets.Origin(origin or url))


@dataclass
class Prober:
    """An honest session: draws on and on, and notes how long each answer takes."""

    page: Page
    pen: ClientConnection
    seconds: list[float] = field(default_factory=list)
    number: int = 0

    async def draw(self) -> None:
        """One report of the pen, as `pen.js` sends it, no two alike: the query is another, and is adapted to anew."""
        self.number += 1
        stroke = [*STROKE, [random.uniform(40, 240), random.uniform(40, 240)]]
        began = time.perf_counter()
        pad = next(pad for pad in self.page.known if pad.startswith("pad-25-"))
        ink = {pad: {"first": self.page.known[pad], "strokes": [stroke]}}
        await self.pen.send(json.dumps({"number": self.number, "open": None, "pads": ink}))
        answer = json.loads(await asyncio.wait_for(self.pen.recv(), PATIENCE))
        self.seconds.append(time.perf_counter() - began)
        assert answer["number"] == self.number
        self.page.known = answer["known"]
        assert answer["error"] == ""
        assert all(query["answer"] for query in answer["trace"]["queries"])

    async def until(self, done: asyncio.Event, least: int, pause: float = 0.02) -> None:
        """Draws `least` times, and on until `done`."""
        while len(self.seconds) < least or not done.is_set():
            await self.draw()
            await asyncio.sleep(pause)


def announce(url: str, path: str, size: int, token: str) -> int:
    """Says that a file of `size` bytes is to come, and sends none of them; the server's answer to that."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(size)}
    connection.request("PUT", path, headers=headers | {"X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"})
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def get(url: str, path: str = "/", **headers: str) -> tuple[int, str]:
    return answered(urllib.request.Request(url + path, headers=headers))


def put(url: str, path: str, content: bytes, token: str | None, name: str = "x.png") -> int:
    """Uploads a file as the page does; token: against forged requests."""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    if token is not None:
        headers |= {"X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}
    body = head + content + b"\r\n--x--\r\n"
    return answered(urllib.request.Request(url + path, body, headers, method="PUT"))[0]


def answered(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")


def forgery_token(url: str) -> str:
    """The cookie that the server gives every visitor, and wants back with an upload."""
    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=PATIENCE) as answer:
        found = re.search(r"_streamlit_xsrf=([^;]+)", answer.headers["Set-Cookie"])
        assert found
        return found[1]
