"""The sine page's figures: what they draw is what the numbers say, whatever the numbers are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from demo.learners import REGRESSORS
from demo.ui.palette import LEARNERS, SYMBOLS
from demo.ui.sine_charts import Curve, colour, curves, error_figure, error_table, fit_figure, fit_table
from demo.ui.sine_view import GRID, Question, Run
from demo.ui.words import LANGUAGES, say

QUESTION = Question(amplitude=3.0, phase=1.0, points=5, noise=0.2, seed=1)
INK = "#123456"


def made(name: str = "sine-maml", errors: list[float] | None = None, steps: int = 32) -> Run:
    """A run whose curve at step k is the constant k."""
    values = np.linspace(4.0, 0.1, steps + 1) if errors is None else np.array(errors)
    curves = np.repeat(np.arange(len(values), dtype=float)[:, None], len(GRID), axis=1)
    return Run(name, 0.01, curves, values)


def traces(figure: go.Figure) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


def drawn(figure: go.Figure) -> list[float]:
    return [float(v) for trace in figure.data for v in (*trace.x, *trace.y)]


def by_kind(found: list[Curve], kind: str) -> list[Curve]:
    return [curve for curve in found if curve.kind == kind]


def test_the_fit_shows_truth_points_before_between_and_after() -> None:
    found = curves(QUESTION, made(), 10)
    [truth], [before], [after] = (by_kind(found, kind) for kind in ("truth", "before", "after"))
    np.testing.assert_allclose(truth.y, [3.0 * math.sin(x + 1.0) for x in GRID], atol=1e-9)
    assert (before.name, set(before.y)) == ("before", {0})
    assert (after.name, set(after.y)) == ("after 10 steps", {10})
    between = by_kind(found, "between")
    assert [curve.y[0] for curve in between] == [2, 4, 6, 8]
    assert [curve.name for curve in between] == ["step 2", "step 4", "step 6", "step 8"]
    assert [curve.opacity for curve in between] == sorted(curve.opacity for curve in between)
    assert found[-1] is truth  # in front


def test_plotlys_fit_is_made_of_the_same_curves_and_the_points() -> None:
    figure = fit_figure(QUESTION, made(), 10, INK)
    found = traces(figure)
    for curve in curves(QUESTION, made(), 10):
        np.testing.assert_array_equal(found[curve.name].y, curve.y)
    np.testing.assert_allclose(found["points"].y, QUESTION.support()[1])
    assert found["true curve"].line.color == found["points"].marker.color == INK
    assert all(trace.hovertemplate for trace in figure.data)


def test_every_curve_of_a_learner_has_its_colour_in_both_figures() -> None:
    for entry in REGRESSORS:
        run = made(entry.name)
        fit = fit_figure(QUESTION, run, 3, INK)
        assert {trace.line.color for trace in fit.data if trace.name not in ("true curve", "points")} == {
            colour(entry.name)
        }
        assert error_figure([run], entry.name, 3, INK).data[0].line.color == colour(entry.name)
    assert {colour(entry.name) for entry in REGRESSORS} <= set(LEARNERS.values())
    assert len({colour(entry.name) for entry in REGRESSORS}) == len(REGRESSORS)


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_curves_are_named_in_the_language_asked_for(tongue: str) -> None:
    names = {curve.kind: curve.name for curve in curves(QUESTION, made(), 1, tongue)}
    assert names["truth"] == say("sine.curve.truth", tongue)
    assert names["before"] == say("sine.curve.before", tongue)
    assert {trace.name for trace in fit_figure(QUESTION, made(), 1, INK, tongue).data} > set(names.values())


@pytest.mark.parametrize("step, kinds", [(0, ["before"]), (1, ["before", "after"])])
def test_few_steps_have_nothing_between(step: int, kinds: list[str]) -> None:
    assert [curve.kind for curve in curves(QUESTION, made(), step)] == [*kinds, "truth"]


def test_the_tables_hold_what_the_figures_draw() -> None:
    table = fit_table(QUESTION, made(), 10)
    x, y = QUESTION.support()
    np.testing.assert_array_equal(table["x"], GRID)
    np.testing.assert_array_equal([table["points x"], table["points y"]], [x, y])
    assert {curve.name for curve in curves(QUESTION, made(), 10)} == set(table) - {"x", "points x", "points y"}
    errors = error_table([made(), made("sine-reptile", [1.0, 2.0, math.inf])])
    assert list(errors["inner step"]) == list(range(33))
    np.testing.assert_array_equal(errors["Reptile"], [1.0, 2.0])


def test_the_fit_stops_where_the_run_diverged() -> None:
    broken = made(errors=[1.0, 5.0, 700.0, math.inf, math.nan])
    broken.curves[3:] = math.nan
    figure = fit_figure(QUESTION, broken, 32, INK)
    assert set(traces(figure)["after 2 steps"].y) == {2}
    assert np.isfinite(drawn(figure)).all()


@pytest.mark.parametrize("run", [None, made(errors=[math.nan, math.nan])])
def test_the_sine_stands_alone_without_a_sound_run(run: Run | None) -> None:
    assert set(traces(fit_figure(QUESTION, run, 5, INK))) == {"true curve", "points"}


@pytest.mark.parametrize("amplitude", [0.1, 5.0])
def test_the_value_axis_holds_every_point_and_rests(amplitude: float) -> None:
    for seed in range(20):
        figure = fit_figure(Question(amplitude, 0.0, 20, noise=1.0, seed=seed), None, 0, INK)
        low, high = figure.layout.yaxis.range
        y = np.array(traces(figure)["points"].y)
        assert low <= y.min()
        assert y.max() <= high
        assert high == -low >= 6.0
    assert fit_figure(Question(amplitude, 0.0), None, 0, INK).layout.yaxis.range == (-6.0, 6.0)


def test_the_errors_of_all_learners_are_shown_with_the_step_in_view() -> None:
    runs = [made(entry.name) for entry in REGRESSORS]
    figure = error_figure(runs, "sine-reptile", 7, INK)
    assert [trace.name for trace in figure.data] == [say(f"learner.{entry.name}") for entry in REGRESSORS]
    for run, trace in zip(runs, figure.data, strict=True):
        np.testing.assert_array_equal(trace.x, np.arange(33))
        np.testing.assert_array_equal(trace.y, run.errors)
        assert (trace.line.width > 2) == (run.name == "sine-reptile")
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 7
    assert figure.layout.yaxis.type == "log"


def test_a_diverging_run_ends_in_a_cross_and_nothing_endless_is_drawn() -> None:
    runs = [made(), made("sine-reptile", [1.0, 30.0, 600.0, math.inf, math.nan])]
    figure = error_figure(runs, "sine-maml", 4, INK)
    whole, broken = figure.data
    assert "x" not in whole.marker.symbol
    assert list(broken.x) == [0, 1, 2]
    assert list(broken.marker.symbol) == [SYMBOLS["reptile"]] * 2 + ["x"]
    assert np.isfinite(drawn(figure)).all()


@pytest.mark.parametrize(
    "errors, span",
    [
        ([4.0, 0.2], (-1, 1)),
        ([0.01, 0.001], (-3, -1)),
        ([1000.0, 1.0], (0, 4)),
        ([0.0, 0.0], (-1, 1)),
        ([math.nan], (-1, 1)),
    ],
)
def test_the_error_axis_spans_whole_decades(errors: list[float], span: tuple[float, float]) -> None:
    low, high = error_figure([made(errors=errors)], "sine-maml", 0, INK).layout.yaxis.range
    assert (low, high) == pytest.approx(span, abs=0.1)  # and a little room for markers


def test_figures_without_any_learner_can_be_drawn() -> None:
    assert not error_figure([], "sine-maml", 5, INK).data
