"""What torchrun starts: `-m tests.training.ranked FOLDER OMNIGLOT` follows recipes; every rank writes what it has."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import save_file

from demo.learners.store import FOLDER
from demo.models import Weights
from demo.tasks.episodes import Episodes
from demo.tasks.splits import Split, lake
from demo.training.outer import Outer
from demo.training.plan import planned
from demo.training.ranks import ALONE, Ranks, RanksError, joined
from demo.training.recipe import Recipe
from demo.training.recipes import RECIPES
from demo.training.rules import RULES, Rule

STEPS = 100
SINES = [replace(RECIPES[name], meta_steps=STEPS) for name in ("sine-reptile", "sine-maml", "sine-pretrained")]


def small(name: str, rule: str, kind: str, steps: int, meta_batch: int) -> Recipe:
    network = {"kind": kind, "filters": 4}
    return Recipe(name, rule, network, rate=0.05, steps=2, meta_steps=steps, meta_batch=meta_batch, ways=4, queries=2)


CLASSIFIERS = [
    small("reptile", "reptile", "ConvNet", STEPS, 5),
    small("maml", "maml", "ConvNet", STEPS, 5),
    small("fomaml", "fomaml", "CosineNet", STEPS, 5),
    small("onestep", "onestep", "CosineNet", 20, 1),
    small("first-order", "onestep-first-order", "CosineNet", 5, 3),
    small("concepts", "concepts", "CosineNet", 5, 1),
    small("pretrained", "pretrained", "CosineNet", 5, 5),
    small("prototypical", "descent", "Prototypical", 5, 1),
    small("semi-prototypical", "descent", "SemiPrototypical", 5, 1),
]


def followed(recipe: Recipe, split: Split, ranks: Ranks = ALONE) -> Weights:
    """The weights after all meta-steps."""
    outer = Outer(recipe, planned(recipe, split if recipe.classifies else None, FOLDER), ranks=ranks)
    for _ in range(recipe.meta_steps):
        outer.step()
    return {name: w.detach() for name, w in outer.theta.items()}


def counting(rule: Rule, counts: list[int]) -> Rule:
    """The same rule; notes how many tasks it was asked about."""

    def counted(network: object, objective: object, theta: object, episodes: Episodes, *rest: object):  # type: ignore[no-untyped-def]
        counts.append(episodes.tasks)
        return rule(network, objective, theta, episodes, *rest)  # type: ignore[arg-type]

    return counted


def main(folder: Path, omniglot: Path) -> None:
    split = lake(omniglot, official=False, progress=False)
    tasks = {}
    with joined("cpu") as ranks:
        with pytest.raises(RanksError, match="the ranks begin with different weights or drawings"):
            ranks.agree(str(ranks.number).encode())
        ranks.agree(b"the same")
        for recipe in (*SINES, *CLASSIFIERS):
            counts: list[int] = []
            rule = RULES[recipe.rule]
            RULES[recipe.rule] = counting(rule, counts)
            theta = followed(recipe, split, ranks)
            RULES[recipe.rule] = rule
            tasks[recipe.name] = sum(counts)
            save_file(theta, folder / f"{recipe.name}-{ranks.number}.safetensors")
        (folder / f"{ranks.number}.json").write_text(json.dumps(tasks))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
