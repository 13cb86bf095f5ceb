"""Classes that nobody named: drawings sorted by k-means, and tasks drawn from what was sorted together.

    assign each z to its nearest centre;    centre_k = mean of the z assigned to it;    and so on

Several sortings of the same drawings, each of the embedding stretched at random, are several opinions of which
belong together. Lloyd 1982; Hsu, Levine, Finn 2019, arXiv 1810.02334, section 2.2.
"""

from __future__ import annotations

import torch
from torch import Tensor

from demo.tasks.characters import Characters
from demo.tasks.episodes import Episodes

ROUNDS = 12
STRETCH = 0.5  # standard deviation of the logarithm of a dimension's scale


def kmeans(z: Tensor, clusters: int, generator: torch.Generator, rounds: int = ROUNDS) -> tuple[Tensor, Tensor]:
    """Cluster (M,) int of every point z (M, D), and centres (clusters, D): Lloyd's rounds from random points.

    A centre that loses all its points stays where it was. Raises ValueError for fewer points than clusters.
    """
    if len(z) < clusters:
        raise ValueError(f"{len(z)} drawings cannot be {clusters} clusters")
    centres = z[torch.randperm(len(z), generator=generator)[:clusters]]
    for _ in range(rounds):
        cluster = nearest(z, centres)
        sums = torch.zeros_like(centres).index_add_(0, cluster, z)
        counts = cluster.bincount(minlength=clusters)[:, None]
        centres = torch.where(counts > 0, sums / counts.clamp(min=1), centres)
    return nearest(z, centres), centres


def nearest(z: Tensor, centres: Tensor) -> Tensor:
    """The nearest of the centres (K, D) to every point z (M, D): (M,)."""
    return (centres.square().sum(dim=1) - 2 * z @ centres.T).argmin(dim=1)  # |z|^2 is the same for all centres


class Clusters:
    """A pool of drawings, each a class of `drawings` (its versions by several hands), under several sortings."""

    def __init__(self, drawings: Characters, sortings: list[Tensor], least: int) -> None:
        """sortings: for each, the cluster (M,) of the first M classes of `drawings`, the upright ones, whose turned
        forms are M, 2M and 3M further on. Clusters with fewer than `least` drawings are left out.
        """
        self.drawings = drawings
        self.turned_by = len(sortings[0])
        self.turns = len(drawings) // self.turned_by
        self.members = [
            [found for found in _by_cluster(sorting) if len(found) >= least] for sorting in sortings
        ]  # sorting -> clusters -> drawings

    def sample(self, ways: int, shots: int, queries: int, generator: torch.Generator) -> Episodes:
        """One task: `ways` clusters of one sorting, each turned its own way, and different drawings of each."""
        members = self.members[int(torch.randint(len(self.members), (), generator=generator))]
        picked = torch.randperm(len(members), generator=generator)[:ways].tolist()
        if len(picked) < ways:
            raise ValueError(f"{len(members)} clusters are too few for {ways} classes")
        each = shots + queries
        chosen = torch.stack([_some(members[number], each, generator) for number in picked])  # (N, K + Q)
        turn = torch.randint(self.turns, (ways, 1), generator=generator)
        hands = torch.randint(self.drawings.table.shape[1], chosen.shape, generator=generator)
        images = self.drawings.drawings(chosen + self.turned_by * turn, hands, generator)
        label = torch.arange(ways)
        return Episodes(
            support=images[:, :shots].flatten(0, 1)[None],
            labels=label.repeat_interleave(shots)[None],
            queries=images[:, shots:].flatten(0, 1)[None],
            answers=label.repeat_interleave(queries)[None],
        )


def _by_cluster(sorting: Tensor) -> list[Tensor]:
    order = sorting.argsort(stable=True)
    return list(order.split(sorting.bincount().tolist()))


def _some(members: Tensor, count: int, generator: torch.Generator) -> Tensor:
    return members[torch.randperm(len(members), generator=generator)[:count]]
