"""How right, how sure, and how right about being sure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

BINS = 15


@dataclass(frozen=True)
class Score:
    """Fractions of 1. ci95 is half the width of the 95 % confidence interval of the accuracy over tasks."""

    accuracy: float
    ci95: float
    ece: float
    mean_confidence: float


def score(probabilities: Tensor, answers: Tensor) -> Score:
    """Scores probabilities (T, Q, N) against answers (T, Q).

    The confidence interval is normal, over tasks, since a task's queries share its support set. The
    expected calibration error has 15 bins of equal width (Guo et al. 2017, arXiv 1706.04599, eq. 3).
    """
    confidence, prediction = probabilities.max(dim=-1)
    right = (prediction == answers).double()
    per_task = right.mean(dim=1)
    tasks = len(per_task)
    deviation = per_task.std().item() if tasks > 1 else math.nan
    return Score(
        accuracy=per_task.mean().item(),
        ci95=1.96 * deviation / math.sqrt(tasks),
        ece=calibration_error(confidence.double().flatten(), right.flatten()),
        mean_confidence=confidence.mean().item(),
    )


def calibration_error(confidence: Tensor, right: Tensor) -> float:
    """Mean gap between confidence (n,) and accuracy over bins of confidence, weighted by their size."""
    bin_of = (confidence * BINS).long().clamp(max=BINS - 1)
    gap = torch.zeros(BINS, dtype=torch.float64).index_add_(0, bin_of.cpu(), (confidence - right).double().cpu())
    return gap.abs().sum().item() / len(confidence)
