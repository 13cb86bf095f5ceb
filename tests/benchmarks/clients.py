"""Visitors without a browser: each speaks to the real server as the page does, over its websockets.

A visitor opens the draw page and draws a stroke every second or two, told of while it grows by the page's own
line, one message in flight, as `pen.js` does it.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.cookies
import json
import math
import random
import re
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PADS = 4
POINTS = 24  # of a stroke
STROKE = 0.4  # seconds, the pen being down
PAUSE = (1.0, 2.0)
BRISK, CROWDED, EASE = 0.06, 0.25, 2  # as `pen.js` has them, in seconds
FRAME = 1 / 60  # seconds: how often a browser tells of a pen that moves
PATIENCE = 60.0  # seconds

Points = list[list[float]]


@dataclass
class Visitor:
    """One open page."""

    url: str  # of the app, http://...
    hand: float  # no two visitors draw the same
    pause: tuple[float, float] = PAUSE  # seconds from stroke to stroke: anything between
    latencies: list[float] = field(default_factory=list)  # seconds from the end of a stroke to its answer
    opening: float = 0.0  # seconds until the page could be drawn on
    updates: int = 0  # answers while the pen was down
    number: int = 0  # of reports sent
    heard: int = 0  # of the last one answered
    known: dict[str, int] = field(default_factory=dict)  # strokes that the server has, by pad
    drawn: dict[str, list[Points]] = field(default_factory=dict)  # strokes of this visit, by pad
    before: dict[str, int] = field(default_factory=dict)  # strokes of the example, by pad
    crowded: bool = False  # the last answer said only that others were before us

    async def visit(self, strokes: int, ready: asyncio.Barrier) -> None:
        """Opens the page, waits for the others, and draws."""
        async with AsyncExitStack() as stack:
            await self.open(stack)
            await ready.wait()
            rng = random.Random(self.hand)
            await asyncio.sleep(rng.uniform(0, self.pause[1]))
            pads = sorted(self.known)
            for k in range(strokes):
                period = rng.uniform(*self.pause)
                began = time.perf_counter()
                await self.draw(pads[k % PADS], k)
                await asyncio.sleep(max(0.0, period - (time.perf_counter() - began)))

    async def open(self, stack: AsyncExitStack) -> None:
        """The page as a browser loads it: the document, whose cookies it keeps, Streamlit's websocket, the line."""
        began = time.perf_counter()
        cookies = await asyncio.to_thread(_cookies, self.url)
        server, headers = self.url.replace("http", "ws", 1), {"Cookie": cookies} if cookies else {}
        origin = websockets.Origin(self.url)
        self.news = asyncio.Condition()
        self.told: dict[str, Any] = {}
        self.socket = await stack.enter_async_context(
            websockets.connect(
                f"{server}/_stcore/stream",
                origin=origin,
                subprotocols=[websockets.Subprotocol("streamlit")],
                additional_headers=headers,
                max_size=None,
                open_timeout=PATIENCE,
            )
        )
        stack.enter_context(_task(self.listen()))
        first = BackMsg()
        first.rerun_script.query_string = ""
        await self.socket.send(first.SerializeToString())
        await self.until(lambda: bool(self.told))
        self.known = dict(self.told["known"])
        self.kept = self.told["kept"]["state"]
        self.before = dict(self.known)
        self.drawn = {pad: [] for pad in self.known}
        self.line = await stack.enter_async_context(
            websockets.connect(
                f"{server}/line?pass={self.told['pass']}",
                origin=origin,
                additional_headers=headers,
                open_timeout=PATIENCE,
            )
        )
        stack.enter_context(_task(self.hear()))
        self.opening = time.perf_counter() - began

    @property
    def lost(self) -> int:
        """Strokes that the server does not have."""
        return sum(self.before[pad] + len(strokes) - self.known[pad] for pad, strokes in self.drawn.items())

    async def draw(self, pad: str, k: int) -> None:
        """One stroke, told of while it grows."""
        stroke: Points = []
        self.drawn[pad].append(stroke)
        began, sent, pause = time.perf_counter(), None, 0.0
        while (now := time.perf_counter()) < began + STROKE:
            if sent is not None and self.answered():
                excess = CROWDED if self.crowded else max(0.0, self.came - sent - BRISK)
                pause, sent = self.came + EASE * excess, None
                self.updates += not self.crowded
            if sent is None and now >= pause:
                sent = now
                stroke[:] = self.wave(k, 1 + int((now - began) / STROKE * (POINTS - 1)))
                await self.tell(pad, down=True)
            await asyncio.sleep(FRAME if sent is not None else max(FRAME, min(pause, began + STROKE) - now))
        stroke[:] = self.wave(k, POINTS)
        up = time.perf_counter()
        await self.until(self.answered)
        await self.tell(pad, down=False)
        await self.until(self.answered)
        self.latencies.append(self.came - up)

    def wave(self, k: int, points: int) -> Points:
        """The beginning of the k-th stroke: a wave across the pad."""
        height = 60 + 60 * self.hand
        return [[30 + 9.5 * i, round(140 + height * math.sin(0.3 * i * (1 + k % 3) + k), 1)] for i in range(points)]

    def answered(self) -> bool:
        return self.heard == self.number

    async def tell(self, pad: str, down: bool) -> None:
        """What `pen.js` sends: the strokes that the server does not have yet."""
        self.number += 1
        known = self.known[pad]
        new = self.drawn[pad][known - self.before[pad] :]
        ink = {pad: {"first": known, "strokes": new}}
        report = {"number": self.number, "open": pad if down else None, "pads": ink, "kept": self.kept}
        await self.line.send(json.dumps(report))

    async def listen(self) -> None:
        """To Streamlit: what the pen's companion is told."""
        async for frame in self.socket:
            assert isinstance(frame, bytes)
            if b"sketchbook_pen" in frame or b'"pass"' in frame:
                delta = ForwardMsg.FromString(frame).delta
                sent = delta.new_element.bidi_component
                if re.sub(r"^\$\$ID-[0-9a-f]+-", "", sent.id) == "pen":
                    self.told = json.loads(sent.json)
                    async with self.news:
                        self.news.notify_all()

    async def hear(self) -> None:
        """The answers on the page's own line."""
        async for text in self.line:
            answer = json.loads(text)
            self.heard, self.known, self.came = answer["number"], answer["known"], time.perf_counter()
            self.crowded = "crowded" in answer
            if answer["kept"] is not None:
                self.kept = answer["kept"]["state"]
            async with self.news:
                self.news.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(condition), PATIENCE)


def _cookies(url: str) -> str:
    """The cookies that come with the document: a proxy's, by which it knows its visitors."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as page:
        jar = http.cookies.SimpleCookie()
        for header in page.headers.get_all("Set-Cookie", []):
            jar.load(header)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())


@contextlib.contextmanager
def _task(work: Coroutine[Any, Any, None]) -> Iterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        if not task.cancel():
            task.result()  # it has ended before its time: raises what ended it


@dataclass(frozen=True)
class Load:
    """What `clients` visitors met, in seconds; `updates` are answers a second while a pen was down."""

    clients: int
    latencies: list[float]
    openings: list[float]
    seconds: float  # from the first stroke to the last
    updates: float
    lost: int


async def crowd(url: str, clients: int, strokes: int, pause: tuple[float, float] = PAUSE) -> Load:
    """Visitors who all draw at once, each at a pace of his own: `pause` seconds from stroke to stroke."""
    visitors = [Visitor(url, k / clients, pause) for k in range(clients)]
    ready = asyncio.Barrier(clients + 1)
    async with asyncio.TaskGroup() as group:
        for visitor in visitors:
            group.create_task(visitor.visit(strokes, ready))
        await ready.wait()
        began = time.perf_counter()
    latencies = [latency for visitor in visitors for latency in visitor.latencies]
    updates = sum(visitor.updates for visitor in visitors) / (clients * strokes * STROKE)
    openings = [visitor.opening for visitor in visitors]
    lost = sum(visitor.lost for visitor in visitors)
    return Load(clients, latencies, openings, time.perf_counter() - began, updates, lost)


async def visitors_open(url: str, clients: int, measure: Callable[[], int]) -> int:
    """What `measure` says while that many pages are open and nobody does anything."""
    async with AsyncExitStack() as stack:
        async with asyncio.TaskGroup() as group:
            for k in range(clients):
                group.create_task(Visitor(url, k / clients).open(stack))
        return measure()
