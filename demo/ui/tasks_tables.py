"""The numbers of the tasks page's figures, for export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.learners import CLASSIFIERS
from demo.lessons.tasks import Answer, Measured, Question, Size, curve
from demo.tasks.making import LETTERS
from demo.ui.words import say

SIZES: tuple[Size, ...] = ("ways", "shots")


def answer_table(answer: Answer) -> dict[str, list[Any]]:
    """A row for each query with its probabilities after the last step; then the inner loop, a row for each step."""
    share = 100 * answer.probabilities[-1].astype(float)
    letters = list(LETTERS[: len(share)])
    table: dict[str, list[Any]] = {say("tasks.axis.query"): letters}
    for i, letter in enumerate(letters):
        name = say("export.column", whose=say("tasks.axis.class"), column=letter)
        table[say("export.percent", column=name)] = share[:, i].tolist()
    right = 100 * answer.probabilities.astype(float).diagonal(axis1=1, axis2=2).mean(axis=1)
    table[say("tasks.axis.step")] = list(range(len(answer.losses)))
    table[say("export.percent", column=say("tasks.steps.right"))] = right.tolist()
    table[say("tasks.loss")] = answer.losses.astype(float).tolist()
    return table


def size_table(scores: Mapping[Question, Measured], question: Question) -> dict[str, list[Any]]:
    """A row for each learner and size that the two figures show."""
    rows: dict[tuple[str, int, int], Measured] = {}
    for entry in CLASSIFIERS:
        for size in SIZES:
            for place, score in curve(scores, question, size, entry.name):
                ways, shots = (place, question.shots) if size == "ways" else (question.ways, place)
                rows[entry.name, ways, shots] = score
    names, accuracy = sorted(rows, key=lambda row: row[1:]), say("tasks.axis.accuracy")
    return {
        say("tasks.learner"): [say(f"learner.{name}") for name, _, _ in names],
        say("tasks.axis.ways"): [ways for _, ways, _ in names],
        say("tasks.axis.shots"): [shots for _, _, shots in names],
        accuracy: [100 * rows[name].accuracy for name in names],
        say("export.interval", column=accuracy): [100 * rows[name].ci95 for name in names],
    }
