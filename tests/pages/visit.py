"""`python -m tests.pages.visit`: opens every page, and prints as JSON what each says is wrong.

A process of its own: where the weights are is settled when it starts ($SKETCHBOOK_WEIGHTS).
"""

from __future__ import annotations

import json
import sys
from typing import Any

from streamlit.testing.v1 import AppTest

from demo.learners.crowd import Round
from demo.tasks.drawing import Drawing
from demo.ui.close import VIEWS
from demo.ui.compare import crowd
from demo.ui.sheet import Sheet
from demo.ui.sketch import Sketch
from tests.abuse.quoting import live
from tests.damage import DRAWN, SINES
from tests.pages.opening import PAGES, opened, plain, sound

WHOLE, WHOLE_SINE = "pretrained", "sine-reptile"


def drawn() -> dict[str, object]:
    """Drawings to which no answer is stored."""
    lines = [Drawing.of(280, 280, [[[40, 40 + 40 * k], [240, 240 - 30 * k]]]) for k in range(4)]
    return {"sketch": Sketch(Sheet.row(*lines))}


def errors(app: AppTest) -> list[str]:
    assert live(app) == []
    return [plain(error.value) for error in app.error]


def main() -> None:
    found: dict[str, Any] = {}
    for name in (*DRAWN, WHOLE):
        found[name] = errors(opened("draw", drawn(), learner=name))
    for name in (*SINES, WHOLE_SINE):
        found[name] = errors(opened("sine", sine_learner=name))
    compared = opened("compare", drawn())
    asked: Round = compared.session_state["compare-round"]
    assert asked.wait(120)
    found["compare"] = errors(sound(compared.run()))
    found["answered"] = [name for name, reply in asked.replies.items() if not reply.error]
    for view in VIEWS:
        found[f"close {view}"] = errors(opened("close", drawn(), close_learner=view))
    for page in sorted(path.stem for path in PAGES.glob("[a-z]*.py")):
        if page not in ("draw", "sine", "compare", "close"):
            found[page] = errors(opened(page, drawn()))
    crowd().close()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
