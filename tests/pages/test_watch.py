"""The page that meta-trains, without a browser: buttons, settings, what it says, and what it sends."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from demo.learners.process import LearnerError
from demo.lessons import runs as module
from demo.lessons.look import GRID, LEARNERS, LOOKS, SHOWN, STEPS, Look, Order
from demo.lessons.runs import AT_REST, Phase, Runs, Seen
from demo.lessons.trainer import Stand
from demo.ui import words
from demo.ui.settings import WATCH
from demo.ui.watch_view import watch_data
from demo.ui.watch_words import said, snippet
from demo.ui.words import LANGUAGES
from tests.pages import opening


class Fake:
    """Looks that differ, as fast as `turns` lets it; in trouble if so told."""

    turns = threading.Semaphore(0)
    trouble: str = ""

    def advance(self, order: Order, stand: Stand | None) -> Stand:
        if stand is not None:
            self.turns.acquire()
            if self.trouble:
                raise LearnerError(self.trouble)
        meta_step = 0 if stand is None else order.after(stand.look.meta_step)
        return Stand(look(order.seed, meta_step), b"state", 0.5 * meta_step)

    def close(self) -> int | None:
        return None


def look(seed: int, meta_step: int) -> Look:
    rng = np.random.default_rng([seed, meta_step])
    errors = rng.uniform(0.05, 5, (3, STEPS + 1)).astype(np.float32)
    curves = rng.normal(size=(3, STEPS + 1, SHOWN, len(GRID))).astype(np.float32)
    truth = np.stack([a * np.sin(GRID) for a in range(1, SHOWN + 1)]).astype(np.float32)
    return Look(meta_step, errors, curves, truth, np.zeros((SHOWN, 10, 2), np.float32))


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Fake]]:
    class One(Fake):
        turns = threading.Semaphore(0)

    monkeypatch.setattr(module, "Runs", partial(Runs, 1, One))
    st.cache_resource.clear()
    yield One
    One.turns.release(10_000)
    st.cache_resource.clear()


def opened(**query: str) -> AppTest:
    return until(opening.opened("watch", **query), Phase.READY)


def until(app: AppTest, phase: Phase, looks: int = 0) -> AppTest:
    """Runs the page, as its clock does, until it shows that."""
    deadline = time.monotonic() + 20
    while True:
        assert not app.exception, app.exception
        data = sent(app)
        if data["phase"] == phase and len(data["looks"]) >= looks:
            return app
        assert time.monotonic() < deadline, data["phase"]
        app.run()


def sent(app: AppTest) -> dict[str, Any]:
    """What the component gets."""
    [component] = [e for e in app.get("bidi_component") if e.proto.component_name == "sketchbook_watch"]
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def press(app: AppTest, name: str) -> AppTest:
    return app.button(key=f"watch-{name}").click().run()


def can_press(app: AppTest) -> set[str]:
    return {str(button.key).removeprefix("watch-") for button in app.button if not button.disabled}


def text(app: AppTest) -> str:
    return "\n".join(m.value for m in app.markdown)


def test_a_visitor_sees_the_beginning_and_can_start() -> None:
    app = opened()
    assert can_press(app) == {"start"}
    assert [entry["at"] for entry in sent(app)["looks"]] == [0]
    for key, setting in WATCH.items():
        assert app.slider(key=key).value == setting.default


def test_started_paused_resumed_and_done(fake: type[Fake]) -> None:
    app = press(opened(), "start")
    fake.turns.release(3)
    until(app, Phase.RUNNING, looks=4)
    assert can_press(app) == {"pause", "stop", "restart"}
    press(app, "pause")
    fake.turns.release(1)
    assert sent(app)["phase"] == "paused"
    assert can_press(app) == {"resume", "stop", "restart"}
    assert len(sent(app)["looks"]) == 4
    press(app, "resume")
    fake.turns.release(100)
    until(app, Phase.DONE)
    assert can_press(app) == {"again"}
    last = look(0, 4000).errors[:, 5]
    assert all(f"**{error:.2f}**" in text(app) for error in last)


def test_stopped_it_keeps_what_it_has_and_begins_again(fake: type[Fake]) -> None:
    app = press(opened(), "start")
    fake.turns.release(2)
    until(app, Phase.RUNNING, looks=3)
    press(app, "stop")
    assert sent(app)["phase"] == "stopped"
    assert len(sent(app)["looks"]) == len(sent(app)["curves"]) == 3
    press(app, "again")
    fake.turns.release(100)
    until(app, Phase.DONE)
    assert len(sent(app)["looks"]) == LOOKS + 1


def test_restarted_with_other_settings(fake: type[Fake]) -> None:
    app = press(opened(), "start")
    fake.turns.release(2)
    until(app, Phase.RUNNING, looks=3)
    app.slider(key="watch_seed").set_value(5).run()
    app.slider(key="meta_steps").set_value(500).run()
    assert "seed 0" in sent(app)["line"]
    assert len(app.caption) == 1
    press(app, "restart")
    fake.turns.release(100)
    until(app, Phase.DONE)
    assert "500 meta-steps · seed 5" in sent(app)["line"]
    assert not app.caption
    assert [code.value for code in app.code] == [snippet(Order(5, 500), 5).rstrip()]


def test_before_the_start_a_new_seed_shows_its_own_beginning() -> None:
    app = opened()
    first = sent(app)
    app.slider(key="watch_seed").set_value(8).run()
    until(app, Phase.READY)
    assert sent(app)["curves"] != first["curves"]
    assert sent(app)["curves"] == sent(opened(watch_seed="8"))["curves"]


def test_steps_and_sine_choose_what_is_shown_and_train_nothing() -> None:
    app = opened(inner_steps="3", watch_sine="2")
    data, expected = sent(app), look(0, 0)
    assert data["after"] == "after 3 steps"
    np.testing.assert_allclose(data["curves"][0]["after"], expected.curves[:, 3, 1], atol=0.01)
    np.testing.assert_allclose(data["truth"], expected.truth[1], atol=0.01)
    app.slider(key="inner_steps").set_value(0).run()
    assert sent(app)["curves"][0]["after"] == sent(app)["curves"][0]["start"]
    assert sent(app)["run"] == data["run"]


def test_a_second_session_waits_and_is_told_so(fake: type[Fake]) -> None:
    first, second, third = (opened() for _ in range(3))
    press(first, "start")
    until(first, Phase.RUNNING)
    press(second, "start")
    press(third, "start")
    assert "trains 1 at a time" in sent(second)["line"]
    assert sent(second)["line"].startswith("You are next")
    assert sent(third)["line"].startswith("In line behind 1 other:")
    assert can_press(second) == {"pause", "stop", "restart"}
    fake.turns.release(LOOKS)
    until(first, Phase.DONE)
    until(second, Phase.RUNNING)


def test_what_goes_wrong_is_said_and_it_can_start_again(fake: type[Fake]) -> None:
    app = press(opened(), "start")
    fake.trouble = "the machine is tired"
    fake.turns.release(1)
    until(app, Phase.FAILED)
    [error] = [e.value for e in app.error]
    assert "the machine is tired" in error
    fake.trouble = ""
    press(app, "again")
    fake.turns.release(100)
    until(app, Phase.DONE)


@pytest.mark.parametrize("key", WATCH)
def test_addresses_out_of_range_are_ignored(key: str) -> None:
    for value in ("-1", "99999", "x", ""):
        assert opened(**{key: value}).slider(key=key).value == WATCH[key].default


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("phase", Phase)
def test_every_phase_can_be_said(phase: Phase, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: lang)
    for looks in (0,) if phase is Phase.PREPARING else (1, 3):
        for deserted in (False, True):
            seen = Seen(Order(0, 4000), phase, tuple(look(0, k) for k in range(looks)), 1.0, 2, deserted, "")
            data = watch_data(seen, "run", 5, 1, 3)
            assert not re.search(r"[{}]", data["line"] + data["announce"] + said(seen, 5))
            assert ("3" in data["line"]) == (phase is Phase.WAITING)
            assert len(data["curves"]) == (looks if phase in AT_REST else min(1, looks))
            assert all(0 <= entry["curves"] < len(data["curves"]) for entry in data["looks"][-1:])
            assert [entry["title"] for entry in data["learners"]]
            json.dumps(data, allow_nan=False)


def test_what_has_diverged_can_be_sent() -> None:
    one = look(0, 3)
    one.errors[0, 5:], one.curves[0, 5:] = np.nan, np.inf
    seen = Seen(Order(0, 4000), Phase.DONE, (look(0, 0), one), 1.0, 0, False, "")
    assert json.dumps(watch_data(seen, "run", 5, 1, 1), allow_nan=False)


def test_the_snippet_is_what_the_page_shows() -> None:
    printed: list[Any] = []
    order = Order(1, 20)
    exec(snippet(order, 5), {"print": printed.append})
    from demo.lessons.watch import Course

    course = Course(order)
    course.advance(20)
    np.testing.assert_array_equal(printed[0], course.look().errors[:, 5])
    assert len(LEARNERS) == 3
