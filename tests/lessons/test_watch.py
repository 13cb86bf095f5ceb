"""Watching is training: the same weights as a recipe's run, however often it is looked at, paused and resumed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from demo.lessons.look import GRID, LEARNERS, SHOTS, SHOWN, STEPS, TASKS, Look, Order
from demo.lessons.watch import HELD_OUT_SEED, Course, held_out
from demo.tasks import sine
from demo.tasks.episodes import Episodes
from demo.training import train as training
from demo.training.recipes import RECIPES
from demo.ui.controls import Slider
from demo.ui.settings import WATCH

ORDER = Order(seed=3, meta_steps=30)


def weights(course: Course) -> list[dict[str, torch.Tensor]]:
    return [{name: w.detach().clone() for name, w in learner.theta.items()} for learner in course.learners()]


def same(one: list[dict[str, torch.Tensor]], other: list[dict[str, torch.Tensor]]) -> bool:
    return all(torch.equal(a[name], b[name]) for a, b in zip(one, other, strict=True) for name in a)


def straight(order: Order = ORDER) -> Course:
    course = Course(order)
    course.advance(order.meta_steps)
    return course


def equal(one: Look, other: Look) -> bool:
    names = ("errors", "curves", "truth", "points")
    return one.meta_step == other.meta_step and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in names
    )


def test_it_is_the_training_of_the_recipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "VALIDATIONS", 1)
    for found, name in zip(weights(straight()), LEARNERS, strict=True):
        recipe = replace(RECIPES[name], seed=ORDER.seed, meta_steps=ORDER.meta_steps)
        expected = training.train(recipe, None, folder=tmp_path, progress=False).learner.theta
        assert same([found], [expected])


def test_all_three_begin_with_the_same_weights_and_part_then() -> None:
    course = Course(ORDER)
    one, other, third = weights(course)
    assert same([one, one], [other, third])
    first = course.look()
    assert np.array_equal(first.errors, first.errors[[0, 0, 0]])
    course.advance(1)
    one, other, third = weights(course)
    assert not same([one], [other])
    assert not same([one], [third])
    assert not same([other], [third])


def test_the_same_order_gives_the_same_looks_and_another_seed_does_not() -> None:
    assert equal(straight().look(), straight().look())
    assert not equal(straight().look(), straight(replace(ORDER, seed=4)).look())


def test_paused_and_resumed_anywhere_is_the_same_run() -> None:
    course = Course(ORDER)
    for meta_step in (0, 1, 7, 7, 30):
        resumed = Course(ORDER)
        resumed.restore(course.state())
        resumed.advance(meta_step)
        course = resumed
    assert same(weights(course), weights(straight()))


def test_the_beginning_does_not_depend_on_how_long_the_run_will_be() -> None:
    course = Course(ORDER)
    course.restore(Course(replace(ORDER, meta_steps=500)).state())
    course.advance(ORDER.meta_steps)
    assert same(weights(course), weights(straight()))


def test_looking_changes_nothing() -> None:
    course = Course(ORDER)
    for meta_step in (0, 1, 30):
        course.advance(meta_step)
        assert equal(course.look(), course.look())
    assert same(weights(course), weights(straight()))


def coefficients(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """a and b of a * sin(x) + b * cos(x): which sine of any amplitude and phase goes through the points."""
    found: np.ndarray[Any, Any] = np.linalg.lstsq(np.stack([np.sin(x), np.cos(x)], 1), y, rcond=None)[0]
    return found


def test_held_out_sines_are_never_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Episodes] = []
    draw = sine.sample

    def sample(*args: Any) -> Episodes:
        seen.append(draw(*args))
        return seen[-1]

    monkeypatch.setattr(sine, "sample", sample)
    for seed in range(3):
        straight(Order(seed, 8))
    assert len(seen) == 3 * 3 * 8
    trained = np.array(
        [coefficients(x[:, 0].numpy(), y[:, 0].numpy()) for e in seen for x, y in zip(e.support, e.labels, strict=True)]
    )
    ours = held_out()
    mine = np.array(
        [coefficients(x[:, 0].numpy(), y[:, 0].numpy()) for x, y in zip(ours.support, ours.labels, strict=True)]
    )
    assert np.linalg.norm(trained[:, None] - mine, axis=2).min() > 1e-4
    setting = WATCH["watch_seed"]
    assert isinstance(setting, Slider)
    assert not setting.low <= HELD_OUT_SEED <= setting.high


def test_held_out_sines_show_points_of_the_curve_they_are_judged_on() -> None:
    episodes = held_out()
    assert episodes.support.shape == (TASKS, SHOTS, 1)
    assert (GRID[0], GRID[-1]) == sine.DOMAIN
    for k in range(TASKS):
        a, b = coefficients(episodes.support[k, :, 0].numpy(), episodes.labels[k, :, 0].numpy())
        assert 0.1 <= np.hypot(a, b) <= 5
        np.testing.assert_allclose(episodes.answers[k, :, 0], a * np.sin(GRID) + b * np.cos(GRID), atol=1e-3)


def test_a_look_holds_what_each_learner_does_on_each_sine_alone() -> None:
    course, e = straight(), held_out()
    look = course.look()
    maml = course.learners()[1]
    outputs = np.stack(
        [maml.adapt(e.support[k], e.labels[k], e.queries[k], steps=STEPS).outputs[..., 0] for k in range(TASKS)], axis=1
    )
    errors = np.square(outputs - e.answers[..., 0].numpy()).mean(axis=(1, 2))
    np.testing.assert_allclose(look.errors[1], errors, rtol=1e-4)
    np.testing.assert_allclose(look.curves[1], outputs[:, :SHOWN], atol=1e-4)


def test_maml_learns_to_adapt_and_pretraining_learns_the_mean() -> None:
    course = Course(Order(0, 4000))
    before = course.look().errors
    course.advance(180)
    reptile, maml, pretrained = course.look().errors[:, 5]
    assert maml < 0.25 * before[1, 5]
    assert maml < reptile < 0.75 * before[0, 5]
    assert pretrained > 0.9 * before[2, 5]
    assert np.abs(course.look().curves[2, 0]).max() < 0.25  # the mean of all sines is 0


@pytest.mark.parametrize("meta_steps", [1, 30, 500, 4000, 10000])
def test_looks_go_from_the_first_meta_step_to_the_last(meta_steps: int) -> None:
    order = Order(0, meta_steps)
    looks = order.looks()
    assert (looks[0], looks[-1]) == (0, meta_steps)
    assert all(order.after(a) == b for a, b in itertools.pairwise(looks))
    with pytest.raises(StopIteration):
        order.after(meta_steps)
