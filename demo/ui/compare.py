"""All learners' answers to one query, as a table that fills in: a small component, whose nodes are made once.

Choosing a row goes on to that learner: up close where it has a view, else to the draw page.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from demo.learners.crowd import Crowd, Round
from demo.lessons.drawn import Drawn, letter
from demo.lessons.opinions import Agreement, Opinion, disagrees, opinion
from demo.tasks.drawing import IMAGE_SIDE
from demo.training.shelf import ShelfError
from demo.training.standings import standing
from demo.ui import close
from demo.ui.component import component
from demo.ui.palette import CLASSES, on_class
from demo.ui.quoted import isolated
from demo.ui.settings import ANSWERING
from demo.ui.words import group, many, say

_component = component("compare", '<div class="compare"></div>', "nodes", "compare", styles=["compare"])

_ROUND, _CHOSEN, _KEY = "compare-round", "compare-chosen", "compare"
HEADS = ("learner", "answer", "says", "accuracy", "time", "steps", "together", "look")


@st.cache_resource(show_spinner=False)
def crowd() -> Crowd:
    """This server's, with processes of its own: no pen on the draw page waits for a comparison."""
    return Crowd()


def asked(drawings: Drawn, steps: int) -> Round:
    """The round of this session on these drawings; another one that was under way is left."""
    now: Round | None = st.session_state.get(_ROUND)
    if now is not None:
        same = now.steps == steps and now.labels == drawings.support and np.array_equal(now.images, drawings.images)
        if same and not now.left:
            return now
        now.leave()
    now = st.session_state[_ROUND] = crowd().ask(ANSWERING, drawings.support, drawings.images, steps)
    return now


def opinions(asked: Round, query: int) -> list[Opinion]:
    """Of everybody, on query number `query`; those who have not answered yet are pending."""
    return [opinion(name, asked.replies.get(name), query, accuracy(name)) for name in asked.names]


@st.cache_data(show_spinner=False, ttl=60)
def accuracy(name: str) -> float | None:
    """What the card says of 5-way 1-shot tasks; None if there is no whole card."""
    one = Opinion(name)
    try:
        found = standing(one.entry)
    except ShelfError:
        return None
    return (found.together if one.transductive else found.five).accuracy


def class_title(drawings: Drawn, i: int) -> str:
    """ "C, fish"; a class without a name of its own is its letter."""
    own = drawings.labels[i]
    return letter(i) if own == letter(i) else say("trace.named", letter=letter(i), label=isolated(own))


def sentence(found: Agreement, drawings: Drawn, pending: int) -> str:
    """How many say what."""
    left = f" {many('compare.left', pending)}" if pending else ""
    if not found.answered:
        return say("compare.nobody") + left
    titles = [class_title(drawings, i) for i in range(len(found.votes))]
    votes = [say("compare.vote", title=title, count=n) for title, n in zip(titles, found.votes, strict=True)]
    rest = [votes[i] for i in np.argsort(found.votes)[::-1] if found.votes[i] and i != found.majority]
    if found.undecided:
        rest.append(say("compare.vote", title=say("compare.undecided"), count=found.undecided))
    if found.majority is None:
        said = say("compare.split", votes=say("draw.comma").join(rest))
    else:
        most, count = titles[found.majority], found.votes[found.majority]
        key, sure = "compare.majority" if rest else "compare.unanimous", f"{found.confidence:.0%}"
        others = say("draw.comma").join(rest)
        said = say(key, title=most, count=count, all=found.answered, sure=sure, rest=others)
    return said + left


def compare_data(
    drawings: Drawn, query: int, rows: Sequence[Opinion], found: Agreement, pending: int
) -> dict[str, Any]:
    """All that `compare.js` shows; rows in the order in which they stand."""
    ways = len(drawings.labels)
    return {
        "letters": [letter(i) for i in range(ways)],
        "colours": list(CLASSES[:ways]),
        "inks": [on_class(i) for i in range(ways)],
        "side": IMAGE_SIDE,
        "pictures": pictures(drawings, query),
        "sentence": sentence(found, drawings, pending),
        "pending": pending,
        "votes": list(found.votes),
        "heads": [say(f"compare.head.{head}") for head in HEADS],
        "rows": [row_data(drawings, one, found) for one in rows],
        "words": group("compare.table"),
    }


def pictures(drawings: Drawn, query: int) -> list[dict[str, Any]]:
    """A drawing of each class, the first, and last the query, as the networks see them."""
    places = [drawings.classes.index(i) for i in range(len(drawings.labels))] + [len(drawings.support) + query]
    names = [class_title(drawings, i) for i in range(len(drawings.labels))] + [drawings.names[places[-1]]]
    return [
        {"name": name, "pixels": base64.b64encode((drawings.images[p] * 255).astype(np.uint8).tobytes()).decode()}
        for name, p in zip(names, places, strict=True)
    ]


def row_data(drawings: Drawn, one: Opinion, found: Agreement) -> dict[str, Any]:
    """One learner's row, in words; `probabilities` is null while there are none."""
    best, closely = one.favourite, one.entry.name in close.VIEWS
    title = say(f"learner.{one.name}")
    if one.probabilities is None:
        says = said = "" if one.pending else "–"
    else:
        sure = f"{one.confidence:.0%}"
        says = "=" if best is None else f"{letter(best)} {sure}"
        said = say("trace.nobody") if best is None else f"{class_title(drawings, best)} {sure}"
    return {
        "name": one.name,
        "title": title,
        "family": say(f"family.{one.entry.family}"),
        "probabilities": None if one.probabilities is None else np.nan_to_num(one.probabilities).round(5).tolist(),
        "best": -1 if best is None else best,
        "says": says,
        "said": said,
        "dissent": disagrees(one, found.majority) and found.majority is not None,
        "error": one.error,
        "cells": [
            "–" if one.accuracy is None else f"{100 * one.accuracy:.1f} %",
            *(("", "") if one.probabilities is None else (f"{one.milliseconds:.1f} ms", steps_taken(one))),
            say("compare.yes") if one.transductive else say("compare.no"),
        ],
        "look": say("page.close" if closely else "page.draw"),
        "action": say("compare.look.close" if closely else "compare.look.draw", learner=title),
    }


def steps_taken(one: Opinion) -> str:
    return str(one.steps) if one.steps or one.entry.inner else say("compare.once")


def show_compare(data: dict[str, Any]) -> None:
    _component(key=_KEY, data=data, on_open_change=_take)


def _take() -> None:
    name = st.session_state.get(_KEY, {}).get("open")
    if name in ANSWERING:  # what a browser sends is not trusted
        st.session_state[_CHOSEN] = name


def chosen() -> str | None:
    """The learner whose row was chosen, once."""
    name: str | None = st.session_state.pop(_CHOSEN, None)
    return name
