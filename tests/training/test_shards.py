"""In shards or at once, a meta-batch makes the same gradient, where its tasks or drawings can be shared out at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from demo.learners import store
from demo.learners.encoder import Encoding
from demo.learners.objectives import Classification, Objective, Regression
from demo.learners.onestep import Normed
from demo.learners.pretrained import AllClasses
from demo.models import Weights
from demo.tasks.episodes import Episodes
from demo.training.plan import JOINT, ONE_STEP
from demo.training.ranks import Ranks, RanksError
from demo.training.recipe import Recipe
from demo.training.recipes import RECIPES
from demo.training.rules import RULES
from demo.training.shards import by_drawing, by_task, mean
from demo.training.spread import spread, whole
from tests.learners.conftest import characters, double, in_double, sines

TASKS = 5
KINDS = {(r.rule, r.network["kind"], r.begin is None): r for r in RECIPES.values() if r.meta_steps}


def trained(recipe: Recipe) -> Any:
    """The network that the recipe's rule trains, a small one."""
    network: Any = store.network_of({**recipe.network, **({"filters": 4} if recipe.classifies else {})})
    if recipe.rule in ONE_STEP:
        return Normed(network)
    if recipe.rule in JOINT and recipe.classifies:
        return AllClasses(Normed(network), TASKS * 3)
    return replace(network, normed=True) if isinstance(network, Encoding) and recipe.begin is None else network


@pytest.mark.parametrize("recipe", KINDS.values(), ids=lambda recipe: recipe.name)
def test_shards_make_what_the_whole_makes_where_it_can_be_shared_and_nowhere_else(recipe: Recipe) -> None:
    """In double precision, by the definition; a shard more than there are tasks."""
    network = trained(recipe)
    theta = double(network.initialise(torch.Generator().manual_seed(0)))
    theta = {name: w + 0.01 * torch.arange(w.numel()).view_as(w).double().sin() for name, w in theta.items()}
    shots = 1 if recipe.rule in (*ONE_STEP, *JOINT) else 2
    tasks = 1 if recipe.name == "pretrained" else TASKS  # of which a meta-batch is one
    episodes = in_double(characters(tasks, 3, shots) if recipe.classifies else sines(tasks))
    if recipe.classifies:
        episodes = replace(episodes, characters=torch.arange(tasks * 3).view(tasks, 3))
    objective: Objective = Classification(3.0) if recipe.classifies else Regression()
    asked: list[int] = []

    def of(network: Any, theta: Weights, part: Episodes) -> tuple[Weights, float]:
        asked.append(part.tasks)
        return RULES[recipe.rule](network, objective, theta, part, 0.05, 2)

    at_once, loss = of(network, theta, episodes)
    largest = max(g.abs().max().item() for g in at_once.values())

    def differs(shared: tuple[Weights, float]) -> float:
        assert shared[0].keys() == at_once.keys()
        apart = max((shared[0][name] - g).abs().max().item() for name, g in at_once.items())
        return max(apart / largest, abs(shared[1] - loss))

    for shards, parts in ((2, [2, 3]), (TASKS + 1, [1] * TASKS)):
        ranks = Ranks(shards=shards)
        if tasks > 1:
            asked.clear()
            assert (differs(mean(ranks, lambda *one: of(network, *one), theta, episodes)) < 1e-10) == by_task(recipe)
            assert asked == parts
        if by_drawing(recipe):
            in_shards, parted = spread(network, ranks)
            assert differs(whole(ranks, parted, lambda *one: of(in_shards, *one), theta, episodes)) < 1e-10  # noqa: B023


def test_every_rank_has_as_many_shards() -> None:
    assert [list(Ranks(number, 3, 6).own) for number in range(3)] == [[0, 1], [2, 3], [4, 5]]
    assert [list(range(5))[Ranks(shards=2).share(shard, 5)] for shard in range(2)] == [[0, 1], [2, 3, 4]]
    with pytest.raises(RanksError, match="--shards 3 cannot be dealt out to 2 processes: give a multiple of 2"):
        Ranks(0, 2, 3)


def test_what_has_no_drawings_to_share_out_is_not_spread() -> None:
    with pytest.raises(TypeError, match="no drawings to share out"):
        spread(store.network_of({"kind": "SineNet", "width": 4, "activation": "tanh"}), Ranks(shards=2))
