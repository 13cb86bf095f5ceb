"""Bars, scrubber and curves: what the inner loop did to one query, shown by a small component.

The component gets the whole trace at once, so scrubbing needs no server: `trace.js` moves the bars itself.
Its nodes are made once and then only changed, so nothing flickers while drawings come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from demo.ui.component import component
from demo.ui.palette import CLASSES
from demo.ui.words import group

_component = component(
    "trace", '<div class="trace"></div>', "nodes", "curves", "trace_bar", "trace", styles=["scrubber", "trace"]
)


@dataclass(frozen=True, eq=False)
class Answer:
    """One query's class probabilities (S + 1, N) and the support losses (S + 1,), in nats, at every inner step.

    fallback: see `demo.learners.worker.Adapted`.
    """

    probabilities: NDArray[np.float32]
    losses: NDArray[np.float32]
    fallback: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON can say it. A diverged step is null: JSON has no NaN."""
        finite = np.where(np.isfinite(self.probabilities), self.probabilities, 0).astype(np.float64).round(5)
        losses = [round(float(loss), 5) if np.isfinite(loss) else None for loss in self.losses]
        return {"probabilities": finite.tolist(), "losses": losses}


class Asked(NamedTuple):
    """One query: what stands over its pad, the answer and the twin's, and what to do while there is none."""

    name: str
    answer: Answer | None
    twin: Answer | None
    hint: str


def trace_data(
    letters: Sequence[str],
    labels: Sequence[str],
    asked: Sequence[Asked],
    learners: tuple[str, str],
    tongue: str,
    loop: bool = True,
) -> dict[str, Any]:
    """Bars for N classes, and a scrubber from step 0 to the last; greyed, with the hint, while there is no answer.

    learners: the titles of who answers, and of the twin. loop: whether any of them takes inner steps; without,
    there is one answer and nothing to scrub.
    """
    queries = [
        {
            "name": one.name,
            "answer": one.answer.plain() if one.answer else None,
            "twin": one.twin.plain() if one.answer and one.twin else None,
            "hint": one.hint,
        }
        for one in asked
    ]
    return {
        "letters": list(letters),
        "labels": list(labels),
        "colours": list(CLASSES[: len(letters)]),
        "queries": queries,
        "learner": learners[0],
        "twinLearner": learners[1],
        "loop": loop,
        "words": group("trace", tongue),
    }


def show_trace(key: str, data: dict[str, Any]) -> None:
    """Shows `trace_data`, together with `number` and `drawing`.

    number: of the pen's report that it answers; what answers an older one is not shown.
    drawing: the pen is still down, so that there is nothing to announce yet.
    """
    _component(key=key, data=data)
