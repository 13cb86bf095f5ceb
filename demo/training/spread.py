"""One big task in several shards: its drawings are shared out, and batch norm takes in all of them.

    mean = sum_s sum_{x in s} x / n        var = sum_s sum_{x in s} (x - mean)^2 / n        features gathered from all

Of one task with 64 classes there is nothing to share out but its drawings, and nearly all of its time goes into what
the body makes of them. What comes after, the loss of all features, every rank computes for itself. The gradients go
back the same ways: through sums over all shards, and of the features to the shard where each was made.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd import Function

from demo.learners.encoder import Encoding
from demo.learners.onestep import Normed
from demo.learners.pretrained import AllClasses
from demo.models import BATCH_NORM_EPSILON, ConvNet, Weights
from demo.tasks.episodes import Episodes
from demo.training.ranks import ALONE, Ranks
from demo.training.shards import Meta, flat, unflat


def whole(
    ranks: Ranks, parted: Collection[str], rule: Meta, theta: Weights, episodes: Episodes
) -> tuple[Weights, float]:
    """What `rule`, of a network that is `spread`, makes of all the episodes, and the loss. Raises LostRankError.

    parted: the weights of whose gradients each shard has a part, and therefore a copy, whose gradient adds up
    by itself; of the others' every rank has all, and shard 0 alone speaks.
    """
    copies = {_copy(shard, name): theta[name] for shard in ranks.own for name in parted}
    rest = {name: w for name, w in theta.items() if name not in parted}
    gradient, loss = rule({**copies, **rest}, episodes)

    parts = []
    for shard in ranks.own:
        own = {name: gradient[_copy(shard, name)] for name in parted}
        others = {name: gradient[name] if shard == 0 else torch.zeros_like(w) for name, w in rest.items()}
        parts.append(flat({name: (own if name in parted else others)[name] for name in theta}, 0 if shard else loss))
    return unflat(ranks.total(parts), theta)


def spread(network: Any, ranks: Ranks) -> tuple[Any, frozenset[str]]:
    """The network in shards, and the names of those of its weights whose gradients each shard has a part of.

    Raises TypeError for a network that has no batch norm over its whole batch.
    """
    kind = partial(Spread, ranks=ranks)
    if isinstance(network, Normed):
        return replace(network, kind=kind), frozenset(network.initialise(torch.Generator()))
    if isinstance(network, AllClasses):
        body, names = spread(network.body, ranks)
        return replace(network, body=body), names
    if isinstance(network, Encoding) and network.normed:
        return replace(network, kind=kind), frozenset(network.encoder)
    raise TypeError(f"{network} has no drawings to share out")


@dataclass(frozen=True)
class Spread(ConvNet):
    """Every rank is given all drawings, and has all features in the end; it makes those of its own shards."""

    ranks: Ranks = ALONE

    def embed(self, theta: Weights, x: Tensor, statistics: int | None = None) -> Tensor:
        """See `ConvNet.embed`, of one task (T = 1); the statistics are those of all drawings."""
        ranks, drawings = self.ranks, x.shape[1]
        maps = [x[0, ranks.share(shard, drawings)].to(memory_format=torch.channels_last) for shard in ranks.own]

        def own(name: str) -> list[Tensor]:
            return [theta[_copy(shard, name)][0] for shard in ranks.own]

        for b in range(1, self.blocks + 1):
            maps = [F.conv2d(h, w, stride=2, padding=1) for h, w in zip(maps, own(f"conv{b}"), strict=True)]
            maps = normalised(ranks, maps, drawings)
            if b < self.blocks:  # the last block's features have unit variance
                scaled = zip(maps, own(f"scale{b}"), own(f"shift{b}"), strict=True)
                maps = [h * gain[:, None, None] + shift[:, None, None] for h, gain, shift in scaled]
            maps = [F.relu(h) for h in maps]
        features: Tensor = _Gathered.apply(ranks, drawings, *(h.flatten(1) for h in maps))
        return features[None]


def normalised(ranks: Ranks, maps: list[Tensor], drawings: int) -> list[Tensor]:
    """Batch norm, without scale and shift, of all shards' maps (b, C, H, W) as one batch; of this rank's, that is."""
    n = drawings * maps[0].shape[2:].numel()
    sums = _Total.apply(ranks, *(h.sum(dim=(0, 2, 3)) for h in maps))
    from_mean = [h - (total / n)[:, None, None] for h, total in zip(maps, sums, strict=True)]
    squares = _Total.apply(ranks, *(h.square().sum(dim=(0, 2, 3)) for h in from_mean))
    gains = [torch.rsqrt(total / n + BATCH_NORM_EPSILON) for total in squares]
    return [h * gain[:, None, None] for h, gain in zip(from_mean, gains, strict=True)]


def _copy(shard: int, name: str) -> str:
    """The name of a shard's own copy of a weight."""
    return f"{shard}.{name}"


class _Total(Function):
    """The sum over all shards, each of which goes on with it in a way of its own: one for each of this rank's."""

    @staticmethod
    def forward(ctx: Any, ranks: Ranks, *own: Tensor) -> tuple[Tensor, ...]:
        ctx.ranks = ranks
        total = ranks.total(own)
        return tuple(total.clone() for _ in own)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        return (None, *[ctx.ranks.total(gradients)] * len(gradients))


class _Gathered(Function):
    """All shards' features (B, D) of this rank's own (b, D); all ranks go on with them in the same way."""

    @staticmethod
    def forward(ctx: Any, ranks: Ranks, drawings: int, *own: Tensor) -> Tensor:
        ctx.shares = [ranks.share(shard, drawings) for shard in ranks.own]
        shares = [ranks.share(shard, drawings) for shard in range(ranks.shards)]
        sizes = [share.stop - share.start for share in shares]
        every = ranks.gathered([F.pad(part, (0, 0, 0, max(sizes) - len(part))) for part in own])
        return torch.cat([part[:size] for part, size in zip(every, sizes, strict=True)])

    @staticmethod
    def backward(ctx: Any, *gradient: Tensor) -> tuple[Tensor | None, ...]:
        return (None, None, *(gradient[0][share] for share in ctx.shares))
