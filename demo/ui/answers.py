"""From drawings to bars: learners are loaded once a process, and adapting writes to nothing they share."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from demo.tasks.drawing import Image
from demo.ui.trace import Answer

if TYPE_CHECKING:
    from demo.learners.contract import Learner

# PyTorch takes seconds to import and the first paint needs none of it: it is imported in functions.


class UnavailableError(RuntimeError):
    """A learner that cannot be used now. The message is for the reader of the page."""


@st.cache_resource(show_spinner=False)
def _learner(name: str, device: str) -> Learner:
    from demo.learners import store

    return store.load(name, device=device)


def answer(name: str, images: Sequence[Image], steps: int, device: str = "cpu") -> Answer:
    """Adapts learner `name` to one image of each class, the query's image last; raises `UnavailableError`."""
    import torch

    from demo.learners.store import WeightsError

    torch.set_num_threads(1)  # of this thread: every session has its own, and they must not fight for cores
    try:
        learner = _learner(name, device)
    except WeightsError as error:
        raise UnavailableError(str(error)) from error
    batch = torch.from_numpy(np.stack(images)[:, None])  # (N + 1, 1, 28, 28)
    trace = learner.adapt(batch[:-1], torch.arange(len(images) - 1), batch[-1:], steps=steps)
    return Answer(trace.outputs[:, 0], trace.losses)


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
    import torch

    from demo.learners import store

    torch.set_num_threads(1)
    try:
        learner = store.load(name)
    except store.WeightsError:
        return  # the page says so as soon as it needs the learner
    blank = torch.zeros(4, 1, 28, 28)
    learner.adapt(blank[:3], torch.arange(3), blank[3:], steps=1)
    # What is loaded by now stays: a garbage collection need not look at it (100 ms and more) ever again.
    gc.collect()
    gc.freeze()
