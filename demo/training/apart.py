"""Weights files that stand apart from few-shot classifiers and sine regressors: the list, and their way to disk.

The command line, the shelf and the tests go through `APART`; the pages load their weights by `load`.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import torch

from demo.learners import store
from demo.learners.store import FOLDER, Card
from demo.models import Weights
from demo.training import copying, optimising, walked
from demo.training.cards import LICENCE
from demo.training.trained import Apart, Trained

__all__ = ["APART", "Apart", "Trained", "card", "load", "make", "measure", "measured"]

APART: dict[str, Apart] = {
    row.name: row for row in (copying.NTM_COPY, optimising.L2L_QUADRATIC, optimising.L2L_SINE, *walked.ROWS)
}


def load(name: str, folder: Path = FOLDER) -> Weights:
    """The weights NAME; raises `demo.learners.store.WeightsError` for anything but whole ones."""
    return store.load_weights(name, APART[name].initialise, folder)


def make(name: str, folder: Path = FOLDER, progress: bool = True) -> Path:
    """Trains NAME, measures it, and writes weights and card; returns the weights' path."""
    trained = APART[name].train(progress)
    return store.save(card(APART[name], trained), trained.theta, folder)


def measure(name: str, folder: Path = FOLDER) -> Path:
    """Measures the weights NAME anew and writes the figures into their card; returns the weights' path."""
    theta = load(name, folder)
    return store.save({**store.read_card(name, folder), "evaluation": measured(name, theta)}, theta, folder)


def measured(name: str, theta: Weights) -> dict[str, dict[str, Any]]:
    """The card's figures, measured now, each with the command that repeats it."""
    command = f"python -m demo evaluate --learner {name}"
    return {key: {"command": command, **figures} for key, figures in APART[name].measure(theta).items()}


def card(row: Apart, trained: Trained) -> Card:
    """The card of a finished run, without the sha256, which saving adds."""
    return {
        "name": row.name,
        "title": row.title,
        "summary": row.summary,
        "use": row.use,
        "training": {
            "command": f"python -m demo train {row.name}",
            "seed": row.recipe["seed"],
            "data": row.data,
            "recipe": row.recipe,
            "device": "cpu",
            "seconds": round(trained.seconds),
            "torch": torch.__version__,
            "python": platform.python_version(),
            "history": trained.history,
        },
        "evaluation": measured(row.name, trained.theta),
        "licence": LICENCE,
    }
