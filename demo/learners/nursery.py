"""A process that has read PyTorch and is forked for each further one: they share its memory, and start at once.

`python -m demo.learners.nursery`, which `demo.learners.children` starts and asks over a socket: its standard
input. A request is one packet of four descriptors: a file with JSON, the child's standard input and output, and
its line.
On its line a child's process number is said, and its exit code when it has ended; it is killed when the other
end of the line is closed. Linux: what happens to a child when the nursery dies is settled there only.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass

NAME = "demo.learners.nursery"

FIRST = ("torch", "demo.learners.store")
"""What every child needs."""

SET_PARENT_DEATH_SIGNAL, SET_NAME = 1, 15  # prctl(2)


@dataclass(frozen=True)
class Request:
    """What a child is to run, as `python -m MODULE ARGUMENTS` would, and with which environment.

    reads: modules that the nursery reads before, so that whoever needs them later shares them as well.
    """

    module: str
    arguments: list[str]
    environment: dict[str, str]
    reads: list[str]

    def run(self) -> None:
        os.environ.clear()
        os.environ.update(self.environment)
        _prctl(SET_NAME, self.module.removeprefix("demo.").encode())  # for `ps`: its first 15 letters
        sys.argv = [self.module, *self.arguments]
        runpy.run_module(self.module, run_name="__main__", alter_sys=True)


class Nursery:
    """One thread and nothing computed: else a fork would be of unknown state."""

    def __init__(self, door: socket.socket) -> None:
        self._door = door
        self._lines: dict[socket.socket, int] = {}  # of the children that live
        self._ended, self._wake = os.pipe()  # a byte for each signal, so that none is missed
        for end in (self._ended, self._wake):
            os.set_blocking(end, False)
        self._selector = selectors.PollSelector()  # no descriptor of its own, which a child would share
        self._selector.register(door, selectors.EVENT_READ)
        self._selector.register(self._ended, selectors.EVENT_READ)

    def serve(self) -> Request | None:
        """Forks until nobody can ask any more. Returns in each child what it is to run, and None in the nursery."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._door:
                    said, descriptors, *_ = socket.recv_fds(self._door, 64, 4)
                    if not said:
                        return None
                    with os.fdopen(descriptors[0], "rb") as file:
                        file.seek(0)
                        request = Request(**json.load(file))
                    read(request.reads)
                    if self._fork(*descriptors[1:]):
                        return request
                elif key.fileobj == self._ended:
                    os.read(self._ended, 512)
                    self._reap()
                elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._lines:  # nobody listens any more
                    self._selector.unregister(key.fileobj)
                    os.kill(self._lines[key.fileobj], signal.SIGKILL)

    def _fork(self, given: int, taken: int, line: int) -> bool:
        """Whether this is the child, which then has none of the nursery's descriptors."""
        nursery = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:  # no memory for it: whoever asked finds its line closed, all others live on
            sys.stderr.write(f"{NAME}: {error}\n")
            pid = -1
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._close()
            _end_with(nursery)
            os.dup2(given, 0)
            os.dup2(taken, 1)
        elif pid > 0:
            self._open(socket.socket(fileno=os.dup(line)), pid)
        for descriptor in (given, taken, line):
            os.close(descriptor)
        return pid == 0

    def _open(self, line: socket.socket, pid: int) -> None:
        self._lines[line] = pid
        self._selector.register(line, selectors.EVENT_READ)
        with contextlib.suppress(BrokenPipeError):  # who asked has gone; it is killed in the next round
            line.send(f"{pid}".encode())

    def _reap(self) -> None:
        """Says of every child that has ended how it has."""
        for line, pid in list(self._lines.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                with contextlib.suppress(BrokenPipeError):
                    line.send(f"{os.waitstatus_to_exitcode(status)}".encode())
                with contextlib.suppress(KeyError):  # killed, and no longer listened to
                    self._selector.unregister(line)
                del self._lines[line]
                line.close()

    def _close(self) -> None:
        self._selector.close()
        for end in (self._door, *self._lines):
            end.close()
        os.close(self._ended)
        os.close(self._wake)


def read(modules: Iterable[str]) -> None:
    """Imports what has not been imported, and keeps it shared: the collector writes into all that it looks at."""
    if missing := [module for module in modules if module not in sys.modules]:
        for module in missing:
            importlib.import_module(module)
        gc.collect()
        gc.freeze()


def _prctl(option: int, value: bytes | int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value):
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def _end_with(parent: int) -> None:
    """This process is killed when its parent dies, however that dies."""
    _prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it was faster
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Reads what all children need, then waits for requests; in a child, runs what was asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, and all end with it
    read(FIRST)
    if request := Nursery(socket.socket(fileno=os.dup(0))).serve():
        request.run()
        sys.stdout.flush()
    os._exit(0)  # taking PyTorch down takes longer than a child's start, and copies what was shared


if __name__ == "__main__":
    main()
