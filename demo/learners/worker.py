"""A process of its own that adapts: PyTorch and the pages' threads do not fight for one interpreter.

`Worker` starts it (`python -m demo.learners.worker`) and speaks to it as `demo.learners.process` says.
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from demo.learners.process import LearnerError, Process, WorkerError, read, standard_streams, write

if TYPE_CHECKING:
    from demo.learners.trained import Trained

__all__ = ["TRANSDUCTIVE", "Batch", "Labels", "LearnerError", "Worker", "WorkerError", "adapt"]

Batch = NDArray[np.float32]
Labels = Sequence[int]

TRANSDUCTIVE = "-transductive"


class Worker(Process):
    """The process, started when it is first needed, and again when it has ended. For one thread."""

    def __init__(self) -> None:
        super().__init__("demo.learners.worker")

    def adapt(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> tuple[Batch, Batch]:
        """Support losses (S + 1, T) and probabilities (S + 1, T, Q, N) for T tasks of images (T, M + Q, 28, 28).

        A task has M support images, of the classes `labels` (M of 0..N-1), and last the queries'. A learner's
        name with TRANSDUCTIVE after it answers all queries together. Raises `LearnerError` and `WorkerError`.
        """
        losses, probabilities, _ = self.timed(learner, device, steps, labels, images)
        return losses, probabilities

    def timed(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> tuple[Batch, Batch, float]:
        """The same, and the seconds that adapting took in the process: without the way there, and without loading."""
        head = {"learner": learner, "device": device, "steps": steps, "labels": list(labels)}
        reply, (losses, probabilities) = self.ask(head, images.astype(np.float32))
        return losses, probabilities, float(reply["seconds"])


@functools.cache
def _load(name: str, device: str) -> Trained:
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
            _load(head["learner"].removesuffix(TRANSDUCTIVE), head["device"])  # not part of what is timed
            begin = time.perf_counter()
            losses, outputs = adapt(**head, images=images)
            write(replies, {"seconds": time.perf_counter() - begin}, losses, outputs)
        except (WeightsError, torch.OutOfMemoryError) as error:
            write(replies, {"error": str(error)})


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # whoever asked has ended
        main()
