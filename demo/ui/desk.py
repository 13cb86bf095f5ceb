"""One session's desk: its sketch, the settings, and what the pen was last seen to do; and what it all comes to.

The page asks it in a Streamlit run, and the pen's own line to the server (`demo.ui.express`) without one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from demo.learners import ENTRIES
from demo.learners.worker import LearnerError
from demo.ui import examples
from demo.ui.answers import answer
from demo.ui.pen import Seen
from demo.ui.preview import preview_data
from demo.ui.sketch import LETTERS, Sheet, Sketch
from demo.ui.trace import Answer, trace_data

NAMES = [*LETTERS, "?"]  # what stands over the pads

_desks: WeakValueDictionary[str, Desk] = WeakValueDictionary()
"""By their passes: whoever knows one may send that session's pen. They go when their session goes."""


@dataclass(eq=False)
class Desk:
    sketch: Sketch
    learner: str = ""
    steps: int = 0
    device: str = "cpu"
    compare: bool = False
    previews: bool = False
    seen: Seen = field(default_factory=Seen)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def __post_init__(self) -> None:
        _desks[self.token] = self

    @staticmethod
    def of(token: str) -> Desk | None:
        return _desks.get(token)

    def take(self, report: Seen) -> None:
        self.seen = report

    def sheet(self) -> Sheet:
        """What is drawn, with what the pen has added that the canvas package has not reported yet."""
        sketch, sheet = self.sketch, self.sketch.sheet
        for place, drawing in enumerate(sheet.drawings):
            if ink := self.seen.ink.get(sketch.key(place)):
                sketch.seen[place] = ink.after(drawing)
                sheet = sheet.with_drawing(place, sketch.seen[place])
        return sheet

    def says(self) -> dict[str, Any]:
        """The data of the trace, of the previews (or nothing), and what is wrong with the learner (or nothing)."""
        sheet = self.sheet()
        found, twin, hint, error = None, None, "", ""
        if sheet.empty:
            hint = f"Draw something in {listed([NAMES[place] for place in sheet.empty])}"
        else:
            try:
                found = self.ask(sheet, self.learner)
                twin = self.ask(sheet, "random") if self.compare and self.learner != "random" else None
            except LearnerError as problem:
                error, hint = str(problem), "This learner could not be loaded"
        trace = trace_data(LETTERS, sheet.labels, found, hint, ENTRIES[self.learner].title, twin, "random")
        names = [*(f"class {letter}" for letter in LETTERS), "the query"]
        return {
            "number": self.seen.number,
            "trace": {**trace, "number": self.seen.number, "drawing": self.seen.down},
            "preview": preview_data(list(zip(names, sheet.drawings, strict=True))) if self.previews else None,
            "error": error,
        }

    def ask(self, sheet: Sheet, learner: str) -> Answer:
        stored = examples.stored_answer(sheet.example, learner, self.steps)
        return stored or answer(learner, sheet.images, self.steps, self.device)


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
