"""The map of contexts on the sine page, without a browser."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import torch

from demo.learners.gradient import GradientLearner
from demo.learners.store import load_initialisation
from demo.ui import context_view
from demo.ui.context_map import colour, map_data, map_figure, map_table, reach
from demo.ui.context_view import curve, nearest_sine, path, tasks
from demo.ui.sine_view import GRID, Question, run
from demo.ui.words import say
from tests.pages.opening import opened

QUESTION = Question(3.0, 1.0)


@pytest.fixture(scope="module")
def caml() -> GradientLearner:
    return load_initialisation("sine-caml")


def test_context_is_amplitude_and_phase(caml: GradientLearner) -> None:
    """The contexts of the sample tasks are a linear function of (A cos phase, A sin phase), nearly all of them."""
    found = tasks(caml)
    natural = np.stack([found.amplitude * np.cos(found.phase), found.amplitude * np.sin(found.phase)], axis=1)
    known = np.column_stack([natural, np.ones(len(natural))])
    fitted = known @ np.linalg.lstsq(known, found.context, rcond=None)[0]
    spread = np.square(found.context - found.context.mean(axis=0)).sum(axis=0)
    assert (1 - np.square(found.context - fitted).sum(axis=0) / spread > 0.95).all()


def test_a_tasks_context_gives_its_sine(caml: GradientLearner) -> None:
    found = tasks(caml)
    errors = []
    for at, amplitude, phase in list(zip(found.context, found.amplitude, found.phase, strict=True))[::7]:
        a, p, _ = nearest_sine(curve(caml, at))
        errors.append(abs(a * np.exp(1j * p) - amplitude * np.exp(1j * phase)))
    assert np.mean(errors) < 0.3


def test_the_path_ends_where_the_learner_does(caml: GradientLearner) -> None:
    walk = path(caml, QUESTION, 1.0, 4)
    assert walk.shape == (5, 2)
    assert not walk[0].any()
    trace = run(caml, QUESTION, steps=4)
    for at, values in zip(walk, trace.curves, strict=True):
        np.testing.assert_allclose(curve(caml, at), values, atol=1e-4)


def test_the_nearest_sine_of_a_sine_is_itself() -> None:
    for amplitude, phase in ((3.0, 1.0), (0.5, 6.0), (4.0, 0.0)):
        a, p, rest = nearest_sine(amplitude * np.sin(GRID + phase))
        assert a == pytest.approx(amplitude)
        assert math.sin(p) == pytest.approx(math.sin(phase), abs=1e-9)
        assert math.cos(p) == pytest.approx(math.cos(phase))
        assert rest == pytest.approx(0, abs=1e-9)
    assert nearest_sine(GRID**2)[2] > 1


def test_phases_close_on_the_circle_have_close_colours() -> None:
    def rgb(phase: float) -> Any:
        return np.array([int(colour(phase)[i : i + 2], 16) for i in (1, 3, 5)])

    assert np.abs(rgb(0.0) - rgb(2 * math.pi - 1e-3)).max() <= 2
    assert np.abs(rgb(0.0) - rgb(math.pi)).max() > 60


def test_the_map_has_what_the_script_needs(caml: GradientLearner) -> None:
    found, walk = tasks(caml), path(caml, QUESTION, 1.0, 3)
    data = map_data(caml, QUESTION, found, walk)
    assert json.loads(json.dumps(data)) == data
    assert len(data["tasks"]) == context_view.TURNS * context_view.RINGS
    assert np.shape(data["weights"]["w1"]) == (64, 3)
    assert data["reach"] == pytest.approx(reach(found, walk))
    assert all(abs(x) < data["reach"] for task in data["tasks"] for x in task["at"])
    table = map_table(caml, found, walk)
    assert len(table["A"]) == len(data["tasks"])
    assert len(table[say("context.step")]) == 4
    assert list(map_figure(found, walk, "#000").data[1].x) == walk[:, 0].tolist()


def test_only_a_context_of_two_is_a_map(caml: GradientLearner) -> None:
    assert context_view.fits(caml)
    assert not context_view.fits(load_initialisation("sine-maml"))
    assert not context_view.fits(None)


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_the_page_has_the_map_one_click_away(tongue: str, caml: GradientLearner) -> None:
    app = opened("sine", lang=tongue, sine_steps="3")
    assert say("context.title", tongue) in [expander.label for expander in app.expander]
    [data] = [
        json.loads(e.proto.json) for e in app.get("bidi_component") if e.proto.component_name == "sketchbook_context"
    ]
    np.testing.assert_allclose(data["path"], path(caml, QUESTION, 1.0, 3), atol=1e-4)
    assert data["words"]["back"] == say("context.map.back", tongue)
    torch.testing.assert_close(torch.tensor(data["weights"]["w3"]), caml.theta["w3"][0], atol=1e-5, rtol=0)
