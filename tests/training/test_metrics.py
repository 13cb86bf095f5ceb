"""Scores worked by hand."""

from __future__ import annotations

import math

import pytest
import torch

from demo.training.metrics import calibration_error, score


def test_score_by_hand() -> None:
    """Two tasks of two queries: one right and one wrong, then both right."""
    probabilities = torch.tensor([[[0.9, 0.1], [0.7, 0.3]], [[0.8, 0.2], [0.4, 0.6]]])
    answers = torch.tensor([[0, 1], [0, 1]])
    result = score(probabilities, answers)
    assert result.accuracy == pytest.approx(0.75)
    assert result.mean_confidence == pytest.approx((0.9 + 0.7 + 0.8 + 0.6) / 4)
    deviation = math.sqrt(((0.5 - 0.75) ** 2 + (1 - 0.75) ** 2) / 1)
    assert result.ci95 == pytest.approx(1.96 * deviation / math.sqrt(2))
    # 0.9, 0.7, 0.8 and 0.6 lie in bins of their own: each gap counts by itself.
    assert result.ece == pytest.approx((0.1 + 0.7 + 0.2 + 0.4) / 4)


def test_calibration_error_averages_within_a_bin() -> None:
    confidence = torch.tensor([0.74, 0.76, 0.75, 0.75], dtype=torch.float64)
    right = torch.tensor([1.0, 0.0, 1.0, 1.0], dtype=torch.float64)
    assert calibration_error(confidence, right) == pytest.approx(0)


def test_certainty_falls_into_the_last_bin() -> None:
    assert calibration_error(torch.ones(3), torch.tensor([1.0, 1.0, 0.0])) == pytest.approx(1 / 3)
