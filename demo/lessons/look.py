"""What can be seen of three learners while they meta-train, as plain arrays: no PyTorch here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEARNERS = ("sine-reptile", "sine-maml", "sine-pretrained")
"""In the order of every array's first axis; each is a recipe's name."""

STEPS = 10
"""Inner steps of every adaptation that is looked at."""

SHOTS = 10
"""Points that a held-out sine shows."""

TASKS = 100
"""Held-out sines that errors are means over."""

SHOWN = 6
"""The first of them, whose curves are kept."""

LOOKS = 40
"""Looks at a long run, besides the one before any training."""

BETWEEN = 50
"""Meta-steps between two looks at a short run, on average: looking takes as long as they do."""

GRID: NDArray[np.float64] = np.linspace(-5, 5, 61)
"""Where curves and errors are measured, (G,): the domain of `demo.tasks.sine`, which needs PyTorch."""

Values = NDArray[np.float32]


@dataclass(frozen=True)
class Order:
    """A run that was asked for: the same order gives the same looks."""

    seed: int
    meta_steps: int

    def looks(self) -> list[int]:
        """The meta-steps to look at, from 0 to the last: closer together at first, when most happens."""
        count = max(1, min(LOOKS, self.meta_steps // BETWEEN))
        return sorted({round(self.meta_steps * (k / count) ** 1.5) for k in range(count + 1)})

    def after(self, meta_step: int) -> int:
        """The meta-step of the next look; raises StopIteration after the last."""
        return next(look for look in self.looks() if look > meta_step)


@dataclass(frozen=True, eq=False)
class Look:
    """The three learners after the same number of meta-steps, on sines that none of them trains on.

    errors: (3, S + 1) mean squared error after 0 ... S inner steps, the mean over TASKS sines;
    curves: (3, S + 1, SHOWN, G) their values over GRID; truth: (SHOWN, G) the sines' own;
    points: (SHOWN, K, 2) the places and values that the learners adapt to.
    """

    meta_step: int
    errors: Values
    curves: Values
    truth: Values
    points: Values
