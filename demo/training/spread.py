"""One big task on several ranks: its drawings are shared out, and batch norm takes in all of them.

    mean = sum_r sum_{x on r} x / n        var = sum_r sum_{x on r} (x - mean)^2 / n        features gathered from all

Of one task with 64 classes there is nothing to share out but its drawings, and nearly all of its time goes into what
the body makes of them. What comes after, the loss of all features, every rank computes for itself. The gradients go
back the same ways: through sums on all ranks, and of the features to the rank where each was made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd import Function

from demo.learners.encoder import Encoding
from demo.learners.onestep import Normed
from demo.learners.pretrained import AllClasses
from demo.models import BATCH_NORM_EPSILON, ConvNet
from demo.training.ranks import total


class Spread(ConvNet):
    """Every rank is given all drawings, and has all features in the end; it makes those of its own share."""

    def embed(self, theta: dict[str, Tensor], x: Tensor, statistics: int | None = None) -> Tensor:
        begin, end = _share(x.shape[1])
        own = super().embed(theta, x[:, begin:end], statistics)
        features: Tensor = _Gathered.apply(own, x.shape[1])
        return features

    def normalised(self, h: Tensor, scale: Tensor | None, shift: Tensor | None, statistics: int | None) -> Tensor:
        """See `ConvNet.normalised`; the statistics are those of all ranks' rows."""
        sums = torch.cat([h.sum(dim=(0, 2, 3)), h.new_tensor([h[:, 0].numel()])])
        every = _Total.apply(sums)
        n = every[-1].detach()
        from_mean = h - (every[:-1] / n)[:, None, None]
        variance = _Total.apply(from_mean.square().sum(dim=(0, 2, 3))) / n
        out: Tensor = from_mean * torch.rsqrt(variance + BATCH_NORM_EPSILON)[:, None, None]
        if scale is not None:
            out = out * scale.reshape(-1)[:, None, None]
        return out if shift is None else out + shift.reshape(-1)[:, None, None]


def spread(network: Any) -> tuple[Any, frozenset[str]]:
    """The network on all ranks, and the names of those of its weights whose gradients each rank has a part of.

    Raises TypeError for a network that has no batch norm over its whole batch.
    """
    if isinstance(network, Normed):
        return replace(network, kind=Spread), frozenset(network.initialise(torch.Generator()))
    if isinstance(network, AllClasses):
        body, names = spread(network.body)
        return replace(network, body=body), names
    if isinstance(network, Encoding) and network.normed:
        return replace(network, kind=Spread), frozenset(network.encoder)
    raise TypeError(f"{network} has no drawings to share out")


def _share(drawings: int) -> tuple[int, int]:
    """First and past the last of this rank's."""
    rank, ranks = dist.get_rank(), dist.get_world_size()
    return rank * drawings // ranks, (rank + 1) * drawings // ranks


class _Total(Function):
    """The sum over the ranks, each of which goes on with it in a way of its own."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return total(x.clone())

    @staticmethod
    def backward(ctx: Any, *gradient: Tensor) -> Tensor:
        return total(gradient[0].clone())


class _Gathered(Function):
    """All ranks' features (1, B, D) of one's own (1, b, D); all ranks go on with them in the same way."""

    @staticmethod
    def forward(ctx: Any, own: Tensor, drawings: int) -> Tensor:
        ctx.share = _share(drawings)
        begin, end = ctx.share
        everything = own.new_zeros(1, drawings, own.shape[2])
        everything[:, begin:end] = own
        return total(everything)

    @staticmethod
    def backward(ctx: Any, *gradient: Tensor) -> tuple[Tensor, None]:
        begin, end = ctx.share
        return gradient[0][:, begin:end], None
