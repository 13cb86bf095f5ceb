"""What the copying machine makes of one sequence: what it says, and where its heads were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.ntm import READ, WRITE
from demo.models import Weights
from demo.tasks import LONGEST_COPY, copying
from demo.tasks.copying import BITS
from demo.training.copying import MEASURED, NETWORK, Recipe

__all__ = ["BITS", "MEASURED", "TRAINED", "Bits", "Copied", "copied", "random_bits"]

TRAINED = Recipe.longest

Bits = tuple[tuple[int, ...], ...]
"""A sequence: one vector of BITS zeros and ones after another."""


@dataclass(frozen=True, eq=False)
class Copied:
    """given: L vectors. said (L, BITS): the probabilities of ones. write, read (2 L + 2, N): the heads' weights."""

    given: Bits
    said: NDArray[np.float32]
    write: NDArray[np.float32]
    read: NDArray[np.float32]

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which bits are (L, BITS)."""
        differ: NDArray[np.bool_] = (self.said > 0.5) != (np.array(self.given) > 0)
        return differ


def random_bits(seed: int) -> Bits:
    """LONGEST_COPY vectors; the same seed gives the same, and a shorter sequence is the beginning of a longer one."""
    drawn = copying.sample(1, LONGEST_COPY, torch.Generator().manual_seed(seed))
    return tuple(tuple(int(bit) for bit in vector) for vector in drawn[:, 0].tolist())


@torch.no_grad()
def copied(theta: Weights, given: Bits) -> Copied:
    """Shows the machine the vectors once and listens; from an empty memory each time."""
    sequence = torch.tensor(given, dtype=torch.float32)[:, None]
    heard = NETWORK(theta, copying.presented(sequence))
    said = copying.answer(heard.logits).sigmoid()[:, 0].numpy()
    weights = heard.weights[:, 0].numpy()
    return Copied(given, said, weights[:, WRITE], weights[:, READ])
