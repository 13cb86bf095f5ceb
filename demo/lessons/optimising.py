"""A learnt optimiser beside SGD and Adam: the same problems, which none of them has met, from the same start.

SGD's and Adam's rates are those that their card says: the best of a grid on validation problems.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.learned_optimiser import Learnt
from demo.learners.optimisers import SGD, Adam, Optimiser, follow
from demo.learners.store import Card
from demo.models import Weights
from demo.tasks import optimisees
from demo.tasks.optimisees import POINTS, STEPS
from demo.training.optimising import NETWORK

__all__ = ["NAMES", "POINTS", "PROBLEMS", "STEPS", "Fit", "everybody", "fit_sine", "places", "quadratics"]

NAMES = ("learnt", "adam", "sgd")
PROBLEMS = 100  # quadratics at once
FILES = {"quadratic": "l2l-quadratic", "sine": "l2l-sine"}

Array = NDArray[np.float64]


def everybody(phi: Weights, card: Card) -> dict[str, Optimiser]:
    """The three by name: the learnt one with weights phi, and its rivals with the rates in its card."""
    rates = {name: float(card["evaluation"][name]["rate"]) for name in ("adam", "sgd")}
    return {"learnt": Learnt(NETWORK, phi), "adam": Adam(rates["adam"]), "sgd": SGD(rates["sgd"])}


def quadratics(optimisers: Mapping[str, Optimiser], seed: int) -> dict[str, Array]:
    """Each one's losses on PROBLEMS random quadratics, (STEPS + 1, PROBLEMS), from the same starts."""
    problems = optimisees.quadratics(PROBLEMS, torch.Generator().manual_seed(seed))
    return {name: _plain(follow(each, problems, STEPS).costs) for name, each in optimisers.items()}


@dataclass(frozen=True, eq=False)
class Fit:
    """One optimiser on one sine, by step: the error on the whole curve (S + 1,), and the curve (S + 1, places)."""

    errors: Array
    curves: Array


def places() -> Array:
    """Where the curves are known, (101,)."""
    return _plain(optimisees.grid()[:, 0])


def fit_sine(optimisers: Mapping[str, Optimiser], amplitude: float, phase: float, seed: int) -> dict[str, Fit]:
    """Each one's fits of the same small network to a sine, from the same start and on the same POINTS points a step."""
    one = torch.ones(1, 1, 1)
    problem = optimisees.sines_of(amplitude * one, phase * one, torch.Generator().manual_seed(seed))
    fits = {}
    for name, each in optimisers.items():
        path = follow(each, problem, STEPS)
        x = optimisees.grid().expand(STEPS + 1, -1, 1)
        fits[name] = Fit(_plain(path.costs[:, 0]), _plain(optimisees.fitted(path.theta[:, 0], x)[..., 0]))
    return fits


def _plain(values: torch.Tensor) -> Array:
    found: Array = values.double().numpy()
    return found
