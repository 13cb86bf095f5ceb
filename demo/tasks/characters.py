"""Pools of characters, and N-way K-shot classification tasks drawn from them."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from demo.tasks.episodes import Episodes
from demo.tasks.omniglot import Part


class Characters:
    """A pool of characters from which tasks are drawn."""

    def __init__(self, *parts: Part, rotations: bool = False, upright: tuple[Part, ...] = ()) -> None:
        """With `rotations`, each character turned by 90, 180 and 270 degrees is a class of its own.

        Those of the parts in `upright` are never turned.
        """
        images, alphabets, characters, turns = [], [], [], []
        table: list[NDArray[np.int64]] = []
        first = known = 0
        everything = (*parts, *upright)
        versions = 1 + max(0 if part.hands is None else part.hands.shape[2] for part in everything)
        for number, part in enumerate(everything):
            drawn = part.images[:, :, None]
            if part.hands is not None:
                drawn = np.concatenate([drawn, part.hands], axis=2)
            place = first + np.arange(math.prod(drawn.shape[:3])).reshape(drawn.shape[:3])
            images.append(drawn.reshape(-1, *drawn.shape[3:]))
            first += len(images[-1])
            before = sum(len(rows) for rows in table)
            table.append(np.resize(place.transpose(2, 0, 1), (versions, *drawn.shape[:2])).transpose(1, 2, 0))
            for turn in range(4 if rotations and number < len(parts) else 1):
                characters.append(before + np.arange(len(drawn)))
                turns.append(np.full(len(drawn), turn))
                alphabets.append(4 * (known + part.alphabet) + turn)
            known += int(part.alphabet.max()) + 1
        self.images = torch.from_numpy(np.concatenate(images))  # (M, 28, 28) uint8
        self.table = torch.from_numpy(np.concatenate(table))  # (characters, 20, versions), indices of images
        self.character = torch.from_numpy(np.concatenate(characters))  # (C,), of each class, an index of table
        self.turn = torch.from_numpy(np.concatenate(turns))  # (C,), quarters
        self.alphabet = torch.from_numpy(np.concatenate(alphabets))  # (C,), a number of its own for every turn

    def __len__(self) -> int:
        return len(self.alphabet)

    def drawings(self, classes: Tensor, drawers: Tensor, generator: torch.Generator) -> Tensor:
        """Images (..., 1, 28, 28) in [0, 1] of classes (...) by drawers (...), each in a random version of its own."""
        versions = self.table.shape[2]
        if versions == 1:
            version = torch.zeros_like(classes)
        else:
            version = torch.randint(versions, classes.shape, generator=generator)
        images = self.images[self.table[self.character[classes], drawers, version]].float().div_(255)
        turn = self.turn[classes]
        for n in range(1, int(turn.max()) + 1):
            images = torch.where((turn == n)[..., None, None], images.rot90(n, (-2, -1)), images)
        return images.unsqueeze(-3)

    def batch(self, size: int, generator: torch.Generator) -> Episodes:
        """One "task" of all classes at once, for joint pretraining: drawings (1, size, ...), classes (1, size).

        The query set is the support set again: pretraining has no use for one.
        """
        characters = torch.randint(len(self), (size,), generator=generator)
        drawers = torch.randint(self.table.shape[1], (size,), generator=generator)
        images = self.drawings(characters, drawers, generator)[None]
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
        per_character = self.table.shape[1]
        if shots + queries > per_character:
            raise ValueError(f"{shots} shots and {queries} queries need more than {per_character} drawings")
        score = torch.rand(tasks, len(self), generator=generator)
        if same_alphabet > 0:
            anchor = self.alphabet[torch.randint(len(self), (tasks,), generator=generator)]
            bound = torch.rand(tasks, generator=generator) < same_alphabet
            score -= (bound[:, None] & (self.alphabet != anchor[:, None])).float()
        classes = score.topk(ways, dim=1).indices  # (T, N)
        order = torch.rand(tasks, ways, per_character, generator=generator).argsort(dim=2)
        drawers = order[:, :, : shots + queries]
        images = self.drawings(classes[:, :, None].expand_as(drawers), drawers, generator)  # (T, N, K + Q, 1, 28, 28)
        label = torch.arange(ways)
        return Episodes(
            support=images[:, :, :shots].flatten(1, 2),
            labels=label.repeat_interleave(shots).expand(tasks, -1),
            queries=images[:, :, shots:].flatten(1, 2),
            answers=label.repeat_interleave(queries).expand(tasks, -1),
            characters=classes,
        )
