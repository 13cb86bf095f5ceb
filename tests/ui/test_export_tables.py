"""Every exported table holds what its figures draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from demo.lessons import combinations, luck, moves
from demo.lessons.drawn import drawn
from demo.lessons.look import GRID, LEARNERS, SHOWN, STEPS, Look, Order
from demo.lessons.projection import project
from demo.lessons.runs import Phase, Seen
from demo.lessons.tasks import Answer as TaskAnswer
from demo.lessons.tasks import Measured, Question
from demo.training import shelf
from demo.ui import examples, luck_charts, mix_charts, models_charts, moves_charts, tasks_charts
from demo.ui.inside import inside_data
from demo.ui.inside_data import pack
from demo.ui.inside_tables import inside_figures, inside_table
from demo.ui.models_tables import card_table, comparison_table
from demo.ui.moves_tables import loss_table, plane_figure, plane_table
from demo.ui.tasks_tables import answer_table, size_table
from demo.ui.trace import Answer, Asked, trace_data
from demo.ui.trace_tables import trace_figures, trace_table
from demo.ui.watch_tables import watch_figures, watch_table
from demo.ui.words import say
from tests.ui.test_inside_data import inside

INK = "#123456"
RANDOM = np.random.default_rng(0)


def missing(figures: Iterable[go.Figure], table: Mapping[str, Iterable[Any]]) -> list[str]:
    """Names of the curves whose values are in no column."""
    columns = [np.array([v for v in column if v != ""], dtype=object) for column in table.values()]
    numbers = [column.astype(float) for column in columns if not any(isinstance(v, str) for v in column)]

    def held(curve: go.Scatter) -> bool:
        values = np.array([v for v in curve.y if v is not None], dtype=float)
        return any(len(c) == len(values) and np.allclose(c, values, atol=1e-6) for c in numbers)

    return [curve.name for figure in figures for curve in figure.data if curve.name and not held(curve)]


def test_the_answer_while_one_learner_diverges_and_one_query_waits() -> None:
    one = Answer(RANDOM.dirichlet(np.ones(3), 4).astype(np.float32), np.array([1.1, 0.5, 0.2, 0.1], np.float32))
    other = Answer(RANDOM.dirichlet(np.ones(3), 4).astype(np.float32), np.array([1.1, 2, np.inf, np.nan], np.float32))
    asked = [Asked("?", one, other, ""), Asked("?2", None, None, "draw")]
    data = trace_data("ABC", ["A", "B", "fish"], asked, ("MAML", "Random"), "en")
    table, figures = trace_table(data), trace_figures(data, INK)
    assert missing(figures, table) == []
    assert list(table)[:5] == [
        "Inner step",
        "?: A (MAML)",
        "?: B (MAML)",
        "?: C, fish (MAML)",
        "?: Loss on the drawings (MAML)",
    ]
    assert table["Inner step"] == [0, 1, 2, 3]
    np.testing.assert_allclose(table["?: C, fish (MAML)"], one.probabilities[:, 2], atol=1e-5)
    assert table["?: Loss on the drawings (Random)"][2:] == ["", ""]
    assert len(figures) == 2


def test_no_answer_is_a_table_of_no_rows() -> None:
    data = trace_data("AB", ["A", "B"], [Asked("?", None, None, "draw")], ("MAML", "Random"), "en")
    assert trace_table(data) == {"Inner step": []}
    assert len(trace_figures(data, INK)) == 2


def test_inside() -> None:
    maps = RANDOM.uniform(0, 3, (3, 4, 2, 2, 2)).astype(np.float32)
    run = inside(maps)
    sheet = examples.sheets()[examples.OPENING]
    data = inside_data(drawn(sheet.task()), pack(run, project(run.features), 64))
    table = inside_table(data)
    assert missing(inside_figures(data, INK), table) == []
    assert table["Loss on its drawings"] == [pytest.approx(1.1), 0.5, ""]
    assert table["‖θ′ − θ‖: Head"] == [0, 0.25, 0.5]
    np.testing.assert_allclose(table["?: A, house"], 1 / 3, atol=1e-5)


def test_the_plane_and_its_losses() -> None:
    tasks, start, loops = moves.plane(3, 5), np.array([-2.0, 1.5]), moves.Loops(0.3, 4, 0.9)
    table = plane_table(tasks, start, loops)
    assert missing([plane_figure(tasks, start, loops, INK)], table) == []
    path = moves.play("maml", tasks, start, loops, moves_charts.META_STEPS)
    np.testing.assert_allclose(table["MAML: θ₁"], path[:, 0])
    before, after = moves_charts.curves(tasks, start, loops)
    losses = loss_table(before, after, loops.steps)
    assert missing([moves_charts.loss_figure(each, "") for each in (before, after)], losses) == []
    assert len(losses) == 1 + 2 * len(moves.RULES)


def test_combinations_of_gradients() -> None:
    names = combinations.combinations()
    rows: list[dict[str, Any]] = [
        {"meta_step": k, "losses": {name: float(RANDOM.uniform()) for name in names}} for k in range(4)
    ]
    rows[3]["losses"]["sum4"] = None
    table = mix_charts.mix_table(rows)
    assert missing([mix_charts.mix_figure(kind, rows, 4, INK) for kind in mix_charts.KINDS], table) == []
    assert len(table) == 1 + len(names)
    assert table[mix_charts.formula("sum", 4)][3] == ""


def test_luck() -> None:
    keys = ("support", "query", "query_ci", "accuracy", "accuracy_ci")
    rows: list[dict[str, Any]] = [
        {"world": world, "meta_step": k, **{key: float(RANDOM.uniform()) for key in keys}}
        for k in range(3)
        for world in luck.WORLDS
    ]
    rows[-1]["loop"] = {key: RANDOM.uniform(size=luck.FURTHER + 1).tolist() for key in ("support", "query")}
    table = luck_charts.luck_table(rows)
    assert missing(luck_charts.luck_figures(rows, 3, INK), table) == []
    assert table["Labels by coin: Right on new points, ± 95 %"] == [row["accuracy_ci"] for row in rows[::2]]
    assert not any(luck_charts.luck_table([]).values())


def test_watching() -> None:
    looks = tuple(
        Look(
            at,
            RANDOM.uniform(0.1, 5, (3, STEPS + 1)).astype(np.float32),
            RANDOM.normal(size=(3, STEPS + 1, SHOWN, len(GRID))).astype(np.float32),
            RANDOM.normal(size=(SHOWN, len(GRID))).astype(np.float32),
            RANDOM.normal(size=(SHOWN, 10, 2)).astype(np.float32),
        )
        for at in (0, 50, 100)
    )
    looks[2].errors[2, STEPS] = np.inf
    seen = Seen(Order(0, 100), Phase.RUNNING, looks, 1.0, 0, False, "")
    table = watch_table(seen)
    row = table["meta-step"].index(50) + 4
    assert (table["meta-step"][row], table["inner step"][row]) == (50, 4)
    for i, name in enumerate(LEARNERS):
        column = table[say(f"learner.{name}")]
        assert column[row] == pytest.approx(looks[1].errors[i, 4])
        assert (column[-1] == "") == (i == 2)
    *panels, inner, outer = watch_figures(seen, 4, 2, INK)
    assert len(panels) == len(LEARNERS)
    np.testing.assert_allclose(inner.data[0].y, looks[2].errors[0])
    np.testing.assert_allclose(outer.data[1].y, [look.errors[1, 4] for look in looks])
    nothing = Seen(Order(0, 100), Phase.FAILED, (), 0.0, 0, False, "")
    assert watch_table(nothing)["meta-step"] == []
    assert len(watch_figures(nothing, 4, 2, INK)) == 1


def test_a_tasks_answer_and_accuracy_against_sizes() -> None:
    answer = TaskAnswer(
        RANDOM.uniform(size=6).astype(np.float32), RANDOM.dirichlet(np.ones(4), (6, 4)).astype(np.float32)
    )
    table = answer_table(answer)
    assert missing([tasks_charts.steps_figure(answer, "maml")], table) == []
    np.testing.assert_allclose(table["taken for: B, %"], 100 * answer.probabilities[-1][:, 1], rtol=1e-6)
    question = Question("maml", ways=5, shots=2)
    scores = {
        Question("maml", ways=ways, shots=shots): Measured(100, 1 / ways, 0.01 * shots, 0, 0.5)
        for ways, shots in ((2, 2), (3, 2), (5, 2), (5, 1), (20, 5))
    }
    sizes = size_table(scores, question)
    assert sizes["classes (N)"] == [2, 3, 5, 5]
    assert sizes["drawings of each class (K)"] == [2, 2, 1, 2]
    np.testing.assert_allclose(sizes["accuracy, %"], [50, 100 / 3, 20, 20])
    np.testing.assert_allclose(sizes["accuracy, %, ± 95 %"], [2, 2, 1, 2])


def test_models() -> None:
    models = [model for model in shelf.models() if isinstance(model, shelf.Model)]
    for model in models:
        figures = [] if model.own else [models_charts.adaptation_figure(model)]
        figures += [models_charts.history_figure(model)] if model.history else []
        assert missing(figures, card_table(model)) == [], model.key
    pairs = shelf.best(models, "random_classes")
    [trace] = models_charts.comparison_figure(pairs, INK).data
    table = comparison_table(pairs)
    assert table["model"] == list(trace.y)
    np.testing.assert_allclose(table["accuracy, %"], trace.x)
    np.testing.assert_allclose(table["accuracy, %, ± 95 %"], trace.error_x.array)
