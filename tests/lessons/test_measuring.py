"""Accuracies over many tasks, against one task at a time by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from demo.learners.store import load, read_card
from demo.lessons import measuring
from demo.lessons.tasks import SHOTS, Measured, Question, curve

QUESTION = Question("maml", "doodles", ways=4, shots=2, steps=3, seed=11)


def test_one_answer_is_what_the_learner_says() -> None:
    made, found = QUESTION.made(), measuring.answer(QUESTION)
    support = torch.from_numpy(made.support.reshape(8, 1, 28, 28))
    labels = torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])
    trace = load("maml").adapt(support, labels, torch.from_numpy(made.queries[:, None]), steps=3)
    np.testing.assert_allclose(found.losses, trace.losses, rtol=1e-4)
    np.testing.assert_allclose(found.probabilities, trace.outputs, atol=1e-4)
    assert found.right == sum(trace.outputs[-1, n].argmax() == n for n in range(4))


def test_accuracy_and_interval_are_those_of_the_tasks_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "DRAWINGS_AT_ONCE", 24)  # three tasks a batch, and one left over
    *_, before_last, last = measuring.measure(QUESTION, tasks=7)
    shares = [measuring.answer(replace(QUESTION, seed=11 + n)).right / 4 for n in range(7)]
    assert (before_last.done, last.done) == (6, 7)
    assert last.accuracy == pytest.approx(np.mean(shares))
    assert last.ci95 == pytest.approx(1.96 * np.std(shares, ddof=1) / math.sqrt(7))
    assert before_last.accuracy == pytest.approx(np.mean(shares[:6]))


def test_accuracy_is_that_of_the_card_on_things_made_by_the_same_rule() -> None:
    """Other things than the card's 300, by the same wild hands; three standard errors of both samples."""
    *_, measured = measuring.measure(Question("maml", "doodles", ways=3, shots=1), tasks=60)
    stated = read_card("maml")["evaluation"]["invented_doodles"]
    tolerance = 3 / 1.96 * math.hypot(measured.ci95, stated["ci95"])
    assert measured.accuracy == pytest.approx(stated["accuracy"], abs=tolerance)


def test_sizes_to_compare_hold_the_one_in_sight_and_keep_to_the_limit() -> None:
    question = Question("maml", "examples", ways=7, shots=2)
    assert [q.ways for q in question.against_ways()] == [2, 3, 5, 7, 8, 12, 16, 18]
    assert {replace(q, ways=7) for q in question.against_ways()} == {question}
    assert [q.shots for q in question.against_shots()] == list(SHOTS)


def test_a_curve_is_made_of_questions_that_differ_in_one_size_alone() -> None:
    def measured(accuracy: float) -> Measured:
        return Measured(100, accuracy, 0.0, 0.0, 0.0)

    question = Question("maml")
    scores = {
        replace(question, ways=8): measured(0.8),
        replace(question, ways=2): measured(0.9),
        replace(question, ways=3, shots=2): measured(0.1),
        replace(question, ways=3, seed=1): measured(0.2),
        replace(question, ways=3, learner="random"): measured(0.3),
    }
    assert [(n, score.accuracy) for n, score in curve(scores, question, "ways", "maml")] == [(2, 0.9), (8, 0.8)]
    assert [(n, score.accuracy) for n, score in curve(scores, question, "ways", "random")] == [(3, 0.3)]
    assert curve(scores, question, "shots", "maml") == []
