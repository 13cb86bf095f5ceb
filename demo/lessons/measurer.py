"""The process that measures for everybody (`python -m demo.lessons.measurer`); it gives way to those who draw.

It works at all jobs in turn, one batch of tasks at a time, so nobody waits for somebody else's job to end. It
reads and writes lines of JSON (`demo.lessons.jobs` is the other side), and ends when its input does.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO

from demo.lessons.jobs import Message
from demo.lessons.tasks import Question

NICE = 5


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Works at all jobs in turn until there are no more requests."""
    inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests, inbox), daemon=True).start()
    jobs: dict[int, Iterator[Message]] = {}
    while True:
        while not jobs or not inbox.empty():  # whatever is asked is begun at once
            message = inbox.get()
            if message is None:
                return
            if "stop" in message:
                jobs.pop(message["stop"], None)
            else:
                jobs[message["number"]] = _work(message)
                _step(message["number"], jobs, replies)
        for number in list(jobs):
            if inbox.empty():
                _step(number, jobs, replies)


def _step(number: int, jobs: dict[int, Iterator[Message]], replies: IO[bytes]) -> None:
    """The next bit of a job, which ends with its last or with an error."""
    from demo.learners.store import WeightsError
    from demo.tasks.omniglot import DataError, home

    try:
        said = next(jobs[number])
    except StopIteration:
        said = {"end": True}
    except OSError as error:
        said = {"error": str(error.strerror or error)}  # visitors read it: no path
    except (WeightsError, DataError, ValueError, MemoryError) as error:
        said = {"error": re.sub(rf"{re.escape(str(home().absolute()))}\b", "OMNIGLOT_DIR", str(error))}
    if "measured" not in said:
        del jobs[number]
    replies.write(json.dumps({"number": number, **said}).encode() + b"\n")
    replies.flush()


def _work(message: Message) -> Iterator[Message]:
    from demo.lessons import measuring
    from demo.tasks import making

    if "prepare" in message:
        making.opened(message["prepare"])
    elif "answer" in message:
        found = measuring.answer(Question(**message["answer"]))
        yield {"answer": [found.losses.tolist(), found.probabilities.tolist()]}
    else:
        for asked in message["measure"]:
            for score in measuring.measure(Question(**asked), message["tasks"]):
                yield {"question": asked, "measured": asdict(score)}


def _read(requests: IO[bytes], inbox: queue.SimpleQueue[Message | None]) -> None:
    for line in requests:
        inbox.put(json.loads(line))
    inbox.put(None)


def main() -> None:
    if sys.platform != "win32":
        os.nice(NICE)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not end up among the replies
    import torch

    torch.set_num_threads(1)  # the others are for those who draw
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more
        serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()
