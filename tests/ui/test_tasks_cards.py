"""A task's cards and figures: pictures, marks and what is read out agree with the answer."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace

import numpy as np
import PIL.Image
import pytest

from demo.lessons.tasks import Answer, Measured, Question
from demo.tasks.making import Made
from demo.ui import words
from demo.ui.tasks_cards import cards
from demo.ui.tasks_charts import size_figure, steps_figure, table_figure


@pytest.fixture
def made() -> Made:
    return Question("maml", "examples", ways=3, shots=2, seed=1).made()


@pytest.fixture
def answer() -> Answer:
    """The second query is taken for the third class."""
    last = np.array([[0.8, 0.1, 0.1], [0.1, 0.2, 0.7], [0.0, 0.4, 0.6]], np.float32)
    return Answer(np.array([1.1, 0.5], np.float32), np.stack([np.full((3, 3), 1 / 3, np.float32), last]))


def test_marks_and_words_say_what_was_answered(made: Made, answer: Answer) -> None:
    html = cards(made, answer)
    assert re.findall(r'class="task-card (\w*)"', html) == ["right", "wrong", "right"]
    assert re.findall(r'class="mark" aria-hidden="true">(.)', html) == ["✓", "✗", "✓"]
    first, second, third = re.findall(r'role="listitem" aria-label="([^"]+)"', html)
    assert f"Class A, {made.names[0]}: 2 drawings" in first
    assert "taken for class A, with 80 %: right." in first
    assert "taken for class C, with 70 %: wrong." in second
    assert "its own: 20 %" in html
    assert third.endswith("right.")


def test_pictures_are_what_the_network_sees_on_white_paper(made: Made) -> None:
    html = cards(made, None)
    pictures = re.findall(r'<img class="(\w*)" alt="" src="data:image/png;base64,([^"]+)"', html)
    assert [kind for kind, _ in pictures] == ["", "", "query"] * 3
    shown = [np.asarray(PIL.Image.open(io.BytesIO(base64.b64decode(data)))) for _, data in pictures]
    seen = [image for n in range(3) for image in (*made.support[n], made.queries[n])]
    for picture, image in zip(shown, seen, strict=True):
        np.testing.assert_allclose(1 - picture / 255, image, atol=0.5 / 255 + 1e-6)
    assert 'class="told"' not in html


def test_names_cannot_become_markup_and_are_in_the_readers_language(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh")
    html = cards(replace(made, names=("<script>", "house", '"')), None)
    assert "<script>" not in html
    assert "房子" in html
    assert "&quot;" in html


def test_a_curve_has_its_error_bars_and_guessing_its_line() -> None:
    question = Question("maml", ways=5)
    scores = {replace(question, ways=n): Measured(100, 1 - n / 100, n / 1000, 0.0, 1.0) for n in (8, 2)}
    figure = size_figure(scores, question, "ways", "#000")
    curve, guessing = figure.data
    assert list(curve.x) == [2, 8]
    np.testing.assert_allclose(curve.y, [98, 92])
    np.testing.assert_allclose(curve.error_y.array, [0.2, 0.8])
    np.testing.assert_allclose(guessing.y, [100 / n for n in guessing.x])
    against_shots = size_figure({}, question, "shots", "#000").data
    assert [list(trace.y) for trace in against_shots] == [[20] * 5]


def test_figures_of_one_task(answer: Answer) -> None:
    heat, marks = table_figure(answer, "#000").data
    np.testing.assert_allclose(heat.z, 100 * answer.probabilities[-1])
    assert (list(marks.x), list(marks.y)) == (["C"], ["B"])
    right, loss = steps_figure(answer, "maml").data
    np.testing.assert_allclose(right.y, [100 / 3, 100 * (0.8 + 0.2 + 0.6) / 3], rtol=1e-5)
    np.testing.assert_allclose(loss.y, answer.losses)
