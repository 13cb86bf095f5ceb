"""Pools of characters, and N-way K-shot classification tasks drawn from them."""

from __future__ import annotations

import numpy as np
import torch

from demo.tasks.episodes import Episodes
from demo.tasks.omniglot import Part


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

    def batch(self, size: int, generator: torch.Generator) -> Episodes:
        """One "task" of all classes at once, for joint pretraining: drawings (1, size, ...), classes (1, size).

        The query set is the support set again: pretraining has no use for one.
        """
        characters = torch.randint(len(self), (size,), generator=generator)
        drawings = torch.randint(self.images.shape[1], (size,), generator=generator)
        images = self.images[characters, drawings].float().div_(255)[None, :, None]
        return Episodes(images, characters[None], images, characters[None])

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
