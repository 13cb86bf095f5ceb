"""Starts processes of ours: forked from the nursery where there can be one, anew elsewhere."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from demo.learners import nursery

ROOT = Path(__file__).resolve().parents[2]
FORKING = sys.platform == "linux"


class Child:
    """A child of the nursery: what `subprocess.Popen` has of one's own. For any number of threads."""

    def __init__(self, module: str, stdin: IO[bytes], stdout: IO[bytes], line: socket.socket) -> None:
        self.args, self.stdin, self.stdout = module, stdin, stdout
        self.returncode: int | None = None
        self._line, self._pid = line, 0
        self._lock = threading.Lock()  # of whoever listens to the line

    @property
    def pid(self) -> int:
        """Its process number, once there is one; 0 if there never was."""
        with self._lock:
            while not self._pid and self.returncode is None:
                self._hear(None)
        return self._pid

    def poll(self) -> int | None:
        """Its exit code if it has ended; None as well while another thread waits for it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for signals, once it has ended; raises `subprocess.TimeoutExpired`."""
        end = None if timeout is None else time.monotonic() + timeout
        if self._lock.acquire(timeout=-1 if timeout is None else timeout):
            try:
                while self.returncode is None and self._hear(None if end is None else max(0.0, end - time.monotonic())):
                    pass
            finally:
                self._lock.release()
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return self.returncode

    def _hear(self, seconds: float | None) -> bool:
        """Takes in what is said next; whether that was in time."""
        self._line.settimeout(seconds)
        try:
            said = self._line.recv(64)
        except (TimeoutError, BlockingIOError):
            return False
        if said and not self._pid:
            self._pid = int(said)
            return True
        self.returncode = int(said or -signal.SIGKILL)  # the nursery has died, and its children with it
        self._line.close()
        return True

    def kill(self) -> None:
        """Ends it, if it has not ended."""
        with contextlib.suppress(OSError):  # has ended: no line any more
            self._line.shutdown(socket.SHUT_WR)

    def communicate(self) -> tuple[bytes, None]:
        """Closes its input, and returns what it still says until it ends."""
        with contextlib.suppress(BrokenPipeError):
            self.stdin.close()
        with self.stdout:
            said = self.stdout.read()
        self.wait()
        return said, None

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self.stdin.close()
        self.wait()


Started = Child | subprocess.Popen[bytes]


class _Nursery:
    """The one of this process, started when it is first needed, and again when it has died. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None

    def ask(self, request: dict[str, Any], *descriptors: int) -> None:
        said = json.dumps({**request, "environment": dict(os.environ)}).encode()
        with self._lock, os.fdopen(os.memfd_create("request"), "wb") as file:  # a packet has room for 200 kB
            file.write(said)
            file.flush()
            try:
                socket.send_fds(self._opened(), [b"request"], [file.fileno(), *descriptors])
            except (BrokenPipeError, ConnectionResetError):  # has died since it was looked at
                self.close()
                socket.send_fds(self._opened(), [b"request"], [file.fileno(), *descriptors])

    def _opened(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._door is None:
            self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                alone = {**os.environ, "OMP_NUM_THREADS": "1"}  # no threads, which a fork would leave behind
                command = [sys.executable, "-m", nursery.NAME]
                self._process = subprocess.Popen(command, cwd=ROOT, env=alone, stdin=theirs.fileno())
        return self._door

    def close(self) -> None:
        """Ends it, and with it all its children."""
        if self._process is not None and self._door is not None:
            self._door.close()
            self._process.wait()
            self._process = self._door = None


_nursery = _Nursery()


def start(module: str, *arguments: str, reads: Sequence[str] = ()) -> Started:
    """`python -m MODULE ARGUMENTS` at the repository's root, with pipes to its standard input and output.

    reads: modules that it needs and that take long; where it is forked, the next process finds them read.
    It ends by itself when its input does or, where it is forked, when this process ends, however that may be.
    """
    return _forked(module, arguments, reads) if FORKING else _anew(module, arguments)


def _anew(module: str, arguments: Sequence[str]) -> Started:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _forked(module: str, arguments: Sequence[str], reads: Sequence[str]) -> Started:
    line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    given, stdin = os.pipe()
    stdout, taken = os.pipe()
    with theirs:
        try:
            request = {"module": module, "arguments": arguments, "reads": reads}
            _nursery.ask(request, given, taken, theirs.fileno())
        finally:
            os.close(given)
            os.close(taken)
    return Child(module, os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb"), line)
