"""The sine page's numbers and words against the learner's own answers and the formula."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from demo.learners import REGRESSORS, store
from demo.learners.contract import Trace
from demo.learners.gradient import GradientLearner
from demo.learners.objectives import Regression
from demo.models import SineNet
from demo.ui.sine_view import GRID, OFF_THE_CHART, STEPS, Question, Run, run, run_all
from demo.ui.sine_words import headline, number, snippet, warning

QUESTION = Question(amplitude=3.0, phase=1.0, points=10, noise=0.1, seed=4)


@pytest.fixture
def learner() -> GradientLearner:
    network = SineNet(width=16)
    theta = network.initialise(torch.Generator().manual_seed(0))
    return GradientLearner("sine-maml", network, Regression(), theta, rate=0.01, steps=5)


def made(errors: list[float], name: str = "sine-maml") -> Run:
    return Run(name, 0.01, np.zeros((len(errors), len(GRID))), np.array(errors))


def test_the_truth_is_the_formula_without_noise() -> None:
    expected = [3.0 * math.sin(x + 1.0) for x in np.linspace(-5, 5, 101)]
    np.testing.assert_allclose(QUESTION.truth(), expected, atol=1e-12)


def test_a_run_is_what_the_learner_answers(learner: GradientLearner) -> None:
    found = run(learner, QUESTION, rate=0.02)
    x, y = QUESTION.sine.points(10, 0.1, 4)
    trace = learner.adapt(x, y, torch.linspace(-5, 5, 101)[:, None], steps=STEPS, rate=0.02)
    np.testing.assert_allclose(found.curves, trace.outputs[:, :, 0], atol=1e-5)
    np.testing.assert_allclose(found.errors, ((trace.outputs[:, :, 0] - QUESTION.truth()) ** 2).mean(axis=1), rtol=1e-4)
    assert found.diverged is None
    assert found.last == STEPS
    assert found.errors[-1] < found.errors[0]


def test_the_trained_rate_is_the_default(learner: GradientLearner) -> None:
    assert run(learner, QUESTION).rate == learner.rate
    np.testing.assert_array_equal(run(learner, QUESTION).curves, run(learner, QUESTION, rate=0.01).curves)


def test_fewer_steps_are_the_beginning_of_more(learner: GradientLearner) -> None:
    np.testing.assert_array_equal(run(learner, QUESTION, steps=5).errors, run(learner, QUESTION).errors[:6])


@pytest.mark.parametrize("factor", [0.5, 1.0])
def test_learners_side_by_side_find_what_each_finds_alone(learner: GradientLearner, factor: float) -> None:
    """Two share a network and a rate, one has a rate of its own, one a network of its own."""
    theta = learner.network.initialise(torch.Generator().manual_seed(1))
    wide = SineNet(width=24, activation="relu")
    learners = [
        learner,
        replace(learner, name="sine-pretrained", rate=0.005),
        replace(learner, name="sine-reptile", theta=theta),
        replace(learner, name="sine-random", network=wide, theta=wide.initialise(torch.Generator().manual_seed(2))),
    ]
    before = {one.name: {key: w.clone() for key, w in one.theta.items()} for one in learners}
    found = run_all(learners, QUESTION, factor)
    assert [one.name for one in found] == [one.name for one in learners]
    for one, together in zip(learners, found, strict=True):
        alone = run(one, QUESTION, rate=factor * one.rate)
        assert together.rate == alone.rate
        np.testing.assert_allclose(together.curves, alone.curves, atol=1e-4)
        np.testing.assert_allclose(together.errors, alone.errors, rtol=1e-3)
        assert all(torch.equal(w, before[one.name][key]) for key, w in one.theta.items())


def test_too_large_a_rate_diverges_and_is_sound_until_then(learner: GradientLearner) -> None:
    found = run(learner, QUESTION, rate=10.0)
    assert not np.isfinite(found.errors).all()
    assert found.diverged is not None
    assert 0 < found.diverged <= STEPS
    assert found.last == found.diverged - 1
    assert (found.errors[: found.diverged] <= OFF_THE_CHART).all()
    assert np.isfinite(found.curves[: found.diverged]).all()


@pytest.mark.parametrize(
    "errors, diverged",
    [
        ([1.0, 2.0], None),
        ([1.0, math.nan, 1.0], 1),
        ([1.0, math.inf], 1),
        ([math.nan, math.nan], 0),
        ([1.0, OFF_THE_CHART, OFF_THE_CHART * 1.01], 2),
    ],
)
def test_the_first_broken_step_is_where_a_run_diverged(errors: list[float], diverged: int | None) -> None:
    assert made(errors).diverged == diverged


def test_the_headline_compares_before_after_and_random() -> None:
    mine, twin = made([3.14, 1.0, 0.2149]), made([4.0, 3.0, 2.44], "sine-random")
    assert headline(mine, 2, twin) == (
        "Mean squared error: **3.14** before → **0.215** after 2 steps at rate 0.01 (random initialisation: 2.44)"
    )
    assert headline(twin, 1, twin) == "Mean squared error: **4.00** before → **3.00** after 1 step at rate 0.01"


def test_the_headline_says_where_a_run_diverged() -> None:
    broken = made([3.0, 500.0, math.nan])
    assert headline(broken, 1) == "Mean squared error: **3.00** before → **500** after 1 step at rate 0.01"
    assert headline(broken, 2) == "Mean squared error: **3.00** before → **diverged** at step 2"
    assert headline(made([3.0, 2.0, 1.0]), 2, made([3.0, math.inf, math.nan], "sine-random")).endswith(
        "(random initialisation: diverged)"
    )
    assert "nan" not in headline(made([math.nan]), 0)


def test_the_headline_speaks_chinese() -> None:
    assert headline(made([3.0, 2.0, 1.0]), 2, made([4.0, 3.0, 2.0], "sine-random"), "zh") == (
        "均方误差：适应前 **3.00** → 2 步后 **1.00**，学习率 0.01（随机初始化：2.00）"
    )


def test_a_warning_names_runs_that_diverge_within_the_steps_in_view() -> None:
    runs = [made([1.0, 1.0, 1.0]), made([1.0, 900.0, math.inf], "sine-reptile")]
    assert warning(runs, 1) is None
    note = warning(runs, 2)
    assert note is not None
    assert "Reptile at step 2 (rate 0.01)" in note
    assert "MAML" not in note


@pytest.mark.parametrize(
    "value, text",
    [(0.0123456, "0.0123"), (4.4712, "4.47"), (3.5, "3.50"), (100.2, "100"), (12.345, "12.3"), (999.7, "1000")],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("name", [entry.name for entry in REGRESSORS])
def test_the_snippet_prints_the_headlines_numbers(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(store.load(name), QUESTION)
    exec(snippet(QUESTION, found, 7), {})
    before, after = map(float, capsys.readouterr().out.split())
    assert before == pytest.approx(found.errors[0], rel=1e-4)
    assert after == pytest.approx(found.errors[7], rel=1e-4)


def test_a_trace_of_any_learner_will_do() -> None:
    class Flat:
        name, steps, rate = "sine-random", 5, 0.5

        def adapt(self, support, labels, queries, steps=None, rate=None, transductive=False):  # type: ignore[no-untyped-def]
            zeros = np.zeros((steps + 1, len(queries), 1), dtype=np.float32)
            return Trace(zeros[:, 0, 0], zeros)

    found = run(Flat(), Question(2.0, 0.0))
    np.testing.assert_allclose(found.errors, np.mean((2 * np.sin(GRID)) ** 2))
