"""Learners of the gradient family up close, without a browser: figures of the weights and drawings at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from demo.learners import store
from demo.learners.agreement import agreement
from demo.learners.gradient import GradientLearner
from demo.learners.taml import gini
from demo.lessons.among import examples, task_displacements, task_losses
from demo.lessons.drawn import drawn
from demo.tasks.episodes import Episodes
from demo.ui import examples as stored
from demo.ui.close import VIEWS
from demo.ui.close.inequality import TASKS, WAYS
from demo.ui.words import say, table
from tests.pages.opening import opened, sound

LEARNERS = ("meta-sgd", "maml-plus-plus", "gradient-agreement", "taml-entropy", "taml-inequality")


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    return partial(opened, "close")


def figures(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def answered(name: str) -> Any:
    """Probabilities (S + 1, Q, N) on the example that the page opens with, by the learner itself."""
    task = drawn(stored.sheets()[stored.OPENING].task())
    x, shots = torch.from_numpy(task.images)[:, None], len(task.support)
    return store.load(name).adapt(x[:shots], torch.tensor(task.support), x[shots:]).outputs


@pytest.mark.parametrize("name", LEARNERS)
def test_every_view_opens_in_both_languages(open_page: Callable[..., AppTest], name: str) -> None:
    for language in ("en", "zh"):
        app = open_page(close_learner=name, lang=language)
        assert not app.error
        assert table()[f"close-{VIEWS[name]}.lead"][language] in [m.value for m in app.markdown]
        assert figures(app)


@pytest.mark.parametrize("name", ["meta-sgd", "maml-plus-plus", "taml-inequality"])
def test_the_bars_are_the_learners_answers_after_each_step(open_page: Callable[..., AppTest], name: str) -> None:
    bars = figures(open_page(close_learner=name))[-1]["data"]
    expected = answered(name)
    assert len(bars) == expected.shape[1] * expected.shape[2]
    for i in range(expected.shape[2]):
        np.testing.assert_allclose(list(bars[i]["y"]), expected[:, 0, i], atol=1e-3)


def test_the_histograms_are_of_all_rates_and_say_the_negative_share(open_page: Callable[..., AppTest]) -> None:
    theta = store.load("meta-sgd").theta
    histogram = figures(open_page(close_learner="meta-sgd"))[0]
    assert len(histogram["data"]) == 5
    titles = [note["text"] for note in histogram["layout"]["annotations"]]
    layers = [[f"rate.conv{b}", f"rate.bias{b}"] for b in range(1, 5)] + [["rate.head"]]
    for bars, title, names in zip(histogram["data"], titles, layers, strict=True):
        values = torch.cat([theta[name].flatten() for name in names])
        assert f"{(values < 0).float().mean():.1%} negative" in title
        assert sum(bars["y"]) == pytest.approx(1, abs=1e-3)
        below = sum(y for x, y in zip(bars["x"], bars["y"], strict=True) if x < 0)
        assert below == pytest.approx((values < 0).float().mean().item(), abs=2e-3)


def test_the_heat_map_has_the_learnt_rates(open_page: Callable[..., AppTest]) -> None:
    rates = store.load("maml-plus-plus").theta["rates"][0]
    heat = figures(open_page(close_learner="maml-plus-plus"))[0]["data"][0]
    assert list(heat["y"])[-1] == say("close-plusplus.head")
    for i in range(5):
        shown = list(heat["z"][i])
        assert (shown[0] is None) == (i < 4)  # convolutions stand still while the head is zero
        np.testing.assert_allclose(shown[1:], rates[1:, i], atol=1e-5)


def test_the_tasks_weights_are_agreements_own(open_page: Callable[..., AppTest]) -> None:
    app = open_page(close_learner="gradient-agreement", agreement_tasks="4", agreement_seed="2")
    shown = list(figures(app)[0]["data"][0]["y"])
    assert len(shown) == 5
    assert np.abs(shown).sum() == pytest.approx(1, abs=1e-3)
    learner = store.load("gradient-agreement")
    assert isinstance(learner, GradientLearner)
    task = drawn(stored.sheets()[stored.OPENING].task())
    x, labels = torch.from_numpy(task.images)[None, : len(task.support), None], torch.tensor([task.support])
    g = torch.cat(
        [
            task_displacements(learner, Episodes(x, labels, x, labels)),
            task_displacements(learner, examples(4, 3, seed=200)),
        ]
    )
    np.testing.assert_allclose(shown, agreement(g), atol=1e-3)
    sound(app.slider(key="agreement_tasks").set_value(9).run())
    assert len(list(figures(app)[0]["data"][0]["y"])) == 10


def test_before_and_after_with_their_entropies(open_page: Callable[..., AppTest]) -> None:
    app = open_page(close_learner="taml-entropy")
    p = answered("taml-entropy")[[0, -1], 0]
    bars = figures(app)[0]["data"]
    np.testing.assert_allclose([[bar["y"][k] for bar in bars] for k in (0, 1)], p, atol=1e-3)
    before, after = -(p * np.log(p)).sum(axis=1)
    said = [m.value for m in app.markdown if f"**{before:.3f}**" in m.value and f"**{after:.3f}**" in m.value]
    assert len(said) == 1


def test_lorenz_curves_and_their_gini_indices(open_page: Callable[..., AppTest]) -> None:
    app = open_page(close_learner="taml-inequality", inequality_seed="1")
    diagonal, own, maml = figures(app)[0]["data"]
    tasks = examples(TASKS, WAYS, seed=TASKS)
    for curve, name in ((own, "taml-inequality"), (maml, "maml")):
        losses = task_losses(store.load(name), tasks)
        assert next(iter(curve["y"])) == 0
        assert list(curve["y"])[-1] == pytest.approx(1)
        area = np.trapezoid(list(curve["y"]), list(curve["x"]))
        assert 1 - 2 * area == pytest.approx(gini(losses).item(), abs=1e-3)
        assert f"Gini {gini(losses):.2f}" in curve["name"]
    assert list(diagonal["x"]) == list(diagonal["y"]) == [0, 1]
