"""What the plane's script is given, and which of its messages are believed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from demo.lessons import moves
from demo.lessons.moves import Loops
from demo.ui.moves_plane import CONTOURS, checked, plane_data, rings

START = np.array([1.0, -0.5])
LOOPS = Loops(0.3, 3, 0.8)


def test_the_rings_lie_where_the_loss_is_as_they_say() -> None:
    tasks = moves.plane(2, seed=4)
    for optimum, curvature in zip(tasks.optima, tasks.curvatures, strict=True):
        one = moves.Plane(optimum[None], curvature[None])
        for ring, loss in zip(rings(curvature), CONTOURS, strict=True):
            turn = math.radians(ring["angle"])
            along = np.array([math.cos(turn), math.sin(turn)]) * ring["rx"]
            across = np.array([-math.sin(turn), math.cos(turn)]) * ring["ry"]
            for way in (along, -along, across):
                assert one.losses(optimum + way)[0] == pytest.approx(loss)


def test_its_numbers_move_a_rule_as_python_does() -> None:
    tasks = moves.plane(3, seed=4)
    data = plane_data(tasks, START, LOOPS)
    for rule in moves.LINEAR:
        apart = [START - np.array(task["optimum"]) for task in data["tasks"]]
        d = np.mean([np.array(t["rules"][rule]) @ a for t, a in zip(data["tasks"], apart, strict=True)], axis=0)
        np.testing.assert_allclose(
            START - data["epsilon"] * data["alpha"] * d, moves.meta_step(rule, tasks, START, LOOPS)
        )
    inner = np.array(data["tasks"][1]["step"]) @ (START - tasks.optima[1]) + tasks.optima[1]
    np.testing.assert_allclose(inner, moves.inner(tasks, START, LOOPS)[1, 1])


@pytest.mark.parametrize(
    "message",
    [
        None,
        "1",
        {},
        {"theta": [0, 0]},
        {"theta": [0, 0], "report": "1"},
        {"theta": [0], "report": 1},
        {"theta": [0, "1"], "report": 1},
        {"theta": [float("nan"), 0], "report": 1},
        {"theta": [0, 2.95], "report": 1},
        {"theta": [True, 0], "report": 1},
    ],
)
def test_odd_reports_are_ignored(message: object) -> None:
    assert checked(message) == {}


def test_a_report_is_a_place_and_a_number() -> None:
    assert checked({"theta": [1, -2.5], "report": 3}) == {"moves_x": 1.0, "moves_y": -2.5, "report": 3}
