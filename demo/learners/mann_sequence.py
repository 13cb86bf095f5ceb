"""Tasks as sequences: which drawing comes when, and for the how-manieth time its class has come by."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from demo.tasks.episodes import Episodes


@dataclass(frozen=True, eq=False)
class Sequence:
    """drawings (T, L, 1, 28, 28) in [0, 1], in the order in which they come by, and their labels (T, L)."""

    drawings: Tensor
    labels: Tensor


def presentations(labels: Tensor) -> Tensor:
    """1 where a label of (T, L) comes for the first time in its row, 2 for the second, and so on."""
    same = labels[:, :, None] == labels[:, None]
    return same.tril().sum(dim=2)


def in_turns(labels: Tensor) -> Tensor:
    """The order (T, L) in which classes take turns: A, B, C, A, B, C of labels A, A, B, B, C, C."""
    return presentations(labels).argsort(dim=1, stable=True)


def shuffled(episodes: Episodes, symbols: int, support_first: float = 0.0) -> Sequence:
    """All drawings of each task in random order; its classes are called by random ones of `symbols` names.

    In a share `support_first` (0-1) of the tasks the support set comes first, as in the app. The same drawings are
    always shuffled alike: they are the seed.
    """
    drawings = torch.cat([episodes.support, episodes.queries], dim=1)
    classes = torch.cat([episodes.labels, episodes.answers], dim=1)
    generator = torch.Generator().manual_seed(int((255 * drawings).round().long().sum()))
    tasks, length = classes.shape
    names = torch.rand(tasks, symbols, generator=generator).argsort(dim=1).to(classes.device)
    place = torch.rand(tasks, length, generator=generator)
    bound = torch.rand(tasks, generator=generator) < support_first
    place[bound, : episodes.support.shape[1]] -= 1
    order = place.argsort(dim=1).to(classes.device)
    return Sequence(arranged(drawings, order), names.gather(1, classes.gather(1, order)))


def arranged(values: Tensor, order: Tensor) -> Tensor:
    """The values (T, L, ...) in each row's order (T, L)."""
    return values.gather(1, order.reshape(*order.shape, *[1] * (values.ndim - 2)).expand_as(values))
