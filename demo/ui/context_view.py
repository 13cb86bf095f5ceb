"""The context that CAML finds for sines, as places on a map. No Streamlit here.

Nobody has told the network that sines have an amplitude and a phase: the map shows that its two context numbers are
close to a turned and stretched (A cos phase, A sin phase).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.caml import SineContext
from demo.learners.gradient import GradientLearner
from demo.tasks.episodes import Episodes
from demo.tasks.sine import AMPLITUDES
from demo.ui.sine_view import GRID, Question

TURNS, RINGS = 24, 6
STEPS = 10
"""Inner steps after which the sample tasks' context is shown."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tasks:
    """T sample tasks: amplitude (T,), phase (T,) in radians, and the context (T, 2) found for each."""

    amplitude: Numbers
    phase: Numbers
    context: Numbers


def fits(learner: GradientLearner | None) -> bool:
    """Whether it has a context of two numbers."""
    return learner is not None and isinstance(learner.network, SineContext) and learner.network.context == 2


@functools.lru_cache(maxsize=4)
def tasks(learner: GradientLearner) -> Tasks:
    """TURNS phases at RINGS amplitudes, each seen at all of GRID."""
    low, high = AMPLITUDES
    rings = np.linspace(low + (high - low) / RINGS, high, RINGS)
    amplitude, phase = (a.ravel() for a in np.meshgrid(rings, np.arange(TURNS) * 2 * math.pi / TURNS, indexing="ij"))
    x = torch.from_numpy(GRID).float()[None, :, None].expand(len(amplitude), -1, -1)
    y = torch.from_numpy(amplitude[:, None] * np.sin(GRID + phase[:, None])).float()[..., None]
    return Tasks(amplitude, phase, walked(learner, Episodes(x, y, x, y), STEPS, learner.rate)[-1])


def path(learner: GradientLearner, question: Question, factor: float, steps: int) -> Numbers:
    """The context (S + 1, 2) at every inner step on the question's points."""
    x, y = (part[None] for part in question.sine.points(question.points, question.noise, question.seed))
    return walked(learner, Episodes(x, y, x, y), steps, factor * learner.rate)[:, 0]


def walked(learner: GradientLearner, episodes: Episodes, steps: int, rate: float) -> Numbers:
    """The contexts (S + 1, T, 2)."""
    found = [theta["context"][:, 0].detach() for theta, _ in learner.walk(episodes, steps, rate)]
    contexts: Numbers = torch.stack(found).numpy().astype(np.float64)
    return contexts


def curve(learner: GradientLearner, context: Numbers) -> Numbers:
    """Values (Q,) over GRID with a context (2,) that may be nobody's."""
    theta = {**learner.network.start(learner.theta, 1), "context": torch.tensor(context).float()[None, None]}
    with torch.no_grad():
        values: Numbers = (
            learner.network(theta, torch.from_numpy(GRID).float()[None, :, None])[0, :, 0].double().numpy()
        )
    return values


def nearest_sine(values: Numbers) -> tuple[float, float, float]:
    """Amplitude, phase in [0, 2 pi) and root mean squared distance of the sine nearest to values (Q,) over GRID.

    A sin(x + p) = a sin x + b cos x,    a = A cos p,    b = A sin p:    least squares
    """
    basis = np.stack([np.sin(GRID), np.cos(GRID)], axis=1)
    (a, b), *_ = np.linalg.lstsq(basis, values, rcond=None)
    rest = values - basis @ np.array([a, b])
    return float(np.hypot(a, b)), float(np.arctan2(b, a) % (2 * math.pi)), float(np.sqrt(np.square(rest).mean()))
