"""The copy task: a sequence of random bits is shown once, then has to be said again from memory.

Graves, Wayne and Danihelka 2014, section 4.1 (arXiv 1410.5401). The inputs are a start mark, the vectors one by one,
an end mark, and then nothing, for as long as the answer takes.
"""

from __future__ import annotations

import torch
from torch import Tensor

BITS = 8
MARKS = 2  # channels beside the bits: start, end
INPUTS = BITS + MARKS


def sample(batch: int, length: int, generator: torch.Generator) -> Tensor:
    """`batch` sequences of `length` vectors of random bits: (length, batch, BITS), 0 or 1."""
    return torch.randint(0, 2, (length, batch, BITS), generator=generator).float()


def presented(sequence: Tensor) -> Tensor:
    """What a network is shown of sequences (L, B, BITS): (2 L + 2, B, INPUTS). It answers in the last L times."""
    length, batch = sequence.shape[:2]
    x = sequence.new_zeros(2 * length + 2, batch, INPUTS)
    x[0, :, BITS] = 1.0
    x[1 : length + 1, :, :BITS] = sequence
    x[length + 1, :, BITS + 1] = 1.0
    return x


def answer(outputs: Tensor) -> Tensor:
    """Of what a network said at all 2 L + 2 times, the L that count."""
    return outputs[len(outputs) // 2 + 1 :]
