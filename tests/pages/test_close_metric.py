"""Pairs, relations and attention up close, without a browser: the figures hold the learners' own numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch

from demo.learners import store
from demo.learners.matching import Matching
from demo.learners.objectives import Classification
from demo.learners.relation import Relation
from demo.learners.siamese import Siamese, distances
from demo.lessons.drawn import Drawn, drawn
from demo.tasks.taskfile import Query, Task
from demo.ui import examples
from demo.ui.close import VIEWS, Close
from demo.ui.settings import SIAMESE
from demo.ui.sheet import Sheet
from demo.ui.sketch import Sketch
from demo.ui.words import say, table
from tests.pages.opening import opened, sound

NAMES = ("siamese", "relation", "matching", "matching-fce")


def at_hand() -> Drawn:
    """What the page shows those who have drawn nothing."""
    return drawn(examples.sheets()[examples.OPENING].task())


def close(name: str) -> Close:
    return Close(store.load(name), at_hand())


def figures(app: Any) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("name", NAMES)
def test_every_view_says_in_both_languages_what_to_look_at(name: str) -> None:
    for tongue in ("en", "zh"):
        app = opened("close", close_learner=name, lang=tongue)
        said = [block.value for block in app.markdown]
        for part in ("lead", "deeper"):
            assert table()[f"close-{VIEWS[name]}.{part}"][tongue].strip() in said
        assert app.get("plotly_chart")


def test_the_meter_and_the_matrix_are_of_the_distances() -> None:
    one = close("siamese")
    assert isinstance(one.learner.network, Siamese)
    images = torch.from_numpy(one.drawings.images)[None, :, None]
    features = one.learner.network.embed(one.learner.theta, images)
    e = distances(features, features)[0].numpy()
    names = one.drawings.names
    app = opened("close", close_learner="siamese", pair_first=names[1], pair_second=names[2])
    meter, matrix = figures(app)
    assert meter["data"][0]["x"] == pytest.approx([e[1, 2]], abs=1e-3)
    assert np.asarray(matrix["data"][0]["z"]) == pytest.approx(e * (1 - np.eye(len(e))), abs=1e-3)
    said = "same" if e[1, 2] < SIAMESE["pair_threshold"].default else "different"
    assert any(say(f"close-siamese.{said}") in block.value and names[1] in block.value for block in app.markdown)
    sound(app.slider(key="pair_threshold").set_value(0.0).run())
    marks = [cell for row in figures(app)[1]["data"][0]["text"] for cell in row]
    assert not any("=" in cell for cell in marks if "0.00" not in cell)


def test_the_threshold_starts_where_training_put_it() -> None:
    learnt = store.load("siamese").theta["threshold"].item()
    assert SIAMESE["pair_threshold"].default == round(learnt, 2)


def test_a_drawing_that_is_not_there_is_not_offered() -> None:
    app = opened("close", close_learner="siamese", pair_first="E5")
    names = list(at_hand().names)
    assert app.selectbox(key="pair_first").value == "A"
    assert app.selectbox(key="pair_second").value == "?"
    assert sorted(app.selectbox(key="pair_first").options) == sorted(names)


def test_scores_are_the_relation_modules() -> None:
    one = close("relation")
    assert isinstance(one.learner.network, Relation)
    episodes, known = one.episodes, len(one.drawings.support)
    r = one.learner.network.logits(one.learner.theta, episodes, episodes.queries).sigmoid()[0].numpy()
    (figure,) = figures(opened("close", close_learner="relation"))
    shown = np.asarray(figure["data"][0]["z"])
    assert shown.shape == (len(one.drawings.names), len(one.drawings.labels))
    assert shown[: len(one.drawings.names) - known] == pytest.approx(r, abs=1e-3)
    assert shown.min() >= 0
    assert shown.max() <= 1


@pytest.mark.parametrize("name", ["matching", "matching-fce"])
def test_lines_are_as_thick_as_the_attention_of_both_networks(name: str) -> None:
    app = opened("close", close_learner=name)
    (figure,) = figures(app)
    known = len(at_hand().support)
    widths = [shape["line"]["width"] for shape in figure["layout"]["shapes"]]
    for place, side in enumerate(("matching", "matching-fce")):
        one = close(side)
        network, judge = one.learner.network, one.learner.objective
        assert isinstance(network, Matching)
        assert isinstance(judge, Classification)
        a = network.attention(one.learner.theta, one.episodes, judge)[0, 0].numpy()
        own = [widths[2 * i + place] for i in range(known)]
        assert own == pytest.approx(np.maximum(16 * a, 0.75), abs=0.01)
    assert len(figure["layout"]["images"]) == known + 2


def test_another_query_can_be_chosen() -> None:
    task = examples.sheets()[examples.OPENING].task()
    first = task.queries[0]
    other = Query(task.drawings[0][0], None)
    two = Task(task.labels, task.drawings, (first, other))
    app = opened("close", {"sketch": Sketch(Sheet.of(two))}, close_learner="matching", attending="?2")
    assert app.selectbox(key="attending").value == "?2"
    votes = app.table[0].value
    assert votes[say("close-matching.answer")][0] == task.labels[0]  # the query is a copy of that class's drawing
    alts = [chart.proto.alt for chart in app.get("plotly_chart")]
    assert "?2" in alts[0]
