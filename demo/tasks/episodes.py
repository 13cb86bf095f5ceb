"""Episodes: batches of N-way K-shot classification tasks drawn from characters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from demo.tasks.omniglot import Part


@dataclass(frozen=True)
class Episodes:
    """T tasks. The classes lie one after another: support drawing i is of class labels[i] = i // K.

    support: (T, N*K, 1, 28, 28) in [0, 1]; labels: (T, N*K) int in 0..N-1;
    queries: (T, N*Q, 1, 28, 28); answers: (T, N*Q).
    """

    support: Tensor
    labels: Tensor
    queries: Tensor
    answers: Tensor

    @property
    def ways(self) -> int:
        return int(self.labels.max()) + 1

    def to(self, device: torch.device | str) -> Episodes:
        return Episodes(
            self.support.to(device), self.labels.to(device), self.queries.to(device), self.answers.to(device)
        )


class Characters:
    """A pool of characters from which tasks are drawn."""

    def __init__(self, part: Part, rotations: bool = False) -> None:
        """With `rotations`, each character turned by 90, 180 and 270 degrees is a class of its own."""
        turns = 4 if rotations else 1
        images = [np.rot90(part.images, turn, axes=(2, 3)) for turn in range(turns)]
        alphabets = [part.alphabet * turns + turn for turn in range(turns)]
        self.images = torch.from_numpy(np.concatenate(images))  # (C, 20, 28, 28) uint8
        self.alphabet = torch.from_numpy(np.concatenate(alphabets))  # (C,)

    def __len__(self) -> int:
        return len(self.images)

    def sample(
        self,
        tasks: int,
        ways: int,
        shots: int,
        queries: int,
        generator: torch.Generator,
        same_alphabet: float = 0.0,
    ) -> Episodes:
        """Draws tasks; in a share `same_alphabet` of them (0-1) all classes come from one alphabet."""
        per_character = self.images.shape[1]
        if shots + queries > per_character:
            raise ValueError(f"{shots} shots and {queries} queries need more than {per_character} drawings")
        score = torch.rand(tasks, len(self), generator=generator)
        if same_alphabet > 0:
            anchor = self.alphabet[torch.randint(len(self), (tasks,), generator=generator)]
            bound = torch.rand(tasks, generator=generator) < same_alphabet
            score -= (bound[:, None] & (self.alphabet != anchor[:, None])).float()
        classes = score.topk(ways, dim=1).indices  # (T, N)
        order = torch.rand(tasks, ways, per_character, generator=generator).argsort(dim=2)
        chosen = self.images[classes[:, :, None], order[:, :, : shots + queries]]
        images = chosen.float().div_(255).unsqueeze(3)  # (T, N, K + Q, 1, 28, 28)
        label = torch.arange(ways)
        return Episodes(
            support=images[:, :, :shots].flatten(1, 2),
            labels=label.repeat_interleave(shots).expand(tasks, -1),
            queries=images[:, :, shots:].flatten(1, 2),
            answers=label.repeat_interleave(queries).expand(tasks, -1),
        )
