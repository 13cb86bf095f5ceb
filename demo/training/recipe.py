"""What a recipe says: one training run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from demo.learners import FITTING


@dataclass(frozen=True)
class Recipe:
    """One training run. The same recipe, seed and device give the same weights."""

    name: str
    rule: str  # a key of `demo.training.rules.RULES`, or "random": no training
    network: dict[str, Any]  # what adapts: see `demo.learners.store.network_of`
    rate: float  # inner, alpha: what adaptation uses
    steps: int  # inner
    meta_steps: int
    meta_batch: int  # tasks a meta-step
    outer: str = "adam"  # or "sgd"
    outer_rate: float = 3e-3  # beta, or Reptile's epsilon; annealed to 0 over the run
    anneal: str = "cosine"  # or "linear"
    sharpness: float = 4.0  # while training; calibrated afterwards
    ways: int = 5
    shots: int = 1
    queries: int = 3
    same_alphabet: float = 0.5  # share of the tasks whose classes all come from one alphabet
    training_rate: float | None = None  # alpha while training, where it differs
    mixed: bool = False  # every meta-step draws its own number of ways from 2 to `ways`, of shots from 1 to `shots`
    gallery: bool = False  # trained on other hands' drawings and doodles as well (demo.tasks.gallery)
    unlabelled: int = 0  # steps of telling drawings apart, to sort them into classes; 0: classes are characters
    begin: str | None = None  # the recipe whose weights this one goes on from; None: random weights
    seed: int = 0

    @property
    def classifies(self) -> bool:
        return self.network["kind"] not in FITTING

    def rate_at(self, meta_step: int) -> float:
        """The outer rate of a meta-step."""
        done = meta_step / self.meta_steps
        return self.outer_rate * ((1 + math.cos(math.pi * done)) / 2 if self.anneal == "cosine" else 1 - done)
