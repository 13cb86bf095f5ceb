"""What the sine page shows, as numbers: every learner's curve and error at every inner step.

No Streamlit here: `run(store.load("sine-maml"), Question(3.0, 1.0))` works from a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.contract import Learner
from demo.learners.gradient import GradientLearner
from demo.tasks.episodes import Episodes
from demo.tasks.sine import DOMAIN, Sine

Values = NDArray[np.float64]

STEPS = 32
"""Always computed: the steps slider then only chooses what to look at."""

GRID: Values = np.linspace(*DOMAIN, 101)
"""The places where curves are drawn and errors are measured, (Q,)."""

OFF_THE_CHART = 1000.0
"""Mean squared error from which a run counts as diverged; amplitude 5 against a flat zero is only 12.5."""


@dataclass(frozen=True)
class Question:
    """One sine and the points of it that the learners may see; phase in radians, noise a standard deviation."""

    amplitude: float
    phase: float
    points: int = 10
    noise: float = 0.0
    seed: int = 0

    @property
    def sine(self) -> Sine:
        return Sine(self.amplitude, self.phase)

    def truth(self) -> Values:
        """The noiseless curve over GRID, (Q,)."""
        return self.sine(torch.from_numpy(GRID)).numpy()

    def support(self) -> tuple[Values, Values]:
        """Places and values of the points, (K,) each."""
        x, y = self.sine.points(self.points, self.noise, self.seed)
        return x[:, 0].numpy().astype(np.float64), y[:, 0].numpy().astype(np.float64)


@dataclass(frozen=True, eq=False)
class Run:
    """One learner's way through its inner steps, the first entry before any.

    curves: (S + 1, Q) over GRID; errors: (S + 1,) mean squared error against the noiseless curve.
    Both may hold infinities and NaN from the step `diverged` on, never before it.
    """

    name: str
    rate: float
    curves: Values
    errors: Values

    @property
    def diverged(self) -> int | None:
        """The first step whose error is off the chart or no number at all; None if every step is sound."""
        broken = ~(self.errors <= OFF_THE_CHART)  # so that NaN is broken too
        return int(broken.argmax()) if broken.any() else None

    @property
    def last(self) -> int:
        """The last sound step; -1 if not even the start is one."""
        return len(self.errors) - 1 if self.diverged is None else self.diverged - 1


def run(learner: Learner, question: Question, rate: float | None = None, steps: int = STEPS) -> Run:
    """Adapts to the question's points at the inner rate given, or the one the learner was trained with."""
    rate = learner.rate if rate is None else rate
    x, y = question.sine.points(question.points, question.noise, question.seed)
    trace = learner.adapt(x, y, _places(), steps=steps, rate=rate)
    return _run(learner.name, rate, trace.outputs[:, :, 0], question)


def run_all(
    learners: Sequence[GradientLearner], question: Question, factor: float = 1.0, steps: int = STEPS
) -> list[Run]:
    """`run` for every learner, at `factor` times its own rate.

    Learners with the same network and rate adapt side by side, as if they were one learner's tasks: more
    than twice as fast, which a hand on a slider feels, and the same up to rounding.
    """
    groups: dict[tuple[object, float], list[GradientLearner]] = {}
    for learner in learners:
        groups.setdefault((learner.network, factor * learner.rate), []).append(learner)
    x, y = question.sine.points(question.points, question.noise, question.seed)
    found = {}
    for (_, rate), members in groups.items():
        theta = {name: torch.cat([m.theta[name] for m in members]) for name in members[0].theta}
        support, labels, places = (t.expand(len(members), -1, -1) for t in (x, y, _places()))
        task = Episodes(support, labels, places, places)  # the answers are not looked at
        _, outputs = replace(members[0], theta=theta).adapt_all(task, steps, rate)
        for member, curves in zip(members, outputs[..., 0].unbind(dim=1), strict=True):
            found[member.name] = _run(member.name, rate, curves.numpy(), question)
    return [found[learner.name] for learner in learners]


def _places() -> torch.Tensor:
    return torch.from_numpy(GRID).float()[:, None]


def _run(name: str, rate: float, outputs: NDArray[np.float32], question: Question) -> Run:
    curves = outputs.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # a diverging run overflows: that is what it shows
        errors = np.square(curves - question.truth()).mean(axis=1)
    return Run(name, rate, curves, errors)
