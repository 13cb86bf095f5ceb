"""What a slider that is dragged is answered: the same as a run of the page would say, and nothing to odd messages."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from demo.learners import store
from demo.ui.settings import SINE
from demo.ui.sine_bench import DRAGGED, Bench, checked
from demo.ui.sine_view import Question, run
from demo.ui.sine_words import headline


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.learners = (store.load_initialisation("sine-maml"), store.load_initialisation("sine-random"))
    return bench


def curves(answer: dict[str, Any]) -> dict[str, list[float]]:
    return {curve["kind"]: curve["y"] for curve in answer["curves"]}


def test_an_answer_is_what_the_learner_says_at_the_sliders_values(bench: Bench) -> None:
    answer = bench.reply({"number": 7, "values": {"amplitude": 2.0, "phase": 4.5, "sine_steps": 6}})
    assert answer is not None
    asked = Question(2.0, 4.5)
    mine, twin = (run(store.load_initialisation(name), asked) for name in ("sine-maml", "sine-random"))
    assert answer["number"] == 7
    assert answer["headline"] == headline(mine, 6, twin, "en")
    found = curves(answer)
    np.testing.assert_allclose(found["after"], mine.curves[6], atol=2e-4)  # rounding, and side by side
    np.testing.assert_allclose(found["before"], mine.curves[0], atol=2e-4)
    np.testing.assert_allclose(found["truth"], asked.truth(), atol=1e-4)
    np.testing.assert_allclose([answer["points"]["x"], answer["points"]["y"]], asked.support(), atol=1e-4)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_what_is_not_dragged_is_as_the_page_has_it(bench: Bench) -> None:
    bench.values |= {"noise": 0.5, "seed": 3, "sine_steps": 0}
    answer = bench.picture({"amplitude": 1.5})
    np.testing.assert_allclose(answer["points"]["y"], Question(1.5, 1.0, 10, 0.5, 3).support()[1], atol=1e-4)
    assert "after" not in curves(answer)


def test_the_answer_speaks_the_pages_language(bench: Bench) -> None:
    bench.tongue = "zh"
    answer = bench.picture({})
    assert answer["headline"].startswith("均方误差")
    assert answer["words"]["points"] == "给出的点"


def test_a_rate_dragged_too_far_diverges_in_words_and_not_in_numbers(bench: Bench) -> None:
    bench.learners = tuple(store.load_initialisation(name) for name in ("sine-maml", "sine-random"))
    answer = bench.picture({"rate_factor": 5.0, "sine_steps": 32})
    assert "**diverged**" in answer["headline"]
    json.dumps(answer, allow_nan=False)


def test_without_its_learner_the_sine_stands_alone(bench: Bench) -> None:
    bench.learners = bench.learners[1:]
    answer = bench.picture({})
    assert set(curves(answer)) == {"truth"}
    assert answer["headline"].startswith("No learner")


def test_answering_changes_no_setting(bench: Bench) -> None:
    before = dict(bench.values)
    bench.reply({"number": 1, "values": {"amplitude": 2.0}})
    assert bench.values == before


ODD = [
    None,
    "3",
    {},
    {"amplitude": "2"},
    {"amplitude": 1.0, "phase": float("nan")},
    {"amplitude": 5.01, "phase": 1.0},
    {"amplitude": True},
    {"amplitude": 1.0, "points": 10},
    {"amplitude": 1.0, "more": 3},
    {"sine_steps": 10**9},
    {"seed": -1},
    {1: 2},
]


@pytest.mark.parametrize("values", ODD, ids=str)
def test_odd_values_are_not_answered(bench: Bench, values: Any) -> None:
    assert checked(values) == {}
    assert bench.reply({"number": 1, "values": values}) is None


@pytest.mark.parametrize("message", [None, [], "x", {"number": 1}, {"number": "1", "values": {"amplitude": 1.0}}])
def test_odd_messages_are_not_answered(bench: Bench, message: Any) -> None:
    assert bench.reply(message) is None


def test_values_have_their_settings_types() -> None:
    assert checked({"amplitude": 1, "phase": 2.5, "sine_steps": 4.0}) == {
        "amplitude": 1.0,
        "phase": 2.5,
        "sine_steps": 4,
    }
    assert isinstance(checked({"sine_steps": 4.0})["sine_steps"], int)


def test_every_slider_can_be_dragged() -> None:
    assert set(SINE) - set(DRAGGED) == {"sine_learner", "points"}
