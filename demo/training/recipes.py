"""How each weights file is made: one recipe a name. `python -m demo train NAME` follows it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo.learners import fomaml, maml, pretrained, reptile
from demo.learners.objectives import Objective
from demo.models import Network, Weights
from demo.tasks.episodes import Episodes

Rule = Callable[[Network, Objective, Weights, Episodes, float, int], tuple[Weights, float]]

RULES: dict[str, Rule] = {
    "maml": maml.meta_gradient,
    "fomaml": fomaml.meta_gradient,
    "reptile": reptile.meta_gradient,
    "pretrained": pretrained.meta_gradient,
}


@dataclass(frozen=True)
class Recipe:
    """One training run. The same recipe, seed and device give the same weights."""

    name: str
    rule: str  # a key of RULES, or "random": no training
    network: dict[str, Any]
    rate: float  # inner, alpha: what adaptation uses
    steps: int  # inner
    meta_steps: int
    meta_batch: int  # tasks a meta-step
    outer: str = "adam"  # or "sgd"
    outer_rate: float = 3e-3  # beta, or Reptile's epsilon; annealed to 0 over the run
    anneal: str = "cosine"  # or "linear"
    sharpness: float = 4.0  # while training; calibrated on validation alphabets afterwards
    ways: int = 5
    shots: int = 1
    queries: int = 3
    same_alphabet: float = 0.5  # share of the tasks whose classes all come from one alphabet
    first_order: float = 0.0  # share of the run, at its beginning, in first order (MAML++'s annealing)
    training_rate: float | None = None  # alpha while training, where it differs
    seed: int = 0

    @property
    def classifies(self) -> bool:
        return bool(self.network["kind"] == "ConvNet")

    def rule_at(self, meta_step: int) -> Rule:
        early = meta_step < self.first_order * self.meta_steps
        return RULES["fomaml" if early else self.rule]

    def rate_at(self, meta_step: int) -> float:
        """The outer rate of a meta-step."""
        done = meta_step / self.meta_steps
        return self.outer_rate * ((1 + math.cos(math.pi * done)) / 2 if self.anneal == "cosine" else 1 - done)


_CONVNET = {"kind": "ConvNet", "filters": 32}
_TANH = {"kind": "SineNet", "width": 64, "activation": "tanh"}  # the Reptile paper's reference code

_CLASSIFIERS = (
    Recipe("maml", "maml", _CONVNET, rate=0.05, steps=5, meta_steps=6500, meta_batch=8, first_order=0.3),
    Recipe("fomaml", "fomaml", _CONVNET, rate=0.05, steps=5, meta_steps=5000, meta_batch=8),
    Recipe(
        "reptile",
        "reptile",
        _CONVNET,
        rate=0.05,
        training_rate=0.2,  # Reptile's signal is of second order in alpha: at 0.05 it learns more slowly
        steps=5,
        meta_steps=14000,
        meta_batch=8,
        outer_rate=2e-3,
        ways=3,  # as many drawings to a minibatch, and so to its batch statistics, as the app has
        queries=1,
    ),
    Recipe("pretrained", "pretrained", _CONVNET, rate=0.05, steps=5, meta_steps=5000, meta_batch=64, outer_rate=1e-3),
    Recipe("random", "random", _CONVNET, rate=0.05, steps=5, meta_steps=0, meta_batch=1),
)

_REGRESSORS = (
    Recipe(
        "sine-reptile",
        "reptile",
        _TANH,
        rate=0.02,
        steps=5,
        meta_steps=10000,
        meta_batch=5,
        outer="sgd",
        outer_rate=1.0,
        anneal="linear",
        shots=10,
        queries=1,
    ),
    Recipe("sine-maml", "maml", _TANH, rate=0.02, steps=1, meta_steps=15000, meta_batch=25, shots=10, queries=10),
    Recipe("sine-pretrained", "pretrained", _TANH, rate=0.02, steps=5, meta_steps=3000, meta_batch=25, shots=10),
    Recipe("sine-random", "random", _TANH, rate=0.02, steps=5, meta_steps=0, meta_batch=1),
)

RECIPES = {recipe.name: recipe for recipe in (*_CLASSIFIERS, *_REGRESSORS)}
