"""What is seen of a run: `watch.js` shows it, and glides from look to look.

While the run goes on, the browser is sent the last look's curves only; at rest all of them, so that going back
in time asks nobody.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.lessons.look import GRID, LEARNERS, STEPS, TASKS, Look
from demo.lessons.runs import AT_REST, Seen
from demo.ui import palette, words
from demo.ui.component import component
from demo.ui.watch_words import line
from demo.ui.words import group, many, say

_component = component(
    "watch", '<div class="watch"></div>', "nodes", "watch_plot", "watch_parts", "watch", styles=["scrubber", "watch"]
)


def watch_data(seen: Seen, run: str, step: int, sine: int, most: int) -> dict[str, Any]:
    """run: names the run; step: inner steps shown, 0 ... STEPS; sine: 1 ... SHOWN; most: runs at once."""
    looks, rest = seen.looks, seen.phase in AT_REST
    first = 0 if rest else max(0, len(looks) - 1)  # whose curves are sent
    return {
        "run": run,
        "lang": words.language(),
        "phase": seen.phase,
        "rest": rest,
        "now": looks[-1].meta_step if looks else 0,
        "total": seen.order.meta_steps,
        "line": line(seen, most),
        "announce": say(f"watch.phase.{seen.phase}"),
        "learners": [learner(name) for name in LEARNERS],
        "steps": STEPS,
        "tasks": TASKS,
        "step": step,
        "after": many("watch.after", step),
        "grid": plain(GRID, 3),
        "truth": plain(looks[0].truth[sine - 1], 2) if looks else [],
        "points": plain(looks[0].points[sine - 1], 2) if looks else [],
        "looks": [
            {"at": look.meta_step, "errors": plain(look.errors, 6), "curves": k - first} for k, look in enumerate(looks)
        ],
        "curves": [_curves(look, step, sine - 1) for look in looks[first:]],
        "words": group("watch.view"),
    }


def learner(name: str) -> dict[str, str]:
    rule = name.removeprefix("sine-")
    return {
        "title": say(f"learner.{name}"),
        "colour": palette.LEARNERS[rule],
        "symbol": palette.SYMBOLS[rule],
    }


def _curves(look: Look, step: int, sine: int) -> dict[str, Any]:
    return {"start": plain(look.curves[:, 0, sine], 2), "after": plain(look.curves[:, step, sine], 2)}


def plain(values: NDArray[Any], digits: int) -> list[Any]:
    """As JSON can say it. What has diverged is far off the chart: JSON has no infinity."""
    sound = np.nan_to_num(values.astype(np.float64), nan=1e6, posinf=1e6, neginf=-1e6)
    found: list[Any] = sound.round(digits).tolist()
    return found


def show_watch(key: str, data: dict[str, Any]) -> None:
    """Shows `watch_data`."""
    _component(key=key, data=data)
