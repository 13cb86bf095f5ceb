"""A meta-batch in shards, which one process works through one after another, or several ranks side by side.

    g = sum_s (T_s / T) * g_s        where shard s has T_s of a meta-step's T tasks

The meta-gradients g_s are made and added in the same way wherever they are made: on CPUs, which work in the same way
too, one process and many end with the same weights, bit for bit. One process needs the memory of one shard at a time.
Of one big task, it is the drawings that are shared out (`demo.training.spread`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from demo.models import Weights
from demo.tasks.episodes import Episodes
from demo.training.ranks import Ranks
from demo.training.recipe import Recipe

# Of theta and episodes: the meta-gradient, shaped like theta, and the loss.
Meta = Callable[[Weights, Episodes], tuple[Weights, float]]

BY_TASK = ("maml", "fomaml", "reptile", "taml-entropy")
"""Rules whose meta-gradient is the mean of every task's own, whatever they train."""

METHODS = {"MetaSGD": False, "LstmMeta": False, "Relation": True, "Matching": True}
"""Methods of which "descent" is such a rule; True: if they go on from other weights, for else they have batch norm."""

BY_DRAWING = ("onestep", "onestep-first-order", "concepts")
NORMED = ("Prototypical", "Siamese", "Matching", "GaussPrototypical", "SemiPrototypical")
"""Rules, and methods from random weights, whose tasks meet in batch norm and nowhere else."""


def by_task(recipe: Recipe) -> bool:
    """Whether its meta-gradient is the mean of every task's own, so that tasks can be shared out."""
    kind = recipe.network["kind"]
    if recipe.rule == "descent":
        return kind in METHODS and (recipe.begin is not None or not METHODS[kind])
    return recipe.rule in BY_TASK or (recipe.rule == "pretrained" and not recipe.classifies)


def by_drawing(recipe: Recipe) -> bool:
    """Whether its tasks meet in batch norm alone, so that drawings can be shared out: see `demo.training.spread`."""
    from_random = recipe.rule == "descent" and recipe.network["kind"] in NORMED and recipe.begin is None
    return from_random or recipe.rule in BY_DRAWING or (recipe.rule == "pretrained" and recipe.classifies)


def shareable(recipe: Recipe) -> bool:
    """Whether several shards can follow it.

    They cannot where tasks are weighed against each other (gradient agreement, TAML by inequality), share statistics
    inside the inner loop (MAML++) or a shuffle (MANN), or hang on the sign of a gradient near 0 (ADML).
    """
    return by_task(recipe) or by_drawing(recipe)


def mean(ranks: Ranks, rule: Meta, theta: Weights, episodes: Episodes) -> tuple[Weights, float]:
    """What `rule` makes of all the episodes, and the loss, asked about one shard's at a time. Raises LostRankError."""
    parts = []
    for shard in ranks.own:
        share = ranks.share(shard, episodes.tasks)
        if tasks := share.stop - share.start:
            parts.append(flat(*rule(theta, episodes.part(share.start, share.stop))) * (tasks / episodes.tasks))
        else:  # there are more shards than tasks
            parts.append(flat({name: torch.zeros_like(w) for name, w in theta.items()}, 0.0))
    return unflat(ranks.total(parts), theta)


def flat(gradient: Mapping[str, Tensor], loss: float) -> Tensor:
    """One vector, which travels at once."""
    parts = [g.flatten() for g in gradient.values()]
    return torch.cat([*parts, parts[0].new_tensor([loss])])


def unflat(vector: Tensor, theta: Weights) -> tuple[Weights, float]:
    """The inverse, for gradients in theta's order."""
    *parts, loss = vector.split([*(w.numel() for w in theta.values()), 1])
    return {name: g.view_as(w) for (name, w), g in zip(theta.items(), parts, strict=True)}, loss.item()
