"""The stored examples: what stands in the files is what the learner answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from demo.tasks import taskfile
from demo.ui import examples
from demo.ui.settings import DRAW
from demo.ui.sheet import same

LEARNER = str(DRAW["learner"].default)
REMEDY = "run `python -m demo.ui.examples`"


def test_stored_answers_are_what_the_learner_answers_now() -> None:
    stored = json.loads(examples.ANSWERS.read_text(encoding="utf-8"))
    live = examples.compute(LEARNER)
    assert stored["learner"] == LEARNER
    assert stored["sha256"] == live["sha256"], REMEDY
    assert stored["answers"].keys() == live["answers"].keys(), REMEDY
    for name, answer in live["answers"].items():
        for field in ("probabilities", "losses"):
            np.testing.assert_allclose(stored["answers"][name][field], answer[field], atol=5e-3, err_msg=REMEDY)


def test_the_files_lie_on_the_pads_grid() -> None:
    for name, sheet in examples.sheets().items():
        task = taskfile.loads((examples.FOLDER / f"{name}.json").read_bytes())
        # Whoever reads the file gets the page's numbers.
        for shown, stored in zip(sheet.task().drawings, task.drawings, strict=True):
            assert all(same(*pair) for pair in zip(shown, stored, strict=True)), name


@pytest.mark.parametrize("name", examples.sheets())
def test_every_example_is_recognised(name: str) -> None:
    task = taskfile.loads((examples.FOLDER / f"{name}.json").read_bytes())
    answer = examples.stored_answer(name, LEARNER, int(DRAW["steps"].default))
    assert answer is not None, REMEDY
    assert task.labels[int(answer.probabilities[-1].argmax())] == task.queries[0].label


def test_a_stored_answer_is_used_for_its_own_learner_and_weights_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert examples.stored_answer(examples.OPENING, "random", 5) is None
    assert examples.stored_answer(None, LEARNER, 5) is None
    answer = examples.stored_answer(examples.OPENING, LEARNER, 7)
    assert answer is not None
    assert answer.probabilities.shape == (8, 3)
    assert answer.losses.shape == (8,)
    monkeypatch.setattr(examples, "checksum", lambda learner: "other weights")
    assert examples.stored_answer(examples.OPENING, LEARNER, 5) is None
