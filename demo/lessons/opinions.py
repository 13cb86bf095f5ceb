"""What many learners say about one query: who says what, how many agree, and in which order to list them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.learners import ENTRIES, FAMILIES, Entry
from demo.learners.crowd import Reply
from demo.learners.worker import TRANSDUCTIVE

TIE = 1e-4  # probabilities as near as this are as good as equal: nobody is the favourite


@dataclass(frozen=True, eq=False)
class Opinion:
    """A learner's last word on one query: probabilities (N,), or None while there are none.

    accuracy: what its card says of 5-way 1-shot tasks, as a fraction, or None.
    """

    name: str
    probabilities: NDArray[np.float32] | None = None
    milliseconds: float = 0.0
    steps: int = 0
    error: str = ""
    accuracy: float | None = None

    @property
    def entry(self) -> Entry:
        return ENTRIES[self.name.removesuffix(TRANSDUCTIVE)]

    @property
    def transductive(self) -> bool:
        return self.name.endswith(TRANSDUCTIVE)

    @property
    def pending(self) -> bool:
        return self.probabilities is None and not self.error

    @property
    def favourite(self) -> int | None:
        """The most probable class; None while there is none, and where the first two tie."""
        if self.probabilities is None or not np.isfinite(self.probabilities).all():
            return None
        second, first = np.sort(self.probabilities)[-2:]
        return int(self.probabilities.argmax()) if first - second > TIE else None

    @property
    def confidence(self) -> float:
        """The favourite's probability."""
        return 0.0 if self.favourite is None or self.probabilities is None else float(self.probabilities.max())


def opinion(name: str, reply: Reply | None, query: int, accuracy: float | None = None) -> Opinion:
    """Of a reply on query number `query`; without one, that of somebody who has not answered yet."""
    if reply is None or reply.error:
        return Opinion(name, error=reply.error if reply else "", accuracy=accuracy)
    said = reply.probabilities[-1, query]
    return Opinion(name, said, 1000 * reply.seconds, reply.steps, accuracy=accuracy)


@dataclass(frozen=True)
class Agreement:
    """votes: for each of N classes, how many say it; undecided: how many have answered and say none."""

    votes: tuple[int, ...]
    undecided: int
    confidence: float  # mean, of those who say what most say

    @property
    def answered(self) -> int:
        return sum(self.votes) + self.undecided

    @property
    def majority(self) -> int | None:
        """What most say; None if nobody says anything, or if two classes have as many votes."""
        most = max(self.votes, default=0)
        return self.votes.index(most) if most and self.votes.count(most) == 1 else None


def agreement(opinions: Iterable[Opinion], ways: int) -> Agreement:
    """Every learner has one vote."""
    said = [one for one in opinions if one.probabilities is not None]
    votes = tuple(sum(one.favourite == i for one in said) for i in range(ways))
    found = Agreement(votes, len(said) - sum(votes), 0.0)
    sure = [one.confidence for one in said if one.favourite is not None and one.favourite == found.majority]
    return Agreement(votes, found.undecided, float(np.mean(sure)) if sure else 0.0)


def disagrees(one: Opinion, majority: int | None) -> bool:
    """Whether it has answered, and not what most say. Where there is no majority, everybody does."""
    return one.probabilities is not None and (majority is None or one.favourite != majority)


_Key = Callable[[Opinion, int | None], tuple[float, ...]]

ORDERS: dict[str, _Key] = {
    "family": lambda one, _: (FAMILIES.index(one.entry.family),),
    "confidence": lambda one, _: (-one.confidence,),
    "agreement": lambda one, majority: (_agrees(one, majority), -one.confidence),
    "accuracy": lambda one, _: (-(one.accuracy or 0.0),),
    "time": lambda one, _: (one.milliseconds,),
}
"""How the list can be sorted; who is equal stays in the order of `demo.learners`."""


def _agrees(one: Opinion, majority: int | None) -> float:
    """With the most confident of the majority first, the others with their own favourites together after them."""
    if majority is not None and one.favourite == majority:
        return 0.0
    return 1.0 + (one.favourite if one.favourite is not None else 99)


def arranged(
    opinions: Sequence[Opinion], order: str, majority: int | None, family: str = "all", dissent: bool = False
) -> list[Opinion]:
    """Those of a family (or all), those alone who disagree (or all), in one of `ORDERS`.

    Whoever has not answered stands at the end, but in the order of families, which no answer changes.
    """
    chosen = [one for one in opinions if family in ("all", one.entry.family)]
    if dissent:
        chosen = [one for one in chosen if disagrees(one, majority)]
    key = ORDERS[order]
    late = order != "family"
    return sorted(chosen, key=lambda one: (late and one.probabilities is None, *key(one, majority)))
