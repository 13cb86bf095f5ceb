"""A served app that may be killed and started again on its port, and a wire to it that may be cut."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.browser.machine import ROOT, await_health


class Mortal:
    """`demo.server` on a port of its own. What it says goes to `log`."""

    def __init__(self, log: Path) -> None:
        self.log, self.port = log, free_port()
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers; raises RuntimeError if it does not."""
        with self.log.open("ab") as sink:
            command = [sys.executable, "-m", "demo.server", "--port", str(self.port)]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=sink, stderr=subprocess.STDOUT)
        await_health(self.process, f"{self.url}/_stcore/health", self.log)

    def kill(self) -> None:
        """SIGKILL: it cannot say good-bye to anybody."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)

    def die_and_return(self) -> None:
        self.kill()
        self.start()


class Wire:
    """Everything sent to its port goes to the app's, until it is cut."""

    def __init__(self, to: int) -> None:
        self.to, self.port = to, free_port()
        self.url = f"http://localhost:{self.port}"
        self._listener: socket.socket | None = None
        self._ends: list[socket.socket] = []

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Nothing comes through any more, and whoever tries is refused."""
        assert self._listener is not None
        for end in (self._listener, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits there
            end.close()
        self._ends = []

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def wired(to: int) -> Iterator[Wire]:
    wire = Wire(to)
    wire.mend()
    yield wire
    wire.cut()
