"""From drawings to bars: one process adapts for all sessions, and adapting writes to nothing they share."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from demo.learners import CLASSIFIERS
from demo.learners.together import BusyError, Together
from demo.learners.worker import TRANSDUCTIVE, LearnerError, Worker
from demo.limits import ANSWER_SECONDS
from demo.tasks.drawing import IMAGE_SIDE, Image
from demo.ui.trace import Answer


@st.cache_resource(show_spinner=False)
def _together() -> Together:
    return Together(Worker(ANSWER_SECONDS))


def answer(name: str, images: Sequence[Image], steps: int, device: str = "cpu") -> Answer:
    """Adapts learner `name` to one image of each class, the query's image last; raises `LearnerError`."""
    return answer_all(name, range(len(images) - 1), images, steps, device)[0]


def answer_all(
    name: str, labels: Sequence[int], images: Sequence[Image], steps: int, device: str = "cpu"
) -> list[Answer]:
    """An answer to each query. `images` are those of the classes `labels`, then the queries'; raises `LearnerError`."""
    return _answer(name, tuple(labels), np.stack(images).tobytes(), steps, device)


@functools.lru_cache(maxsize=512)
def _answer(name: str, labels: tuple[int, ...], images: bytes, steps: int, device: str) -> list[Answer]:
    """The same drawings are asked about again at once: when the pen is lifted, and when the page runs."""
    task = np.frombuffer(images, np.float32).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    learner = name.removesuffix(TRANSDUCTIVE)
    try:
        losses, probabilities, fallback = _together().adapt(name, device, steps, labels, task)
    except BusyError:
        raise
    except LearnerError:
        _answered[learner] = False
        raise
    _answered[learner] = True
    _able.set()
    return [Answer(probabilities[:, query], losses, fallback) for query in range(probabilities.shape[1])]


PACE = (10_000, 10, 1)
"""Of garbage collection: objects more than before, young collections to an older one, and older ones to a full one.

Every run of a page leaves 1000 objects of Streamlit's that refer to each other, and by them to the session, so that
only a collection frees what a visitor had. Python's own pace, 700 objects, made p95 of 30 visitors up to twice as long.
Full collections must not be seldom: whoever has stayed for two others is found by no other once he has left.
"""


def crowded() -> bool:
    """Whether so many sessions ask that an answer which is soon out of date had better not be asked for."""
    return _together().crowded()


_answered: dict[str, bool] = {}
_able = threading.Event()


def answered() -> dict[str, bool]:
    """The learners that this process has asked for, with whether they could answer the last time."""
    return dict(_answered)


def ready() -> bool:
    """Whether a learner has answered yet. One that fails later is named, and nobody is sent away for that.

    For then nobody would come any more to find that it works again.
    """
    return _able.is_set()


def devices() -> list[str]:
    """Where adapting can run. PyTorch is asked only where there are signs of a GPU."""
    if Path("/dev/nvidiactl").exists() or Path("/dev/dxg").exists() or sys.platform == "win32":
        import torch

        if torch.cuda.is_available():
            return ["cpu", "cuda"]
    return ["cpu"]


@st.cache_resource(show_spinner=False)
def warm_up(name: str) -> threading.Thread:
    """Gets ready for the first stroke behind the first paint, once a process."""
    thread = threading.Thread(target=_prepare, args=(name,), name="warm-up", daemon=True)
    thread.start()
    return thread


def _prepare(name: str) -> None:
    # While it is imported, half a second of work, everybody else would wait: better now than with the first photograph.
    importlib.import_module("demo.tasks.photo")
    for learner in dict.fromkeys((name, *(entry.name for entry in CLASSIFIERS))):  # another, if its weights are damaged
        with contextlib.suppress(LearnerError):  # the page says so as soon as it needs the learner
            answer(learner, [np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.float32)] * 4, steps=1)
            return


@st.cache_resource(show_spinner=False)
def settle(name: str) -> threading.Thread:
    """Once a page has run, what is loaded stays: no garbage collection need look at it ever again.

    Once a process. Collecting all that PyTorch, Plotly and pandas bring takes 100 to 300 ms each time. What
    sessions leave is collected as well (`PACE`).
    """
    thread = threading.Thread(target=_settle, args=(warm_up(name),), name="settle", daemon=True)
    thread.start()
    return thread


def _settle(warming: threading.Thread) -> None:
    warming.join()
    gc.collect()
    gc.freeze()
    gc.collect()  # of nothing: Python puts a full one off until there is a quarter more than after the one before
    gc.set_threshold(*PACE)
