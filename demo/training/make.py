"""From a recipe to a weights file with its card, on as many ranks as torchrun has started."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from demo.learners import store
from demo.tasks.splits import Split
from demo.training import cards
from demo.training.ranks import RanksError, joined, launched
from demo.training.recipe import Recipe
from demo.training.recipes import RECIPES
from demo.training.shards import shareable
from demo.training.train import train


def refuse_to_share(names: Sequence[str], shards: int | None) -> None:
    """Raises RanksError, under torchrun, for more than one recipe; there and in shards for one without any to share."""
    strangers = [name for name in names if name not in RECIPES or not shareable(RECIPES[name])]
    if launched() and (len(names) > 1 or strangers):
        raise RanksError(f"torchrun trains one of these at a time: {_can()}")
    if (shards or 1) > 1 and strangers:
        raise RanksError(f"leave out --shards for {', '.join(strangers)}: it is for {_can()}")


def _can() -> str:
    can = ", ".join(name for name, recipe in RECIPES.items() if shareable(recipe))
    return f"{can}. The others' tasks depend on each other: train them with `python -m demo train`"


def make(
    recipe: Recipe,
    split: Split | None,
    device: str,
    checkpoints: Path,
    folder: Path,
    resume: bool,
    every: float,
    shards: int | None,
    patience: float,
) -> Path | None:
    """Trains, evaluates and writes; returns the weights' path, or None where it is rank 0 that writes.

    split: for classifiers. folder: of the weights, those that the recipe goes on from as well. shards, patience: see
    `demo.training.ranks.joined`. Raises what `train` raises, and OSError.
    """
    split = split if recipe.classifies else None
    with joined(device, shards, patience) as ranks:
        run = train(recipe, split, device, checkpoints, resume, weights=folder, every=every, ranks=ranks)
    if not ranks.first:
        return None
    return store.save(cards.card(recipe, run, split, device), run.learner.theta, folder)
