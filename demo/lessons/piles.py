"""Drawings sorted into piles by k-means, as CACTUs makes its training tasks: by a network's features, or by pixels.

    purity = mean over drawings of the share that the pile's commonest thing has

The drawings are invented (`demo.tasks.doodles`): what each is of is known, but not to those who sort.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.gradient import GradientLearner
from demo.models import CosineNet
from demo.tasks import drawing
from demo.tasks.clusters import kmeans
from demo.tasks.distort import STEADY
from demo.tasks.doodles import Thing

THINGS, HANDS = 8, 6
TRIES = 8
"""k-means from so many random starts, of which the tightest is taken."""


@dataclass(frozen=True, eq=False)
class Heap:
    """M drawings: images (M, 28, 28) in [0, 1], and which of the things, numbered from 0, each is of (M,)."""

    images: NDArray[np.float32]
    things: NDArray[np.int64]


@functools.lru_cache(maxsize=32)
def heap(seed: int) -> Heap:
    """THINGS invented things, each drawn by HANDS steady hands."""
    rng = np.random.default_rng(seed)
    invented = [Thing.invent(rng) for _ in range(THINGS)]
    images = [drawing.render(drawing.normalise(thing.draw(rng, STEADY), 1)) for thing in invented for _ in range(HANDS)]
    return Heap(np.stack(images).astype(np.float32), np.arange(THINGS).repeat(HANDS))


def features(learner: GradientLearner, images: NDArray[np.float32]) -> torch.Tensor:
    """Features (M, D) before any inner step."""
    assert isinstance(learner.network, CosineNet)
    with torch.no_grad():
        return learner.network.embed(learner.theta, torch.from_numpy(images)[None, :, None])[0]


def piles(z: torch.Tensor, count: int, seed: int) -> NDArray[np.int64]:
    """The pile (M,) of every drawing with features or pixels z (M, D), the largest pile first."""
    generator = torch.Generator().manual_seed(seed)
    found = [kmeans(z, count, generator) for _ in range(TRIES)]
    cluster, _ = min(found, key=lambda each: float((z - each[1][each[0]]).square().sum()))
    order = cluster.bincount(minlength=count).argsort(descending=True, stable=True)
    rank = torch.empty_like(order)
    rank[order] = torch.arange(count)
    result: NDArray[np.int64] = rank[cluster].numpy()
    return result


def purity(pile: NDArray[np.int64], things: NDArray[np.int64]) -> float:
    """In [0, 1]; things below 0 are nobody's and not counted."""
    known = things >= 0
    right = [np.bincount(things[known & (pile == k)]).max() for k in np.unique(pile[known])]
    return float(np.sum(right) / known.sum())
