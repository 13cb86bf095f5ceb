"""A process of its own that adapts: PyTorch and the pages' threads do not fight for one interpreter.

`Worker` starts it (`python -m demo.learners.worker`) and speaks to it as `demo.learners.process` says.
"""

from __future__ import annotations

import contextlib
import functools
import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from demo.learners.process import LearnerError, Process, WorkerError, read, standard_streams, write

if TYPE_CHECKING:
    from demo.learners.trained import Trained

__all__ = ["TRANSDUCTIVE", "Adapted", "Batch", "Labels", "LearnerError", "Worker", "WorkerError", "adapt"]

Batch = NDArray[np.float32]
Labels = Sequence[int]

TRANSDUCTIVE = "-transductive"

_T = TypeVar("_T")


class Adapted(NamedTuple):
    """Support losses (S + 1, T) and probabilities (S + 1, T, Q, N).

    fallback: why they come from the CPU, where they were to come from another device; else "".
    """

    losses: Batch
    probabilities: Batch
    fallback: str = ""


class Worker(Process):
    """The process, started when it is first needed, and again when it has ended. For one thread.

    patience: seconds after which one that does not answer is ended.
    """

    def __init__(self, patience: float = math.inf) -> None:
        super().__init__("demo.learners.worker", patience=patience)

    def adapt(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> Adapted:
        """Adapts to T tasks of images (T, M + Q, 28, 28).

        A task has M support images, of the classes `labels` (M of 0..N-1), and last the queries'. A learner's
        name with TRANSDUCTIVE after it answers all queries together. Raises `LearnerError`, `WorkerError`, `HungError`.
        """
        return self._asked(learner, device, steps, labels, images)[0]

    def timed(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> tuple[Batch, Batch, float]:
        """Losses and probabilities, and the seconds that adapting took: without the way there, and without loading."""
        found, seconds = self._asked(learner, device, steps, labels, images)
        return found.losses, found.probabilities, seconds

    def _asked(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> tuple[Adapted, float]:
        head = {"learner": learner, "device": device, "steps": steps, "labels": list(labels)}
        reply, (losses, probabilities) = self.ask(head, images.astype(np.float32))
        return Adapted(losses, probabilities, reply["fallback"]), float(reply["seconds"])


@functools.cache
def _load(name: str, device: str) -> Trained:
    from demo.learners import store

    return store.load(name, device=device)


def adapt(learner: str, device: str, steps: int, labels: Labels, images: Batch) -> Adapted:
    """What `Worker.adapt` says, in this process."""
    found, fallback = _or_on_cpu(lambda place: _adapt(learner, place, steps, labels, images), device)
    return Adapted(*found, fallback)


def _or_on_cpu(work: Callable[[str], _T], device: str) -> tuple[_T, str]:
    """What `work` makes of the device; where that fails it, what it makes of the CPU, and why, in a few words."""
    from demo.learners.store import WeightsError

    try:
        return work(device), ""
    except WeightsError:
        raise
    except (RuntimeError, AssertionError) as error:  # no memory, no driver, a GPU gone; an assertion: no CUDA built in
        if device == "cpu":
            raise
        return work("cpu"), str(error).strip().splitlines()[0].split(". ")[0]


def _adapt(learner: str, device: str, steps: int, labels: Labels, images: Batch) -> tuple[Batch, Batch]:
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
    requests, replies = standard_streams()
    import torch

    from demo.learners.store import WeightsError

    torch.set_num_threads(1)  # the tasks are too small to share
    while True:
        try:
            head, (images,) = read(requests)
        except EOFError:
            return
        try:
            name = head["learner"].removesuffix(TRANSDUCTIVE)
            _or_on_cpu(functools.partial(_load, name), head["device"])  # not part of what is timed
            begin = time.perf_counter()
            found = adapt(**head, images=images)
            seconds = time.perf_counter() - begin
            write(replies, {"seconds": seconds, "fallback": found.fallback}, found.losses, found.probabilities)
        except (WeightsError, torch.OutOfMemoryError) as error:
            write(replies, {"error": str(error)})


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # whoever asked has ended
        main()
