"""From a recipe to a weights file with its card, on as many ranks as torchrun has started."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from demo.learners import store
from demo.tasks.splits import Split
from demo.training import cards
from demo.training.ranks import RanksError, joined, launched, shareable
from demo.training.recipe import Recipe
from demo.training.recipes import RECIPES
from demo.training.train import train


def refuse_to_share(names: Sequence[str]) -> None:
    """Raises RanksError, under torchrun, for anything but one recipe whose tasks can be shared out."""
    if launched() and (len(names) > 1 or not all(name in RECIPES and shareable(RECIPES[name]) for name in names)):
        can = ", ".join(name for name, recipe in RECIPES.items() if shareable(recipe) and recipe.meta_steps)
        raise RanksError(
            f"torchrun trains one of these at a time: {can}. The others' tasks depend on each"
            " other: train them with `python -m demo train`"
        )


def make(
    recipe: Recipe, split: Split | None, device: str, checkpoints: Path, folder: Path, resume: bool, every: float
) -> Path | None:
    """Trains, evaluates and writes; returns the weights' path, or None where it is rank 0 that writes.

    folder: of the weights, those that the recipe goes on from as well. Raises what `train` raises, and OSError.
    """
    with joined(device) as ranks:
        run = train(recipe, split, device, checkpoints, resume, weights=folder, every=every, ranks=ranks)
    if not ranks.first:
        return None
    return store.save(cards.card(recipe, run, split, device), run.learner.theta, folder)
