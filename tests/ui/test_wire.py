"""Websockets on loopback, served by uvicorn: what a browser sends passes, and nothing fills the memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from demo.limits import FRAGMENTS, MEGABYTE
from demo.ui.wire import Wire

MASK = bytes(4)
PART, LAST, BINARY, PING, PONG = 0x00, 0x80, 0x02, 0x89, 0x8A  # a frame's first byte: RFC 6455, section 5.2
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def frame(kind: int, content: bytes = b"") -> bytes:
    """As a browser sends it; of up to 125 bytes."""
    return bytes([kind, 0x80 | len(content)]) + MASK + content


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message["bytes"]})


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[uvicorn.Server, asyncio.StreamReader, asyncio.StreamWriter]]:
    server = uvicorn.Server(uvicorn.Config(echo, port=0, ws=Wire, lifespan="off", log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**10)
    writer.write(HANDSHAKE)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    try:
        yield server, reader, writer
    finally:
        writer.transport.abort()
        server.should_exit = True
        await serving


def test_pings_are_answered_and_parts_put_together() -> None:
    async def scene() -> None:
        async with connected() as (_, reader, writer):
            writer.write(frame(PING, b"there?"))
            assert await reader.readexactly(8) == bytes([PONG, 6]) + b"there?"
            writer.write(frame(BINARY, b"0") + (FRAGMENTS - 2) * frame(PART, b"1") + frame(LAST, b"2"))
            assert (await reader.readexactly(4))[:2] == bytes([BINARY | LAST, 126])
            assert await reader.readexactly(FRAGMENTS) == b"0" + (FRAGMENTS - 2) * b"1" + b"2"

    asyncio.run(scene())


async def pour(writer: asyncio.StreamWriter, connection: Wire, hostile: bytes) -> None:
    """16 MB of these frames, and more than enough of them; what they leave behind stays small."""
    for _ in range(256):
        writer.write(hostile * (MEGABYTE // 16 // len(hostile)))
        await writer.drain()
        await asyncio.sleep(0)
        assert connection.transport.get_write_buffer_size() < MEGABYTE
        assert len(connection.frames) <= FRAGMENTS


@pytest.mark.parametrize("hostile", [frame(PING, bytes(125)), frame(PART)])
def test_whoever_sends_what_never_ends_and_reads_nothing_is_cut_off(hostile: bytes) -> None:
    async def scene() -> None:
        async with connected() as (server, _, writer):
            writer.write(frame(BINARY, b"0"))
            [connection] = server.server_state.connections
            assert isinstance(connection, Wire)
            with pytest.raises(ConnectionError):
                await pour(writer, connection, hostile)

    asyncio.run(scene())
