"""What scripts report besides ink: each reader takes an honest report, and nothing out of range."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given

from demo.limits import REPORT, WALK_PLACES
from demo.tasks.navigation import REACH
from demo.ui import bits, imitate, moves_plane, navigate, planes
from demo.ui.settings import MOVES
from tests.abuse.hostile import ANYTHING, MANY, count, mutants

BITS = {"report": 1, "bits": [[0, 1, 0, 1, 1, 0, 1, 0]] * 3}
PLANE = {"report": 2, "theta": [-3.0, 1]}
GOAL = {"report": 3, "goal": [0.25, -0.4]}
LINE = {"report": 4, "line": [[0.1, 0.2], [0.3, -0.2], [0, 0]]}
START = {"report": 5, "start": [0.2, 0.1]}


@MANY
@given(message=mutants(BITS, PLANE, GOAL, LINE, START) | ANYTHING)
def test_no_report_leads_out_of_range(message: Any, others: Callable[[], None]) -> None:
    count("scripts")
    if (turned := bits.checked(message, 3)) is not None:
        assert all(bit in (0, 1) for vector in turned[0] for bit in vector)
        assert 0 <= turned[1] <= REPORT
    for found in (moves_plane.checked(message), navigate.checked(message), imitate.checked(message)):
        for key, value in found.items():
            if key == "report":
                assert 0 <= value <= REPORT
            elif key in MOVES:
                assert MOVES[key].low <= value <= MOVES[key].high  # type: ignore[attr-defined]
            elif isinstance(value, float):
                assert abs(value) <= REACH
            else:
                assert 2 <= len(value) <= WALK_PLACES
                assert all(abs(part) <= planes.SIGHT for place in value for part in place)
    others()


def test_honest_reports_are_taken() -> None:
    assert bits.checked(BITS, 3) is not None
    assert moves_plane.checked(PLANE) == {"moves_x": -3.0, "moves_y": 1.0, "report": 2}
    assert navigate.checked(GOAL)["nav_x"] == 0.25
    assert imitate.checked(START)["clone_y"] == 0.1
    assert len(imitate.checked(LINE)) == 2
