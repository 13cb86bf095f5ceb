"""A process that meta-trains: `python -m demo.lessons.trainer`, spoken to as `demo.learners.process` says.

It keeps no run: a request brings a run's state and takes the next one back, so one process serves any run,
and nothing is lost with it.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import asdict, dataclass

import numpy as np

from demo.learners.process import Process, read, standard_streams, write
from demo.lessons.look import Look, Order

NICE = 5
"""Added to the process' niceness (where there is such a thing): whoever draws meanwhile comes first."""

READS = ("demo.lessons.watch", "torch._dynamo")  # PyTorch's optimisers read the latter when they are made


@dataclass(frozen=True, eq=False)
class Stand:
    """Where a run stands: what was seen last, all that is needed to go on, and seconds of training so far."""

    look: Look
    state: bytes
    seconds: float


class Trainer(Process):
    """The process, started when it is first needed, and again when it has ended. For one thread."""

    def __init__(self) -> None:
        super().__init__("demo.lessons.trainer", READS)

    def advance(self, order: Order, stand: Stand | None) -> Stand:
        """The run at its next look; at meta-step 0 if it has not begun. Raises `WorkerError` if the process ended.

        Raises StopIteration after the last look.
        """
        meta_step = 0 if stand is None else order.after(stand.look.meta_step)
        state = np.frombuffer(b"" if stand is None else stand.state, np.uint8)
        reply, (after, *seen) = self.ask({**asdict(order), "meta_step": meta_step}, state)
        seconds = 0.0 if stand is None else stand.seconds + reply["seconds"]  # the first look is no training
        return Stand(Look(meta_step, *seen), after.tobytes(), seconds)


def main() -> None:
    """Answers requests until there are no more."""
    requests, replies = standard_streams()
    if hasattr(os, "nice"):
        os.nice(NICE)
    import torch

    from demo.lessons.watch import Course

    torch.set_num_threads(1)  # networks this small lose time to a second one
    with contextlib.suppress(EOFError, BrokenPipeError):  # whoever asked has gone
        while True:
            head, (state,) = read(requests)
            started = time.monotonic()
            course = Course(Order(head["seed"], head["meta_steps"]))
            if state.size:
                course.restore(state.tobytes())
            course.advance(head["meta_step"])
            look = course.look()
            seconds = time.monotonic() - started
            raw = np.frombuffer(course.state(), np.uint8)
            write(replies, {"seconds": seconds}, raw, look.errors, look.curves, look.truth, look.points)


if __name__ == "__main__":
    main()
