"""How the classifiers stand: accuracy on the same tasks, as their cards have it, beside what was published.

No PyTorch here: pages read it before anything is loaded.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from demo.learners import CLASSIFIERS, FAMILIES, Entry
from demo.training.shelf import FOLDER, ShelfError, read_card

KEYS = {"3-way 1-shot": "random_classes", "5-way 1-shot": "5-way 1-shot"}
"""The kinds of tasks -> the figures' names in a card: random classes of the evaluation alphabets, non-transductive."""


@dataclass(frozen=True)
class Rate:
    """Fractions of 1: how many queries were told right, and half the width of the 95 % confidence interval."""

    accuracy: float
    ci95: float

    @property
    def percent(self) -> str:
        return f"{100 * self.accuracy:.1f} ± {100 * self.ci95:.1f}"


@dataclass(frozen=True)
class Standing:
    """One classifier's row: its rates on 3-way and 5-way 1-shot tasks, and on the latter of transductive answers."""

    entry: Entry
    three: Rate
    five: Rate
    together: Rate
    protocol: str  # of the 5-way tasks

    @property
    def published(self) -> float | None:
        """The published 5-way 1-shot accuracy as a fraction of 1; None if nobody published one."""
        number = re.match(r"[\d.]+", self.entry.published)
        return float(number[0]) / 100 if number else None


def standing(entry: Entry, folder: Path = FOLDER) -> Standing:
    """Raises `ShelfError` if there is no whole card, or if it lacks these figures."""
    card = read_card(folder / f"{entry.name}.json")
    try:
        three, five = (card["evaluation"][key] for key in KEYS.values())
        return Standing(entry, _rate(three), _rate(five), _rate(five["transductive"]), str(five["protocol"]))
    except (LookupError, TypeError, ValueError) as error:
        raise ShelfError("card-incomplete", repr(error)) from error


def standings(folder: Path = FOLDER) -> list[Standing]:
    """Of every classifier, a family after the other; raises `ShelfError`."""
    return [standing(entry, folder) for entry in by_family()]


@functools.cache
def takes_steps(name: str) -> bool:
    """Whether a learner has an inner loop, by the inner steps on its card; True where there is no whole card."""
    try:
        return int(read_card(FOLDER / f"{name}.json")["inner"]["steps"]) > 0
    except (ShelfError, LookupError, TypeError, ValueError):
        return True  # loading the learner will say what is wrong


def by_family() -> list[Entry]:
    """The classifiers, a family after the other, and within one as `demo.learners` lists them."""
    return sorted(CLASSIFIERS, key=lambda entry: FAMILIES.index(entry.family))


def _rate(figures: dict[str, float]) -> Rate:
    return Rate(float(figures["accuracy"]), float(figures["ci95"]))
