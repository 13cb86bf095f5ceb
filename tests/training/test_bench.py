"""What the bench says beside its times."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from demo.learners import CLASSIFIERS
from demo.training.bench import Figure, _gflop, everybody


def test_operations_of_a_matrix_product() -> None:
    assert _gflop(partial(torch.mm, torch.ones(10, 20), torch.ones(20, 30))) == pytest.approx(2 * 10 * 20 * 30 / 1e9)


@pytest.mark.parametrize(
    "more, words",
    [
        ({}, ""),
        ({"ratio": 1.5}, "1.50 times the plain loop"),
        ({"gflop": 0.2, "peak": 100.0}, "0.20 GFLOP, 40 GFLOP/s, 40% of this thread's matrix product"),
    ],
)
def test_remark(more: dict[str, float], words: str) -> None:
    assert Figure("adapt", "ms", 5.0, 6.0, 100, **more).remark == words


def test_all_classifiers_answer_one_task() -> None:
    """Within ten times what it is to take: here others work at the same time."""
    figure = everybody(rounds=4)
    assert f"all {len(CLASSIFIERS)} classifiers" in figure.what
    assert figure.n == 4
    assert 0 < figure.median <= figure.p95
    assert figure.median < 3000
