"""The page of random tasks without a browser: every setting, odd addresses, missing data, measuring and stopping."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from demo.lessons import measuring
from demo.lessons.jobs import Job, JobError
from demo.lessons.tasks import Measured, Question
from demo.tasks import making
from demo.ui import tasks_jobs
from demo.ui.settings import TASKS
from demo.ui.words import say
from tests.pages.opening import opened, plain, sound


@pytest.fixture(scope="module", autouse=True)
def one_process() -> Iterator[None]:
    yield
    tasks_jobs.jobs().close()


@pytest.fixture(autouse=True)
def without_omniglot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNIGLOT_DIR", str(tmp_path))
    making.opened.cache_clear()


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    return partial(opened, "tasks")


def html(app: AppTest) -> str:
    bodies = [str(each.proto.body) for each in app.get("html")]
    return "".join(body for body in bodies if not body.startswith("<style>"))


def verdict(app: AppTest) -> str:
    return html(app).split('class="task-verdict"')[1].split("</div>")[0]


def test_opens_with_the_defaults_and_says_how_the_task_went(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    question = Question("maml")
    assert f"{measuring.answer(question).right} of 5 right" in verdict(app)
    assert html(app).count('role="listitem"') == 5
    for name in question.made().names:
        assert name in html(app)
    assert not app.error
    assert not app.get("plotly_chart"), "nothing has been measured yet"


def test_next_task_is_that_of_the_next_seed(open_page: Callable[..., AppTest]) -> None:
    app = open_page(task_seed="998")
    for seed in (999, 0):
        sound(app.button(key="tasks-next").click().run())
        assert app.slider(key="task_seed").value == seed
        for name in Question("maml", seed=seed).made().names:
            assert name in html(app)


@pytest.mark.parametrize(
    "query, question",
    [
        ({"task_source": "doodles", "task_ways": "20", "task_steps": "2"}, Question("maml", "doodles", 20, steps=2)),
        ({"task_learner": "random", "task_steps": "0"}, Question("random", steps=0)),
        ({"task_ways": "2", "task_shots": "3", "task_seed": "9"}, Question("maml", ways=2, shots=3, seed=9)),
        ({"task_ways": "18"}, Question("maml", ways=18)),  # as many as there are
        ({"task_ways": "19"}, Question("maml")),
        ({"task_ways": "99", "task_source": "elsewhere", "task_seed": "-1"}, Question("maml")),
        ({"one_alphabet": "true"}, Question("maml")),  # only where there are alphabets
    ],
)
def test_the_address_sets_the_task(
    open_page: Callable[..., AppTest], query: dict[str, str], question: Question
) -> None:
    app = open_page(**query)
    assert html(app).count('role="listitem"') == question.ways
    assert f"{measuring.answer(question).right} of {question.ways} right" in verdict(app)
    assert bool([b for b in app.button if b.key == "tasks-try"]) == (question.ways <= 5)


def test_every_setting_can_be_moved(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    for key, number in (("task_shots", 2), ("task_steps", 2), ("task_seed", 999)):
        sound(app.slider(key=key).set_value(number).run())
    for key, name in (("task_learner", "reptile-batchnorm"), ("task_source", "doodles")):
        sound(app.selectbox(key=key).set_value(name).run())
    sound(app.slider(key="task_ways").set_value(20).run())
    sound(app.selectbox(key="task_source").set_value("examples").run())
    question = Question("reptile-batchnorm", "examples", 18, 2, 2, 999)
    assert f"{measuring.answer(question).right} of 18 right" in verdict(app), "as many as there are"
    assert set(TASKS) - {"one_alphabet"} == {w.key for w in (*app.slider, *app.selectbox)}


def test_where_omniglot_is_not_the_page_says_so(open_page: Callable[..., AppTest], tmp_path: Path) -> None:
    app = open_page(task_source="omniglot")
    [note] = [note.value for note in app.info]
    assert str(tmp_path) in note
    assert "OMNIGLOT_DIR" in note
    assert "task-card" not in html(app)
    sound(app.selectbox(key="task_source").set_value("examples").run())
    assert html(app).count('role="listitem"') == 5


def test_omniglot_can_be_prepared_and_one_alphabet_chosen(
    open_page: Callable[..., AppTest], omniglot_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMNIGLOT_DIR", str(omniglot_folder))
    monkeypatch.setenv("SKETCHBOOK_CACHE", str(cache / "elsewhere"))
    prepared = Job((), 1)
    monkeypatch.setattr(tasks_jobs.jobs(), "prepare", lambda: prepared)
    app = open_page(task_source="omniglot")
    assert "half a minute" in "".join(m.value for m in app.markdown)
    sound(app.button(key="tasks-prepare").click().run())
    assert any("are being brought" in m.value for m in app.markdown)
    official = making.Omniglot
    monkeypatch.setattr(making, "Omniglot", lambda folder: official(folder, official=False))
    making.opened("omniglot")
    prepared.ended.set()
    sound(app.run())
    assert app.toggle(key="one_alphabet").value is False
    assert app.slider(key="task_ways").proto.max == 5
    sound(app.toggle(key="one_alphabet").set_value(True).run())
    assert app.slider(key="task_ways").value == 3, "the largest of the tiny alphabets has three"
    assert html(app).count("Knots") >= 3


def test_a_learner_that_fails_is_named_and_the_task_is_still_there(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(question: Question) -> Any:
        raise JobError("maml.safetensors is damaged")

    monkeypatch.setattr(tasks_jobs, "answer", fails)
    app = open_page()
    assert "damaged" in plain(app.error[0].value)
    assert html(app).count('role="listitem"') == 5
    assert 'class="told"' not in html(app)


def test_measuring_ends_in_the_score_and_its_interval(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(task_learner="random", task_ways="2", task_steps="1")
    sound(app.button(key="tasks-average-0").click().run())
    assert app.session_state["tasks-average-job"].ended.wait(60)
    sound(app.run())
    assert not any(button.key == "tasks-average-stop" for button in app.button)
    *_, expected = measuring.measure(Question("random", ways=2, steps=1))
    shown = re.search(r"<b>([\d.]+)&thinsp;%</b><span>± ([\d.]+)", html(app))
    assert shown
    assert float(shown[1]) == pytest.approx(100 * expected.accuracy, abs=0.05)
    assert float(shown[2]) == pytest.approx(100 * expected.ci95, abs=0.05)
    sound(app.slider(key="task_seed").set_value(1).run())
    assert "task-score" not in html(app), "another hundred tasks have another score"


def test_measuring_can_be_stopped_and_a_new_question_ends_it(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Job] = []

    def measure(questions: list[Question]) -> Job:
        score = Measured(100, 0.5, 0.1, 0.0, 0.5)
        asked.append(Job(tuple(questions), 100, {questions[0]: score, questions[1]: replace(score, done=40)}))
        return asked[-1]

    monkeypatch.setattr(tasks_jobs.jobs(), "measure", measure)
    app = open_page()
    sound(app.button(key="tasks-sizes-0").click().run())
    assert {q.ways for q in asked[0].questions} == {2, 3, 5, 8, 12, 16, 18}
    assert {q.shots for q in asked[0].questions} == {1, 2, 3, 4, 5}
    assert len(app.get("plotly_chart")) == 2
    sound(app.button(key="tasks-sizes-stop").click().run())
    assert asked[0].stopped
    assert any(c.value.startswith("Stopped") for c in app.caption)
    sound(app.button(key="tasks-sizes-1").click().run())
    assert len(asked[1].questions) == 6 * len(asked[0].questions)
    sound(app.slider(key="task_steps").set_value(2).run())
    assert asked[1].stopped


def test_one_level_deeper_has_the_script(open_page: Callable[..., AppTest]) -> None:
    app = open_page(task_seed="3")
    app.session_state["tasks-deeper"] = True
    sound(app.run())
    [script] = [code.value for code in app.code]
    names: dict[str, Any] = {}
    exec(script.replace("tasks=100", "tasks=2").replace("print(score)", ""), names)
    assert names["question"] == Question("maml", seed=3)
    assert names["score"].done == 2


def test_a_learner_without_an_inner_loop_answers_once(open_page: Callable[..., AppTest]) -> None:
    app = open_page(task_learner="prototypical")
    assert app.slider(key="task_steps").disabled
    app.session_state["tasks-deeper"] = True
    sound(app.run())
    assert len(app.get("plotly_chart")) == 1, "the table of probabilities, and no curve"
    assert say("tasks.deeper.once", "en") in [each.value for each in app.markdown]
