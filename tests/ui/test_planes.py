"""What the navigation page's pictures are given, and which of their messages are believed."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from demo.lessons.clones import Clone, ready
from demo.lessons.walks import Question, Walks
from demo.limits import WALK_PLACES
from demo.tasks.navigation import REACH
from demo.ui import imitate, navigate, planes, walk_charts
from demo.ui.controls import Slider
from demo.ui.settings import CLONING, NAVIGATE

ODD = [None, "1", {}, {"report": 1}, {"goal": [0, 0]}, {"report": True, "goal": [0, 0]}]


def walks(seed: int) -> Walks:
    places = np.random.default_rng(seed).normal(0, 0.5, (4, 5, 101, 2)).astype(np.float32)
    return Walks(places, -(places**2).sum(axis=(2, 3)))


FOUND = {"nav-maml": walks(0), "nav-pretrained": walks(1)}
ASKED = Question(0.1, -0.25)


def test_packed_paths_are_ten_thousandths() -> None:
    paths = np.array([[[0.12345, -0.5], [9.0, -9.0]]], np.float32)
    values = np.frombuffer(base64.b64decode(planes.packed(paths)), "<i2")
    assert values.tolist() == [1234, -5000, 32767, -32767]


@pytest.mark.parametrize("message", [*ODD, {"report": 1, "goal": [0, 0.51]}, {"report": 1, "goal": [float("nan"), 0]}])
def test_odd_goals_are_ignored(message: object) -> None:
    assert navigate.checked(message) == {}


def test_a_report_is_a_goal_and_a_number() -> None:
    assert navigate.checked({"goal": [0.5, -0.13], "report": 4}) == {"nav_x": 0.5, "nav_y": -0.13, "report": 4}


@pytest.mark.parametrize(
    "message",
    [
        *ODD,
        {"report": 1, "line": [[0, 0]]},
        {"report": 1, "line": [[0, 0], [0, 0]]},
        {"report": 1, "line": [[0, 0], [0, 0.81]]},
        {"report": 1, "line": [[0, 0], [0, "1"]]},
        {"report": 1, "line": [[0.001 * k, 0] for k in range(WALK_PLACES + 1)]},
        {"report": 1, "start": [0.6, 0]},
        {"report": 1, "start": [True, 0]},
    ],
)
def test_odd_demonstrations_are_ignored(message: object) -> None:
    assert imitate.checked(message) == {}


def test_a_report_is_a_line_or_a_start() -> None:
    assert imitate.checked({"line": [[0, 0.8], [-0.1, 0]], "report": 2}) == {
        "imitate-line": [(0.0, 0.8), (-0.1, 0.0)],
        "report": 2,
    }
    assert imitate.checked({"start": [0.2, -0.5], "report": 3}) == {"clone_x": 0.2, "clone_y": -0.5, "report": 3}


def test_goals_and_starts_can_be_set_wherever_they_may_lie() -> None:
    for setting in (NAVIGATE["nav_x"], NAVIGATE["nav_y"], CLONING["clone_x"], CLONING["clone_y"]):
        assert isinstance(setting, Slider)
        assert (setting.low, setting.high) == (-REACH, REACH)


def test_the_grid_has_a_row_a_policy_and_a_column_a_step() -> None:
    data = navigate.grid_data(ASKED, FOUND)
    assert [row["title"] for row in data["rows"]] == ["MAML policy", "Pretrained policy"]
    assert data["heads"] == ["before", "after 1 step", "after 2 steps", "after 3 steps"]
    assert data["goal"] == [0.1, -0.25]
    for row, mine in zip(data["rows"], FOUND.values(), strict=True):
        assert row["walks"] == [planes.packed(paths) for paths in mine.places]
        assert row["returns"][2] == f"−{-mine.means[2]:.2f}"


def test_files_hold_what_is_drawn() -> None:
    returns = list(walk_charts.return_table(FOUND).values())
    assert returns[1:] == [list(curve.customdata) for curve in walk_charts.return_figure(FOUND).data]
    for curve in walk_charts.return_figure(FOUND).data:
        assert list(curve.y) == [-value for value in curve.customdata]
    table = walk_charts.walk_table(ASKED, FOUND)
    figures = walk_charts.walk_figures(ASKED, FOUND, "#000000")
    assert len(figures) == 8
    rows = list(zip(*list(table.values())[:6], strict=True))
    assert len(rows) == 2 * 4 * 5 * 101
    policy, step, walk, time, x, y = rows[101 * 5 * 4 + 101 * 5 + 101 * 2 + 7]
    assert (policy, step, walk, time) == ("Pretrained policy", 1, 2, 7)
    assert (x, y) == pytest.approx(FOUND["nav-pretrained"].places[1, 2, 7], abs=1e-4)
    assert figures[5].data[2].y[7] == pytest.approx(y, abs=1e-4)
    clone = Clone(FOUND["nav-maml"].places[0, 0], np.zeros((10, 10, 2), np.float32), 0.5, 0.1)
    shown = ready(0)
    columns = list(walk_charts.clone_table(shown, {"nav-imitation": clone}).values())
    assert columns[0] == pytest.approx(shown.places[0, :, 0].tolist(), abs=1e-4)
    assert columns[3] == pytest.approx(clone.path[:, 1].tolist(), abs=1e-4)
    assert len(walk_charts.clone_figures(shown, {"nav-imitation": clone}, "#000000")) == 1


def test_the_pads_data_are_the_demonstration_and_its_clones() -> None:
    clone = Clone(FOUND["nav-maml"].places[0, 0], np.zeros((10, 10, 2), np.float32), 0.5, 0.127)
    data = imitate.bench_data(ready(0), (0.1, 0.2), {"nav-imitation": clone})
    assert data["line"][-1] == pytest.approx(ready(0).places[0, -1].tolist(), abs=1e-3)
    assert data["start"] == [0.1, 0.2]
    [one] = data["clones"]
    assert one["note"] == "ends 0.13 from the goal"
    assert len(one["field"]) == len(data["grid"]) ** 2
