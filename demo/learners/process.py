"""A Python module run as a process of its own, so that PyTorch and the pages' threads do not share an interpreter.

The two speak through its standard input and output: a line of JSON, which has the dtypes and shapes of the
arrays that follow as bytes. The process ends when its input does, however this one ended.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from demo.learners.children import Started, start

Array = NDArray[Any]
Message = tuple[dict[str, Any], list[Array]]


class LearnerError(RuntimeError):
    """A learner that cannot be used now. The message is for the reader of the page."""


class WorkerError(LearnerError):
    """The process has ended; the next request starts another."""


class HungError(LearnerError):
    """The process did not answer in time and was ended; the next request starts another."""


class Process:
    """The process, started when it is first needed, and again when it has ended. For one thread.

    reads: see `demo.learners.children.start`. patience: seconds after which one that does not answer is ended.
    """

    def __init__(self, module: str, reads: Sequence[str] = (), patience: float = math.inf) -> None:
        self._module, self._reads, self._patience = module, reads, patience
        self._process: Started | None = None

    def ask(self, head: dict[str, Any], *arrays: Array) -> Message:
        """The process' reply; raises `LearnerError` with what it says is wrong, `WorkerError` and `HungError`."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        hung = threading.Event()
        try:
            with self._watching(process, hung):
                write(process.stdin, head, *arrays)
                reply, found = read(process.stdout)
        except (EOFError, BrokenPipeError) as error:
            code = self.close()
            if hung.is_set():
                raise HungError(f"no answer in {self._patience:g} s: try again, or choose another learner") from error
            raise WorkerError(f"the process that adapts has ended with code {code}") from error
        if "error" in reply:
            raise LearnerError(reply["error"])
        return reply, found

    @contextlib.contextmanager
    def _watching(self, process: Started, hung: threading.Event) -> Iterator[None]:
        """Ends the process, and says so, if what is done meanwhile takes too long: reading a pipe has no limit."""
        if self._patience == math.inf:
            yield
            return

        def end() -> None:
            hung.set()
            process.kill()

        timer = threading.Timer(self._patience, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _running(self) -> Started:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = start(self._module, reads=self._reads)
        return self._process

    def close(self) -> int | None:
        """Ends the process, if there is one, and returns its exit code."""
        if self._process is None:
            return None
        self._process.kill()
        self._process.communicate()
        code, self._process = self._process.returncode, None
        return code


def standard_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Requests and replies, in the process: whatever prints there must not end up among the replies."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, replies


def write(stream: IO[bytes], head: dict[str, Any], *arrays: Array) -> None:
    head = {**head, "arrays": [(array.dtype.str, array.shape) for array in arrays]}
    stream.write(json.dumps(head).encode() + b"\n" + b"".join(array.tobytes() for array in arrays))
    stream.flush()


def read(stream: IO[bytes]) -> Message:
    """Head and arrays; raises EOFError if the stream has ended."""
    line = stream.readline()
    if not line:
        raise EOFError
    head: dict[str, Any] = json.loads(line)
    return head, [_array(stream, np.dtype(kind), shape) for kind, shape in head.pop("arrays")]


def _array(stream: IO[bytes], kind: np.dtype[Any], shape: Sequence[int]) -> Array:
    size = kind.itemsize * math.prod(shape)
    raw = stream.read(size)
    if len(raw) < size:
        raise EOFError  # ended in the middle of a message
    return np.frombuffer(raw, kind).reshape(shape)
