"""Users with the same learner at once never see each other's classes: each is answered as if there were nobody else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.ui import answers, examples
from demo.ui.desk import Desk
from demo.ui.sheet import QUERY, place_of
from demo.ui.sketch import Sketch

LEARNERS = ("maml", "prototypical")
Act = tuple[str, Any]  # what a user does, and with what

acts = st.one_of(
    st.tuples(st.just("draw"), st.tuples(st.sampled_from([place_of(0), place_of(1), QUERY]), st.integers(0, 99))),
    st.tuples(st.just("name"), st.sampled_from(["sun", "moon", "<b>"])),
    st.tuples(st.just("steps"), st.integers(0, 3)),
    st.tuples(st.just("learner"), st.sampled_from(LEARNERS)),
    st.tuples(st.just("undo"), st.none()),
)
lives = st.lists(st.lists(acts, min_size=1, max_size=4), min_size=2, max_size=3)  # of two or three users


def arrived(user: int) -> Desk:
    """Everybody has an example of his own before him, and the same learner."""
    sheet = list(examples.sheets().values())[user]
    return Desk(Sketch(sheet), learner=LEARNERS[0], steps=2)


def says_after(desk: Desk, act: Act) -> Any:
    """What the user sees next, as plain values."""
    sketch, (what, how) = desk.sketch, act
    if what == "draw":
        place, seed = how
        stroke = np.random.default_rng(seed).integers(20, 260, (5, 2)).tolist()
        first = len(sketch.sheet.drawings[place].strokes)
        ink = {sketch.key(place): {"first": first, "strokes": [stroke]}}
        assert desk.reply({"number": desk.seen.number + 1, "open": None, "pads": ink})
    elif what == "name":
        sketch.rename(0, how)
    elif what == "steps":
        desk.steps = how
    elif what == "learner":
        desk.learner = how
    else:
        sketch.undo()
    said = desk.says()
    assert not said["error"]
    return json.loads(json.dumps(said))


def alone(user: int, life: Sequence[Act]) -> list[Any]:
    answers._answer.cache_clear()
    desk = arrived(user)
    return [says_after(desk, act) for act in life]


@settings(max_examples=12)
@given(st.data())
def test_interleaved_sessions_are_answered_as_each_alone(data: st.DataObject) -> None:
    users = data.draw(lives)
    turns = data.draw(st.permutations([user for user, life in enumerate(users) for _ in life]))
    answers._answer.cache_clear()
    desks, lived = [arrived(user) for user in range(len(users))], [list[Any]() for _ in users]
    for user in turns:
        lived[user].append(says_after(desks[user], users[user][len(lived[user])]))
    assert lived == [alone(user, life) for user, life in enumerate(users)]


@settings(max_examples=6)
@given(lives)
def test_sessions_at_the_same_moment_are_answered_as_each_alone(users: list[list[Act]]) -> None:
    """Their tasks may be adapted together: then numbers differ in the last digits that float32 has."""
    answers._answer.cache_clear()
    desks = [arrived(user) for user in range(len(users))]
    with ThreadPoolExecutor(len(users)) as threads:
        found = threads.map(lambda desk, life: [says_after(desk, act) for act in life], desks, users)
        for user, said in enumerate(found):
            assert_alike(said, alone(user, users[user]))


def assert_alike(one: Any, other: Any) -> None:
    """The same, numbers up to 1e-3."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_alike(one[key], other[key])
    elif isinstance(one, list) and isinstance(other, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_alike(a, b)
    else:
        assert one == (pytest.approx(other, abs=1e-3) if isinstance(other, float) else other)
