"""Episodes: a batch of T tasks, each with a support set to adapt to and a query set to be judged on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from torch import Tensor


@dataclass(frozen=True)
class Episodes:
    """T tasks of equal shape.

    Drawings: support (T, N*K, 1, 28, 28) in [0, 1], labels (T, N*K) int in 0..N-1, queries
    (T, N*Q, 1, 28, 28), answers (T, N*Q); a task's classes lie one after another.
    characters (T, N) are the classes' numbers in the pool they come from, where there is one.
    Sine: support and queries are places x (T, B, 1), labels and answers the values there (T, B, 1).
    """

    support: Tensor
    labels: Tensor
    queries: Tensor
    answers: Tensor
    characters: Tensor | None = None

    @property
    def tasks(self) -> int:
        return self.support.shape[0]

    @property
    def ways(self) -> int:
        """The number of classes; 1 for regression, which has no head to size."""
        return 1 if self.labels.is_floating_point() else int(self.labels.max()) + 1

    def to(self, device: torch.device | str) -> Episodes:
        return self._each(lambda tensor: tensor.to(device))

    def part(self, begin: int, end: int) -> Episodes:
        """The tasks from number `begin` up to, and without, number `end`."""
        return self._each(lambda tensor: tensor[begin:end])

    def _each(self, change: Callable[[Tensor], Tensor]) -> Episodes:
        there = {field.name: part for field in fields(self) if (part := getattr(self, field.name)) is not None}
        return Episodes(**{name: change(part) for name, part in there.items()})


def noise(tasks: int, ways: int, shots: int, queries: int, generator: torch.Generator | None = None) -> Episodes:
    """Tasks whose drawings are noise: to measure how long they take. Always the same ones if there is no generator."""
    generator = generator or torch.Generator().manual_seed(0)
    label = torch.arange(ways)
    return Episodes(
        torch.rand(tasks, ways * shots, 1, 28, 28, generator=generator),
        label.repeat_interleave(shots).expand(tasks, -1),
        torch.rand(tasks, ways * queries, 1, 28, 28, generator=generator),
        label.repeat_interleave(queries).expand(tasks, -1),
    )
