"""A memory that is found by content and written where it is least missed: least recently used access.

    w^r_t = softmax(beta * cos(k_t, M_t))                                            read
    w^w_t = sigmoid(g_t) * w^r_{t-1} + (1 - sigmoid(g_t)) * w^lu_{t-1}               written: last read or least used
    M_t   = M_{t-1} * (1 - w^lu_{t-1}) + w^w_t a_t^T                                 the least used row is cleared first
    w^u_t = gamma * w^u_{t-1} + w^r_t + w^w_t                                        usage; w^lu marks its smallest

Santoro et al. 2016, "Meta-learning with memory-augmented neural networks", ICML, equations 2 to 8, for one read head.
beta, the sharpness of reading, is a neural Turing machine's (Graves et al. 2014, arXiv 1410.5401, equation 5);
Santoro's is 1, with which a softmax over cosines can never favour one row of many by more than e^2 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

GAMMA = 0.95  # what is left of a row's usage one step later


@dataclass(frozen=True, eq=False)
class Memory:
    """rows M (B, R, W), their usage w^u (B, R), and how they were read and written last, w^r and w^w (B, R)."""

    rows: Tensor
    usage: Tensor
    read: Tensor
    written: Tensor

    @staticmethod
    def empty(batch: int, rows: int, width: int, like: Tensor) -> Memory:
        nothing = like.new_zeros(batch, rows)
        return Memory(like.new_zeros(batch, rows, width), nothing, nothing, nothing)

    def access(self, key: Tensor, add: Tensor, interpolation: Tensor, beta: Tensor) -> tuple[Memory, Tensor]:
        """The memory one step later, and what was read (B, W).

        key, add (B, W); interpolation g (B,), before the sigmoid; beta positive.
        """
        least = least_used(self.usage)
        last = torch.sigmoid(interpolation)[:, None]
        written = last * self.read + (1 - last) * least
        rows = self.rows * (1 - least)[..., None] + written[..., None] * add[:, None]
        read = content(rows, key, beta)
        usage = GAMMA * self.usage + read + written
        return Memory(rows, usage, read, written), (read[:, None] @ rows)[:, 0]


def content(rows: Tensor, key: Tensor, beta: Tensor) -> Tensor:
    """softmax(beta * cos(key, row)) (B, R) of rows (B, R, W) and key (B, W); an empty row's cosine is 0."""
    lengths = torch.linalg.vector_norm(rows, dim=2) * torch.linalg.vector_norm(key, dim=1)[:, None]
    cosines: Tensor = (rows @ key[..., None])[..., 0] / (lengths + 1e-6)
    return (beta * cosines).softmax(dim=1)


def least_used(usage: Tensor) -> Tensor:
    """One-hot (B, R): the row with the smallest usage (B, R), the first of equals."""
    return F.one_hot(usage.argmin(dim=1), usage.shape[1]).to(usage.dtype)
