"""`/health`: whether the server can answer yet, and in what state every learner's weights are.

200 from the first learner that has answered on, 503 before: what a proxy or an orchestrator asks before it sends
anybody here. Asking loads nothing, and names no folder of this machine. `demo.server` has this address; under
`streamlit run` there is Streamlit's own alone, `/_stcore/health`, which knows nothing of learners.
"""

from __future__ import annotations

import functools
import time
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


def weights(told: dict[str, bool], folder: Path = shelf.FOLDER, second: int | None = None) -> dict[str, str]:
    """Each weights file's state; `told` are those that were asked for, with whether they could answer.

    Within one second (of `time.monotonic`; None: now) the folder is looked at once, however many ask.
    """
    second = int(time.monotonic()) if second is None else second
    return {
        name: (LOADED if told[name] else FAILING) if sound and name in told else (SOUND if sound else DAMAGED)
        for name, sound in _sound(folder, _traces(folder, second)).items()
    }


def sessions() -> int:
    """Pages that are open."""
    if not runtime.exists():
        return 0
    found = runtime.get_instance().stats_mgr.get_stats([ACTIVE_SESSIONS_FAMILY])
    return sum(stat.value for stat in found.get(ACTIVE_SESSIONS_FAMILY, []) if isinstance(stat, GaugeStat))


@functools.lru_cache(maxsize=1)
def _traces(folder: Path, _: int) -> tuple[tuple[str, int, int], ...]:
    """What changes with a file: its time and its size. Reading all of them at every call would take too long."""
    files = [(path.name, path.stat()) for path in sorted(folder.glob("*")) if path.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in files)


@functools.lru_cache(maxsize=1)
def _sound(folder: Path, _: tuple[tuple[str, int, int], ...]) -> dict[str, bool]:
    """Whether each of the folder's own files is whole, by its checksum."""
    own = (model for model in shelf.models(folder) if not model.folder)
    return {model.name: isinstance(model, shelf.Model) and model.intact for model in own}


async def health(_: Request) -> JSONResponse:
    # On the event loop: the threads may be busy with a hall that loads the page, and then it must be answered too.
    ready = answers.ready()
    content: dict[str, Any] = {"ready": ready, "weights": weights(answers.answered()), "sessions": sessions()}
    return JSONResponse(content, 200 if ready else 503, {"Cache-Control": "no-store"})


route = Route("/health", health)
