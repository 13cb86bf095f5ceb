"""The stored examples, and what the opening learner answers to them: shown before any model is loaded.

The answers belong to weights of one checksum. `python -m demo.ui.examples` computes them anew for the
weights that are there now; with other weights the page does not use them, and asks the learner.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from demo.learners.folder import WEIGHTS
from demo.tasks import taskfile
from demo.tasks.drawing import Image
from demo.ui.settings import DRAW
from demo.ui.sheet import Sheet
from demo.ui.trace import Answer
from demo.ui.words import say, table

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "examples"
ANSWERS = FOLDER / "answers" / "answers.json"

OPENING = "house-tree-fish"
STEPS = 32  # stored; fewer steps are the beginning of more


@functools.cache
def sheets() -> dict[str, Sheet]:
    """The examples by name, the opening one first."""
    paths = sorted(FOLDER.glob("*.json"), key=lambda path: (path.stem != OPENING, path.stem))
    return {path.stem: Sheet.of(taskfile.loads(path.read_bytes()), path.stem) for path in paths}


def labels(sheet: Sheet, tongue: str | None = None) -> Sequence[str]:
    """The classes' names; those of the examples' in the reader's language, if nobody has typed them."""
    known = [i not in sheet.typed and f"example.{label}" in table() for i, label in enumerate(sheet.names)]
    return [say(f"example.{label}", tongue) if one else label for one, label in zip(known, sheet.names, strict=True)]


def title(name: str) -> str:
    first, *rest = labels(sheets()[name])
    return say("draw.comma").join([first.capitalize(), *rest])


def stored_answer(example: str | None, learner: str, steps: int) -> Answer | None:
    """The stored answer to an example, if there is one by this learner with the weights it has now."""
    stored = _answers()
    if example not in stored["answers"] or stored["learner"] != learner or stored["sha256"] != checksum(learner):
        return None
    answer = stored["answers"][example]
    return Answer(
        np.array(answer["probabilities"][: steps + 1], np.float32), np.array(answer["losses"][: steps + 1], np.float32)
    )


@functools.cache
def _answers() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(ANSWERS.read_text(encoding="utf-8"))
    return content


def checksum(learner: str) -> str | None:
    """What the learner's card says; None if there is no such card. Nothing of PyTorch is imported for it."""
    card = WEIGHTS / f"{learner}.json"
    try:
        content = json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # loading the learner will say what is wrong
    return content.get("sha256") if isinstance(content, dict) else None


def compute(learner: str) -> dict[str, Any]:
    """Every example's answer by the learner as it is now, as `answers.json` has it."""
    from demo.ui.answers import answer

    answers = {name: answer(learner, images(sheet), STEPS).plain() for name, sheet in sheets().items()}
    return {"learner": learner, "sha256": checksum(learner), "answers": answers}


def images(sheet: Sheet) -> list[Image]:
    """What the network sees, the query's last."""
    return [sheet.image(place) for place in sheet.places]


def main() -> None:
    content = compute(str(DRAW["learner"].default))
    ANSWERS.parent.mkdir(parents=True, exist_ok=True)
    ANSWERS.write_text(json.dumps(content) + "\n", encoding="utf-8")
    for name, answer in content["answers"].items():
        at_default = answer["probabilities"][DRAW["steps"].default]
        print(f"{name:24} " + "  ".join(f"{p:6.1%}" for p in at_default))  # noqa: T201


if __name__ == "__main__":
    main()
