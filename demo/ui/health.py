"""`/health`: whether the server can answer yet, and in what state every learner's weights are.

200 from the first learner that has answered on, 503 before: what a proxy or an orchestrator asks before it sends
anybody here. Asking loads nothing, and names no folder of this machine. `demo.server` has this address; under
`streamlit run` there is Streamlit's own alone, `/_stcore/health`, which knows nothing of learners.
"""

from __future__ import annotations

import asyncio
import functools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit import runtime
from streamlit.runtime.stats import ACTIVE_SESSIONS_FAMILY, GaugeStat

from demo.training import shelf
from demo.ui import answers

LOADED, SOUND, DAMAGED, FAILING = "loaded", "sound", "damaged", "failing"
"""Has answered; is as its card says, and nobody has asked yet; is not; is, but could not answer when last asked."""

CARD, WEIGHTS = ".json", ".safetensors"
Trace = tuple[int, int] | None
"""What changes with a file: its time (ns) and its size (bytes); None while there is none."""


def weights(told: dict[str, bool], folder: Path = shelf.FOLDER, second: int | None = None) -> dict[str, str]:
    """Each weights file's state; `told` are those that were asked for, with whether they could answer.

    Within one second (of `time.monotonic`; None: now) the folder is looked at once, however many ask.
    """
    second = int(time.monotonic()) if second is None else second
    states: dict[str, str] = {}
    for name, *traces in _traces(folder, second):
        sound = _sound(folder, name, *traces)
        states[name] = (LOADED if told[name] else FAILING) if sound and name in told else (SOUND if sound else DAMAGED)
    return states


def sessions() -> int:
    """Pages that are open."""
    if not runtime.exists():
        return 0
    found = runtime.get_instance().stats_mgr.get_stats([ACTIVE_SESSIONS_FAMILY])
    return sum(stat.value for stat in found.get(ACTIVE_SESSIONS_FAMILY, []) if isinstance(stat, GaugeStat))


@functools.lru_cache(maxsize=1)
def _traces(folder: Path, _: int) -> list[tuple[str, Trace, Trace]]:
    """Each name in the folder itself, with its card's and its weights' trace."""
    names = {path.stem for kind in (CARD, WEIGHTS) for path in folder.glob(f"*{kind}")}
    return [(name, _trace(folder / f"{name}{CARD}"), _trace(folder / f"{name}{WEIGHTS}")) for name in sorted(names)]


def _trace(path: Path) -> Trace:
    try:
        stat = path.stat()
    except OSError:  # it may go at any time: training renames files here
        return None
    return stat.st_mtime_ns, stat.st_size


@functools.lru_cache(maxsize=512)
def _sound(folder: Path, name: str, card: Trace, weights: Trace) -> bool:
    """Whether the file is the one that its card describes. Reading all at every call would take too long."""
    try:
        return shelf.model(name, "", folder).intact
    except shelf.ShelfError:
        return False


_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")
"""The checksums'. The usual threads may be busy with a hall that loads the page, and then it must be answered too."""


async def health(_: Request) -> JSONResponse:
    ready = answers.ready()
    states = await asyncio.get_running_loop().run_in_executor(_thread, weights, answers.answered())
    content: dict[str, Any] = {"ready": ready, "weights": states, "sessions": sessions()}
    return JSONResponse(content, 200 if ready else 503, {"Cache-Control": "no-store"})


route = Route("/health", health)
