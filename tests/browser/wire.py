"""A wire from a port of its own to the app's, which may be cut and mended: a laptop that sleeps, a tunnel."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.servers import free_ports


class Wire:
    """Everything that is sent to its port goes on to port `to`, and back, until it is cut."""

    def __init__(self, to: int) -> None:
        self.to, (self.port,) = to, free_ports(1)
        self.url = f"http://localhost:{self.port}"
        self._listener: socket.socket | None = None
        self._ends: list[socket.socket] = []

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Nothing comes through any more, and whoever tries is refused."""
        ends, self._ends = self._ends, []
        for end in ends if self._listener is None else [self._listener, *ends]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits there
            end.close()
        self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it was cut
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while content := one.recv(2**16):
            other.sendall(content)
        other.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def wired(to: int) -> Iterator[Wire]:
    wire = Wire(to)
    wire.mend()
    yield wire
    wire.cut()
