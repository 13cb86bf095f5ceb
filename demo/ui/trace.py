"""Bars, scrubber and curves: what the inner loop did to one query, shown by a small component.

The component gets the whole trace at once, so scrubbing needs no server: `trace.js` moves the bars itself.
Its nodes are made once and then only changed, so nothing flickers while drawings come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "sketchbook_trace",
    html='<div class="trace"></div>',
    css=(_HERE / "trace.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("curves.js", "trace.js")),
)


@dataclass(frozen=True, eq=False)
class Answer:
    """One query's class probabilities (S + 1, N) and the support losses (S + 1,), in nats, at every inner step."""

    probabilities: NDArray[np.float32]
    losses: NDArray[np.float32]

    def plain(self) -> dict[str, Any]:
        """As JSON can say it. A diverged step is null: JSON has no NaN."""
        finite = np.where(np.isfinite(self.probabilities), self.probabilities, 0).astype(np.float64).round(5)
        losses = [round(float(loss), 5) if np.isfinite(loss) else None for loss in self.losses]
        return {"probabilities": finite.tolist(), "losses": losses}


def trace_data(
    letters: Sequence[str],
    labels: Sequence[str],
    answer: Answer | None,
    hint: str,
    learner: str,
    twin: Answer | None = None,
    twin_learner: str = "",
) -> dict[str, Any]:
    """Bars for N classes, and a scrubber from step 0 to the last; greyed, with the hint, while there is no answer."""
    return {
        "letters": list(letters),
        "labels": list(labels),
        "answer": answer.plain() if answer else None,
        "hint": hint,
        "learner": learner,
        "twin": twin.plain() if answer and twin else None,
        "twinLearner": twin_learner,
    }


def show_trace(key: str, data: dict[str, Any]) -> None:
    """Shows `trace_data`, together with `number` and `drawing`.

    number: of the pen's report that it answers; what answers an older one is not shown.
    drawing: the pen is still down, so that there is nothing to announce yet.
    """
    _component(key=key, data=data)
