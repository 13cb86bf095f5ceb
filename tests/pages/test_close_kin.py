"""Up close: context adaptation, the attack, concept space and the piles, without a browser."""

from __future__ import annotations

import importlib
import json
import re
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from demo.learners.attack import attacked
from demo.learners.store import load_initialisation, read_card
from demo.lessons.piles import HANDS, THINGS, features, heap, piles, purity
from demo.lessons.under_attack import attack
from demo.tasks.episodes import Episodes
from demo.ui import export
from demo.ui.words import say
from tests.learners.conftest import characters
from tests.pages.opening import opened, sound

KIN = ["caml", "adml", "concepts", "cactus"]


def charts(app: Any) -> list[Any]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("tongue", ["en", "zh"])
@pytest.mark.parametrize("name", KIN)
def test_every_view_shows_itself(name: str, tongue: str) -> None:
    app = opened("close", close_learner=name, lang=tongue)
    assert not app.error
    said = [m.value.strip() for m in app.markdown]
    assert say(f"close-{name}.lead", tongue).strip() in said
    assert say(f"close-{name}.deeper", tongue).strip() in said
    assert not [text for text in said if re.search(r"\{\w+\}(?!_)", re.sub(r"\$+.*?\$+", "", text, flags=re.DOTALL))]


def test_the_slider_sets_the_attack() -> None:
    app = opened("close", close_learner="adml", attack_epsilon="0")
    bars, curve = charts(app)
    before, after = bars["data"][0]["y"], bars["data"][1]["y"]
    assert before == pytest.approx(after, abs=1e-3)
    sound(app.slider(key="attack_epsilon").set_value(0.2).run())
    bars, curve = charts(app)
    assert bars["data"][0]["y"] == before
    assert bars["data"][1]["y"] != pytest.approx(before, abs=1e-3)
    assert curve["layout"]["shapes"][0]["x0"] == 0.2
    stated = read_card("adml")["attack"]
    assert {tuple(line["y"]) for line in curve["data"]} == {tuple(stated["adml"]), tuple(stated["maml"])}
    [html] = [h.proto.body for h in app.get("html") if "<figure>" in h.proto.body]
    assert html.count("<img") == 3


def test_the_attack_is_on_what_the_query_is_taken_for() -> None:
    learner = load_initialisation("maml")
    episodes = characters(tasks=1, ways=3)
    found = attack(learner, episodes, 0.05)
    answers = learner.adapt_all(episodes)[1][-1]
    np.testing.assert_allclose(found.before, answers[0].numpy(), atol=1e-5)
    taken = Episodes(episodes.support, episodes.labels, episodes.queries, answers.argmax(dim=2))
    moved = attacked(learner, taken, 0.05)
    np.testing.assert_allclose(found.images, moved.queries[0, :, 0].numpy(), atol=1e-6)
    np.testing.assert_allclose(found.after, learner.adapt_all(moved)[1][-1, 0].numpy(), atol=1e-5)
    sure = [p[range(len(p)), found.before.argmax(axis=1)].mean() for p in (found.before, found.after)]
    assert sure[1] < sure[0]


def test_the_context_begins_at_zero_and_leaves_it() -> None:
    [heat] = charts(opened("close", close_learner="caml"))
    z = np.array(heat["data"][0]["z"])
    assert z.shape == (load_initialisation("caml").steps + 1, 100)
    assert not z[:2].any(), "the first step moves the classes' rows alone"
    assert (np.abs(z[-1])[:-1] >= np.abs(z[-1])[1:]).all()
    assert z[-1].any()


def test_three_ways_of_training_are_compared() -> None:
    app = opened("close", close_learner="concepts")
    assert len(charts(app)) == 3
    table = app.dataframe[0].value
    for name, accuracy in zip(
        ("maml", "pretrained", "concepts"), table[say("close-concepts.accuracy", "en")], strict=True
    ):
        assert f"{read_card(name)['evaluation']['5-way 1-shot']['accuracy']:.1%}" in accuracy


def test_the_piles_hold_all_drawings() -> None:
    app = opened("close", close_learner="cactus", cactus_piles="4", cactus_seed="3")
    [html] = [h.proto.body for h in app.get("html") if "<section" in h.proto.body]
    assert html.count("<section") == 4
    assert html.count('class="invented"') == THINGS * HANDS
    assert html.count('class="own"') == 4  # the first example's drawings


def test_features_make_purer_piles_than_pixels() -> None:
    learner = load_initialisation("cactus")
    pure: dict[str, list[float]] = {"features": [], "pixels": []}
    for seed in range(4):
        found = heap(seed)
        for by, z in (
            ("features", features(learner, found.images)),
            ("pixels", torch.from_numpy(found.images).flatten(1)),
        ):
            pure[by].append(purity(piles(z, THINGS, seed), found.things))
    assert np.mean(pure["features"]) > np.mean(pure["pixels"]) + 0.1


def test_purity_by_hand() -> None:
    pile, things = np.array([0, 0, 0, 1, 1, 2]), np.array([4, 4, 5, 5, -1, -1])
    assert purity(pile, things) == pytest.approx((2 + 1) / 4)
    same = piles(torch.tensor([[0.0], [0.1], [0.2], [9.0], [9.1]]), 2, 0)
    assert same.tolist() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("name", KIN)
def test_what_is_shown_can_be_taken_away(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[Any] = []
    view = importlib.import_module(f"demo.ui.close.{name}")
    monkeypatch.setattr(view, "show_export", lambda *arguments: offered.append(arguments))
    opened("close", close_learner=name)
    [(key, figures, table, selector)] = offered
    assert (key, selector[:14]) == (name, ".st-key-close-")
    for figure in [figures] if isinstance(figures, go.Figure) else figures:
        assert figure.data
    lines = export.comma_separated(table).decode("utf-8-sig").splitlines()
    assert len(lines) > 1
    assert lines[0].count(",") >= 2
