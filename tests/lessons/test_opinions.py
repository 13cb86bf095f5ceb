"""Who says what, how many agree, and in which order: by hand."""

from __future__ import annotations

import numpy as np
import pytest

from demo.learners import FAMILIES
from demo.learners.crowd import Reply
from demo.lessons.opinions import Opinion, agreement, arranged, disagrees, opinion


def one(name: str, *probabilities: float, ms: float = 1.0, accuracy: float | None = None) -> Opinion:
    return Opinion(name, np.array(probabilities, np.float32), ms, accuracy=accuracy)


SAID = [
    one("maml", 0.7, 0.2, 0.1, ms=9, accuracy=0.98),
    one("reptile", 0.1, 0.8, 0.1, ms=8, accuracy=0.97),
    one("pretrained", 0.9, 0.05, 0.05, ms=7, accuracy=0.96),
    one("random", 1 / 3, 1 / 3, 1 / 3, ms=6, accuracy=0.7),
    Opinion("fomaml"),
    one("prototypical", 0.6, 0.3, 0.1, ms=2, accuracy=0.99),
    Opinion("reptile-batchnorm", error="damaged"),
]


def names(opinions: list[Opinion]) -> list[str]:
    return [each.name for each in opinions]


def test_votes_are_counted_once_each() -> None:
    found = agreement(SAID, 3)
    assert found.votes == (3, 1, 0)
    assert found.undecided == 1
    assert found.answered == 5
    assert found.majority == 0
    assert found.confidence == pytest.approx((0.7 + 0.9 + 0.6) / 3)


def test_no_majority_without_votes_or_with_two_equals() -> None:
    assert agreement([], 3).majority is None
    assert agreement([Opinion("maml")], 3).votes == (0, 0, 0)
    split = agreement(SAID[:2], 3)
    assert split.votes == (1, 1, 0)
    assert split.majority is None
    assert split.confidence == 0
    assert all(disagrees(each, None) for each in SAID[:2])


def test_ties_and_broken_numbers_are_no_favourite() -> None:
    assert one("maml", 0.5, 0.5).favourite is None
    assert one("maml", 0.5, 0.4999).favourite is None
    assert one("maml", 0.5, 0.4998, 0.0002).favourite == 0
    assert one("maml", float("nan"), 0.5).favourite is None
    assert one("maml", float("nan"), 0.5).confidence == 0


@pytest.mark.parametrize(
    "order, first, last",
    [
        ("family", "maml", "random"),
        ("confidence", "pretrained", "random"),
        ("agreement", "pretrained", "random"),
        ("accuracy", "prototypical", "random"),
        ("time", "prototypical", "maml"),
    ],
)
def test_orders(order: str, first: str, last: str) -> None:
    found = names(arranged(SAID, order, 0))
    assert sorted(found) == sorted(names(SAID))
    answered = [name for name in found if name not in ("fomaml", "reptile-batchnorm")]
    assert (answered[0], answered[-1]) == (first, last)
    if order != "family":
        assert set(found[-2:]) == {"fomaml", "reptile-batchnorm"}, "those without an answer come last"


def test_agreeing_ones_first_then_the_others_by_their_favourite() -> None:
    assert names(arranged(SAID, "agreement", 0))[:5] == ["pretrained", "maml", "prototypical", "reptile", "random"]


def test_an_answer_that_comes_changes_no_place_among_families() -> None:
    pending = [Opinion(each.name) for each in SAID]
    assert names(arranged(pending, "family", None)) == names(arranged(SAID, "family", 0))
    families = [FAMILIES.index(each.entry.family) for each in arranged(SAID, "family", 0)]
    assert families == sorted(families)


def test_filters() -> None:
    assert names(arranged(SAID, "family", 0, "metric")) == ["prototypical"]
    assert names(arranged(SAID, "family", 0, dissent=True)) == ["reptile", "random"]
    assert arranged(SAID, "time", 0, "memory") == []


def test_a_reply_is_taken_at_its_last_step_and_for_one_query() -> None:
    probabilities = np.zeros((3, 2, 2), np.float32)
    probabilities[-1] = [[0.9, 0.1], [0.2, 0.8]]
    reply = Reply(np.zeros(3, np.float32), probabilities, 0.0125)
    said = [opinion("maml", reply, query, 0.9) for query in (0, 1)]
    assert [each.favourite for each in said] == [0, 1]
    assert (said[0].steps, said[0].milliseconds, said[0].accuracy) == (2, 12.5, 0.9)
    assert opinion("maml", None, 0).pending
    broken = opinion("maml", Reply(np.zeros(0, np.float32), np.zeros((0, 0, 0), np.float32), 0.0, "damaged"), 0)
    assert broken.error == "damaged"
    assert not broken.pending
