"""What a weights file that stands apart is made of: neither a few-shot classifier nor a sine regressor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from demo.models import Weights


@dataclass(frozen=True)
class Trained:
    """What training leaves behind; history: points on the way, each with "meta_step" and "loss" at least."""

    theta: Weights
    seconds: float
    history: list[dict[str, float]]


@dataclass(frozen=True)
class Apart:
    """One weights file with a training and figures of its own. `demo.training.apart` has the list of them."""

    name: str
    title: str
    summary: str
    use: str  # the page it belongs to
    data: str  # what it was trained on, in words
    recipe: dict[str, Any]  # plain values, for the card; the same recipe gives the same weights
    initialise: Callable[[torch.Generator], Weights]  # first weights, whose shapes are what loading checks
    train: Callable[[bool], Trained]  # of whether to show a progress bar
    measure: Callable[[Weights], dict[str, dict[str, Any]]]  # the card's evaluation: key -> protocol and figures
