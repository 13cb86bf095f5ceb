"""What a recipe means: the network it trains, what for, on which tasks, from where, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from demo.learners import store
from demo.learners.caml import ContextNet
from demo.learners.encoder import Encoding
from demo.learners.method import Continuing
from demo.learners.objectives import Classification, Objective, Regression
from demo.learners.onestep import Normed
from demo.learners.pretrained import AllClasses
from demo.models import ConvNet, CosineNet, Weights
from demo.tasks import sine
from demo.tasks.characters import Characters
from demo.tasks.episodes import Episodes
from demo.tasks.splits import Split
from demo.training import unlabelled
from demo.training.recipe import Recipe

ONE_STEP = ("onestep", "onestep-first-order", "adml")
JOINT = ("pretrained", "concepts")  # with a classifier of all characters
FOLDED_ON = 4000  # training drawings whose statistics take the place of batch norm
FOLDING_SEED = 99


@dataclass(frozen=True)
class Plan:
    network: Any  # what the recipe's rule trains
    objective: Objective
    begin: Callable[[torch.Generator], Weights]
    sample: Callable[[torch.Generator], Episodes]
    finish: Callable[[Weights], Weights]  # from the weights in training to those that are kept


def planned(recipe: Recipe, split: Split | None, weights: Path) -> Plan:
    """Raises ValueError for a recipe that does not fit, `WeightsError` if the weights it goes on from are missing."""
    network = store.network_of(recipe.network)
    if not recipe.classifies:
        shots = recipe.shots * _minibatches(recipe)

        def sines(generator: torch.Generator) -> Episodes:
            return sine.sample(recipe.meta_batch, shots, recipe.queries, generator)

        return Plan(network, Regression(), network.initialise, sines, _as_it_is)
    if split is None:
        raise ValueError(f"{recipe.name} needs Omniglot")
    if recipe.rule == "random":
        return Plan(network, Classification(), network.initialise, _nothing, _as_it_is)
    pool = split.pool("gallery" if recipe.gallery else "training")
    if recipe.rule in (*ONE_STEP, *JOINT):
        if not isinstance(network, CosineNet):
            raise ValueError(f"{recipe.name}: {recipe.rule} trains a CosineNet, not {recipe.network}")
        normed = Normed(network)
        generator = torch.Generator().manual_seed(FOLDING_SEED)
        drawings = pool.batch(FOLDED_ON, generator).support[0]
        objective = Classification(recipe.sharpness)
        tasks = _clusters(recipe, split, normed) if recipe.unlabelled else _characters(recipe, pool)
        if recipe.rule in ONE_STEP:
            return Plan(normed, objective, normed.initialise, tasks, lambda theta: normed.folded(theta, drawings))
        everything = AllClasses(normed, len(pool))

        def keep(theta: Weights) -> Weights:
            return everything.folded(theta, drawings)

        if recipe.rule == "concepts":
            return Plan(everything, objective, everything.initialise, tasks, keep)
        return Plan(
            everything,
            Classification(),
            everything.initialise,
            lambda generator: pool.batch(recipe.meta_batch, generator),
            keep,
        )

    if isinstance(network, Encoding) and recipe.begin is None:
        network = replace(network, normed=True)
        generator = torch.Generator().manual_seed(FOLDING_SEED)
        drawings = pool.batch(FOLDED_ON, generator).support[0]
        objective = Classification(recipe.sharpness)
        tasks = _characters(recipe, pool)
        return Plan(network, objective, network.initialise, tasks, lambda theta: network.folded(theta, drawings))

    def begin(generator: torch.Generator) -> Weights:
        if recipe.begin is None:
            return network.initialise(generator)
        theta = store.load(recipe.begin, weights).theta
        if isinstance(network, Continuing):
            drawings = torch.Generator().manual_seed(FOLDING_SEED)
            return network.begun(theta, pool.batch(FOLDED_ON, drawings).support[0])
        if isinstance(network, CosineNet | ConvNet) and not isinstance(network, ContextNet):
            return theta
        return {**network.initialise(generator), **theta}  # what the other has not begins as it would alone

    return Plan(network, Classification(recipe.sharpness), begin, _characters(recipe, pool), _as_it_is)


def _characters(recipe: Recipe, pool: Characters) -> Callable[[torch.Generator], Episodes]:
    def sample(generator: torch.Generator) -> Episodes:
        ways, shots = recipe.ways, recipe.shots
        if recipe.mixed:
            ways = int(torch.randint(2, ways + 1, (), generator=generator))
            shots = int(torch.randint(1, shots + 1, (), generator=generator))
        shots *= _minibatches(recipe)
        return pool.sample(recipe.meta_batch, ways, shots, recipe.queries, generator, recipe.same_alphabet)

    return sample


def _clusters(recipe: Recipe, split: Split, network: Normed) -> Callable[[torch.Generator], Episodes]:
    """Tasks without labels; the drawings are sorted now."""
    pool = unlabelled.clustered(
        split.training,
        network,
        Classification(recipe.sharpness),
        recipe.unlabelled,
        recipe.ways,
        recipe.rate,
        recipe.outer_rate,
        recipe.seed,
    )
    return lambda generator: pool.sample(recipe.ways, recipe.shots, recipe.queries, generator)


def _minibatches(recipe: Recipe) -> int:
    """Reptile deals its support set out to the inner steps."""
    return recipe.steps if recipe.rule == "reptile" else 1


def _as_it_is(theta: Weights) -> Weights:
    return theta


def _nothing(generator: torch.Generator) -> Episodes:
    raise NotImplementedError("a network that is never trained has no tasks to train on")
