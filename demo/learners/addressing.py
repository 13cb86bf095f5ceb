"""How a head of a Neural Turing Machine finds its rows, and what it does there.

Graves, Wayne and Danihelka 2014, "Neural Turing Machines", section 3 (arXiv 1410.5401), equation by equation. A memory
M has N rows of M numbers; a head has one weight for each row, not negative, with sum 1. What a head wants comes from
the controller: a key k, its strength beta >= 0, a gate g in (0, 1), weights s over the shifts -1, 0 and 1, and
gamma >= 1. Everything is smooth, so gradients go through all of it.
"""

from __future__ import annotations

import torch
from torch import Tensor

SHIFTS = (-1, 0, 1)
_TINY = 1e-8  # a row of zeros has no direction: it is as far from every key as it can be without being opposite


def by_content(memory: Tensor, key: Tensor, beta: Tensor) -> Tensor:
    """w_c(i) = softmax_i(beta K[k, M(i)]), K the cosine of the angle between (equations 5 and 6).

    memory (B, N, M), key (B, H, M), beta (B, H, 1), for H heads; weights (B, H, N).
    """
    lengths = torch.linalg.vector_norm(key, dim=-1)[..., None] * torch.linalg.vector_norm(memory, dim=-1)[:, None]
    cosine: Tensor = key @ memory.transpose(1, 2) / (lengths + _TINY)
    return (beta * cosine).softmax(dim=-1)


def interpolate(content: Tensor, before: Tensor, gate: Tensor) -> Tensor:
    """w_g = g w_c + (1 - g) w_{t-1}: by content, or from where the head was (equation 7)."""
    return before + gate * (content - before)


def shift(weights: Tensor, by: Tensor) -> Tensor:
    """w~(i) = sum_j w_g(j) s(i - j), round the ends (equation 8); weights (..., N), by (..., 3) over SHIFTS."""
    rolled = torch.stack([weights.roll(places, dims=-1) for places in SHIFTS], dim=-1)
    return (rolled @ by[..., None]).squeeze(-1)


def sharpen(weights: Tensor, gamma: Tensor) -> Tensor:
    """w(i) = w~(i)^gamma / sum_j w~(j)^gamma (equation 9); without it, every shift would blur the head a little."""
    powers = (weights + _TINY) ** gamma  # the gradient of 0^gamma by gamma is none
    return powers / powers.sum(dim=-1, keepdim=True)


def read(memory: Tensor, weights: Tensor) -> Tensor:
    """r = sum_i w(i) M(i) (equation 2); memory (B, N, M), weights (B, N), read (B, M)."""
    return (weights[:, None] @ memory).squeeze(1)


def write(memory: Tensor, weights: Tensor, erase: Tensor, add: Tensor) -> Tensor:
    """M_t(i) = M_{t-1}(i) [1 - w(i) e] + w(i) a: erase, then add (equations 3 and 4); erase (B, M) in (0, 1)."""
    at = weights[..., None]
    return memory * (1 - at * erase[:, None]) + at * add[:, None]
