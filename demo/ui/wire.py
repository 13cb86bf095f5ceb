"""Websockets as uvicorn speaks them, bounded where its buffers have no end.

What an app sees of a websocket is bounded: reading stops until the last message has been taken. Pings and the parts
of a message never get that far: answers that nobody reads and parts without an end would fill the memory.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from demo.limits import FRAGMENTS


class Wire(WebSocketsSansIOProtocol):
    """One connection. Who leaves answers unread and pings on, or never ends a message, is cut off."""

    def handle_ping(self) -> None:
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()

    def handle_cont(self, event: Any) -> None:
        if len(self.frames) < FRAGMENTS:
            super().handle_cont(event)
        else:
            self.transport.abort()
