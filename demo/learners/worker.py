"""A process of its own that adapts: PyTorch and the pages' threads do not fight for one interpreter.

`Worker` starts it (`python -m demo.learners.worker`) and speaks to it through its standard input and output:
a line of JSON, which has the shapes of the float32 arrays that follow. It ends when its input does.
"""

from __future__ import annotations

import functools
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from demo.learners.gradient import GradientLearner

Batch = NDArray[np.float32]
Labels = Sequence[int]

TRANSDUCTIVE = "-transductive"


class LearnerError(RuntimeError):
    """A learner that cannot be used now. The message is for the reader of the page."""


class WorkerError(LearnerError):
    """The process has ended; the next request starts another."""


class Worker:
    """The process, started when it is first needed, and again when it has ended. For one thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def adapt(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> tuple[Batch, Batch]:
        """Support losses (S + 1, T) and probabilities (S + 1, T, Q, N) for T tasks of images (T, M + Q, 28, 28).

        A task has M support images, of the classes `labels` (M of 0..N-1), and last the queries'. A learner's
        name with TRANSDUCTIVE after it answers all queries together. Raises `LearnerError` and `WorkerError`.
        """
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _write(
                process.stdin, {"learner": learner, "device": device, "steps": steps, "labels": list(labels)}, images
            )
            reply, arrays = _read(process.stdout)
        except (EOFError, BrokenPipeError) as error:
            code = self.close()
            raise WorkerError(f"the process that adapts has ended with code {code}") from error
        if "error" in reply:
            raise LearnerError(reply["error"])
        losses, probabilities = arrays
        return losses, probabilities

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "demo.learners.worker"],
                cwd=Path(__file__).resolve().parents[2],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def close(self) -> int | None:
        """Ends the process, if there is one, and returns its exit code."""
        if self._process is None:
            return None
        self._process.kill()
        self._process.communicate()
        code, self._process = self._process.returncode, None
        return code


def _write(stream: IO[bytes], head: dict[str, Any], *arrays: Batch) -> None:
    head = {**head, "shapes": [array.shape for array in arrays]}
    stream.write(json.dumps(head).encode() + b"\n" + b"".join(array.astype(np.float32).tobytes() for array in arrays))
    stream.flush()


def _read(stream: IO[bytes]) -> tuple[dict[str, Any], list[Batch]]:
    """Head and arrays; raises EOFError if the stream has ended."""
    line = stream.readline()
    if not line:
        raise EOFError
    head: dict[str, Any] = json.loads(line)
    shapes = head.pop("shapes")
    arrays = [np.frombuffer(stream.read(4 * math.prod(shape)), np.float32).reshape(shape) for shape in shapes]
    return head, arrays


@functools.cache
def _load(name: str, device: str) -> GradientLearner:
    from demo.learners import store

    return store.load(name, device=device)


def adapt(learner: str, device: str, steps: int, labels: Labels, images: Batch) -> tuple[Batch, Batch]:
    """What `Worker.adapt` says, in this process."""
    import torch

    from demo.tasks.episodes import Episodes

    x = torch.tensor(images, device=device)[:, :, None]  # (T, M + Q, 1, 28, 28)
    y = torch.tensor(labels, device=device).expand(len(x), -1)
    support, queries = x[:, : len(labels)], x[:, len(labels) :]
    unknown = y.new_zeros(queries.shape[:2])  # the queries' labels are not looked at
    together = learner.endswith(TRANSDUCTIVE)
    learner = learner.removesuffix(TRANSDUCTIVE)
    losses, outputs = _load(learner, device).adapt_all(
        Episodes(support, y, queries, unknown), steps, transductive=together
    )
    return losses.cpu().numpy(), outputs.cpu().numpy()


def main() -> None:
    """Answers requests until there are no more."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not end up among the replies
    import torch

    from demo.learners.store import WeightsError

    torch.set_num_threads(1)  # the tasks are too small to share
    while True:
        try:
            head, (images,) = _read(requests)
        except EOFError:
            return
        try:
            _write(replies, {}, *adapt(**head, images=images))
        except (WeightsError, torch.OutOfMemoryError) as error:
            _write(replies, {"error": str(error)})


if __name__ == "__main__":
    main()
