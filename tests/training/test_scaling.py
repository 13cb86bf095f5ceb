"""What is said of several ranks' speed."""

from __future__ import annotations

import pytest

from demo.training import scaling
from demo.training.ranks import ALONE
from demo.training.scaling import Scaling, measured


def test_efficiency_is_the_speedup_by_rank() -> None:
    found = Scaling("fomaml", 8, 2, 20, 50.0, (45.0, 51.0), 80.0, (70.0, 85.0))
    assert (found.speedup, found.efficiency) == (1.6, 0.8)
    assert found.line == (
        "fomaml, 8 in a meta-batch: 1 rank 50.0 tasks/s (45.0 to 51.0), 2 ranks 80.0 (70.0 to 85.0),"
        " n = 20 turns each: 1.60 times as fast, efficiency 80%"
    )


@pytest.mark.parametrize("name", scaling.MEASURED)
def test_one_rank_is_about_as_fast_as_itself(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(scaling.MEASURED, name, 1)
    found = measured(name, ALONE, turns=2)
    assert (found.ranks, found.turns) == (1, 2)
    assert 0.2 < found.efficiency < 5
