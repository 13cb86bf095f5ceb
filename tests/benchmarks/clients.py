"""Visitors without a browser: each speaks to the real server as the page does, over its websocket.

A visitor opens the draw page and draws a stroke a second, reported while it grows, by the pen's own line and
one message in flight, as `pen.js` does it; and once more 200 ms after its end, as the canvas package does.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import websockets
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PADS = 4
POINTS = 24  # of a stroke
STROKE = 0.4  # seconds, the pen being down
PERIOD = 1.0  # seconds from stroke to stroke
DEBOUNCE = 0.2  # seconds, the canvas package's
BRISK, EASE, SETTLE, SPARE = 0.06, 2, 0.3, 6  # as `pen.js` has them, in seconds; its PATIENCE is SPARE here
ATTEMPTS = 5  # to hear that the last strokes are known, before they count as lost
PATIENCE = 60.0  # seconds

Points = list[list[float]]


@dataclass
class Component:
    """A component as the server last sent it: its widget's id, its fragment, its data."""

    id: str
    fragment: str
    data: Any


@dataclass
class Visitor:
    """One open page."""

    url: str  # of the app, http://...
    hand: float  # no two visitors draw the same
    components: dict[str, Component] = field(default_factory=dict)  # by their keys
    states: dict[str, str] = field(default_factory=dict)  # of widgets, as JSON
    latencies: list[float] = field(default_factory=list)  # seconds from the end of a stroke to its answer
    updates: int = 0  # answers while the pen was down
    page: str = ""  # the draw page's hash, by which the server knows it
    number: int = 0  # of reports sent
    heard: int = 0  # of the last one answered
    excess: float = 0.0  # seconds that the last answer took beyond BRISK
    lost: int = 0  # strokes that the server does not know in the end

    async def visit(self, strokes: int, ready: asyncio.Barrier, delay: float) -> None:
        """Opens the page, waits for the others, and draws."""
        server = self.url.replace("http", "ws", 1)
        streamlit = websockets.Subprotocol("streamlit")
        async with websockets.connect(
            f"{server}/_stcore/stream", origin=websockets.Origin(self.url), subprotocols=[streamlit], max_size=None
        ) as self.socket:
            self.news = asyncio.Condition()
            listening = [asyncio.create_task(self.listen())]
            await self.send("", {})
            await self.until(lambda: "pen" in self.components)
            token = self.components["pen"].data["pass"]
            self.line = await websockets.connect(f"{server}/line?pass={token}", origin=websockets.Origin(self.url))
            listening.append(asyncio.create_task(self.hear()))
            self.pads = sorted(key for key in self.components if key.startswith("pad-"))
            self.drawn: dict[str, list[Points]] = {pad: [] for pad in self.pads}
            self.before = dict(self.known())
            await ready.wait()
            await asyncio.sleep(delay)
            reports = []
            for k in range(strokes):
                began = time.perf_counter()
                pad = self.pads[k % PADS]
                await self.draw(pad, k)
                reports.append(asyncio.create_task(self.report(pad, len(self.drawn[pad]))))
                left = PERIOD - (time.perf_counter() - began)
                if (wait := SETTLE + SPARE * self.excess) < left:
                    await self.settle(pad, wait)
                await asyncio.sleep(max(0.0, PERIOD - (time.perf_counter() - began)))
            await asyncio.gather(*reports)
            for _ in range(ATTEMPTS):
                await self.settle(self.pads[0], SETTLE + SPARE * self.excess)
            self.lost = sum(self.before[pad] + len(self.drawn[pad]) - self.known()[pad] for pad in self.pads)
            await self.line.close()
            for task in listening:
                task.cancel()

    def known(self) -> dict[str, int]:
        """Strokes that the server knows from the package, by pad."""
        known: dict[str, int] = self.components["pen"].data["known"]
        return known

    async def draw(self, pad: str, k: int) -> None:
        """One stroke, with the pen's reports while it grows."""
        stroke: Points = []
        self.drawn[pad].append(stroke)
        began, sent, pause = time.perf_counter(), None, 0.0
        while (now := time.perf_counter()) < began + STROKE:
            progress = (now - began) / STROKE
            stroke[:] = self.wave(k, 1 + int(progress * (POINTS - 1)))
            if sent is None and now >= pause:
                sent = now
                await self.line.send(self.ink(pad, down=True))
            await asyncio.sleep(1 / 60)
            if sent is not None and self.answered():
                now = time.perf_counter()
                self.excess, sent = max(0.0, now - sent - BRISK), None
                pause = now + EASE * self.excess
                self.updates += 1
        stroke[:] = self.wave(k, POINTS)
        up = time.perf_counter()
        await self.until(self.answered)
        sent = time.perf_counter()
        await self.line.send(self.ink(pad, down=False))
        await self.until(self.answered)
        self.latencies.append(time.perf_counter() - up)
        self.excess = max(0.0, time.perf_counter() - sent - BRISK)

    def wave(self, k: int, points: int) -> Points:
        """The beginning of the k-th stroke: a wave across the pad."""
        height = 60 + 60 * self.hand
        return [[30 + 9.5 * i, round(140 + height * math.sin(0.3 * i * (1 + k % 3) + k), 1)] for i in range(points)]

    def answered(self) -> bool:
        return self.heard == self.number

    def ink(self, pad: str, down: bool) -> str:
        """What `pen.js` sends: the strokes that the server does not know yet."""
        self.number += 1
        known = self.known()[pad]
        new = self.drawn[pad][known - self.before[pad] :]
        return json.dumps({"number": self.number, "down": down, "pads": {pad: {"first": known, "strokes": new}}})

    async def settle(self, pad: str, wait: float) -> None:
        """A while after a stroke the companion asks what the server knows."""
        await asyncio.sleep(wait)
        pen, ink = self.components["pen"], json.loads(self.ink(pad, down=False))
        trigger = {_make_trigger_id(pen.id, "events"): json.dumps([{"event": "ink", "value": ink}])}
        await self.send(pen.fragment, trigger)
        await self.until(self.answered)

    async def report(self, pad: str, strokes: int) -> None:
        """What the canvas package sends after its pause: everything on the pad."""
        await asyncio.sleep(DEBOUNCE)
        paths = [{"type": "Path", "path": path(points)} for points in self.drawn[pad][:strokes]]
        canvas = self.components[pad]
        first = canvas.data["initialDrawing"]["objects"]
        state = {"drawing": {"raw": {"objects": [*first, *paths]}, "data": None}, "backgroundFit": None}
        self.states[canvas.id] = json.dumps(state)
        await self.send(canvas.fragment, {})

    async def send(self, fragment: str, triggers: dict[str, str]) -> None:
        """Asks for a run of one fragment, or of the page; widgets' states go with each message."""
        message = BackMsg()
        message.rerun_script.fragment_id = fragment
        message.rerun_script.page_script_hash = self.page
        for name, value in self.states.items():
            message.rerun_script.widget_states.widgets.add(id=name, json_value=value)
        for name, value in triggers.items():
            message.rerun_script.widget_states.widgets.add(id=name, json_trigger_value=value)
        await self.socket.send(message.SerializeToString())

    async def listen(self) -> None:
        async for frame in self.socket:
            assert isinstance(frame, bytes)
            message = ForwardMsg.FromString(frame)
            delta = message.delta
            if message.WhichOneof("type") == "navigation":
                self.page = message.navigation.page_script_hash
            if delta.new_element.WhichOneof("type") == "bidi_component":
                sent = delta.new_element.bidi_component
                key = re.sub(r"^\$\$ID-[0-9a-f]+-", "", sent.id)
                self.components[key] = Component(sent.id, delta.fragment_id, json.loads(sent.json))
                if key == "pen":
                    self.heard = max(self.heard, self.components[key].data["answered"])
                async with self.news:
                    self.news.notify_all()

    async def hear(self) -> None:
        """The answers on the pen's own line."""
        async for text in self.line:
            self.heard = max(self.heard, json.loads(text)["number"])
            async with self.news:
                self.news.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(condition), PATIENCE)


def path(points: Points) -> list[list[Any]]:
    """As Fabric.js writes it: see `demo.ui.fabric`."""
    kept = [*points[:-2], points[-1]]
    curves = [["Q", *a, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2] for a, b in itertools.pairwise(kept)]
    return [["M", *kept[0]], *curves, ["L", *kept[-1]]]


@dataclass(frozen=True)
class Load:
    """What `clients` visitors met, in seconds; `updates` are answers a second while a pen was down."""

    clients: int
    latencies: list[float]
    updates: float
    lost: int


async def crowd(url: str, clients: int, strokes: int) -> Load:
    """Visitors who all draw at once, their strokes spread over the second."""
    visitors = [Visitor(url, k / clients) for k in range(clients)]
    ready = asyncio.Barrier(clients)
    async with asyncio.TaskGroup() as group:
        for k, visitor in enumerate(visitors):
            group.create_task(visitor.visit(strokes, ready, PERIOD * k / clients))
    latencies = [latency for visitor in visitors for latency in visitor.latencies]
    updates = sum(visitor.updates for visitor in visitors) / (clients * strokes * STROKE)
    return Load(clients, latencies, updates, sum(visitor.lost for visitor in visitors))
