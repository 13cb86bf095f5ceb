"""Full context embeddings: what a drawing means depends on the support set that it is in.

    g(x_i) = h->_i + h<-_i + g'(x_i),    h->, h<-: an LSTM over g'(x_1), ..., g'(x_M) from either end
    h_k = LSTM(f'(q), [h_{k-1}, r_{k-1}], c_{k-1}) + f'(q),    r_k = sum_i softmax_i(<h_k, g(x_i)>) g(x_i)

f(q) = h_K. Vinyals et al. 2016, arXiv 1606.04080, appendix A. A support set has no order, and an LSTM needs one: it
reads the classes one after another, so an answer can change if they are named differently. (That is the paper's own
wart.)
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.models import Weights

READERS = ("forward", "backward")


def initialise(size: int, generator: torch.Generator) -> Weights:
    """LSTM weights of features of `size` numbers: kernels (1, 4 size, inputs) and biases (1, 4 size)."""
    theta: Weights = {}
    bound = 1 / math.sqrt(size)  # PyTorch's for LSTMs
    for name, inputs in (*((reader, 2 * size) for reader in READERS), ("attend", 3 * size)):
        theta[name] = (torch.rand((1, 4 * size, inputs), generator=generator) * 2 - 1) * bound
        theta[f"{name}.bias"] = torch.zeros(1, 4 * size)
    return theta


def of_support(theta: Weights, g: Tensor, labels: Tensor) -> Tensor:
    """g (T, M, D) of g' (T, M, D), read class by class, a class's drawings in the order they are given in."""
    order = labels.argsort(dim=1, stable=True)
    back = order.argsort(dim=1)
    sequence = _rearranged(g, order)
    forward = _read(theta, "forward", sequence)
    backward = _read(theta, "backward", sequence.flip(1)).flip(1)
    return g + _rearranged(forward + backward, back)


def of_drawings(theta: Weights, f: Tensor, g: Tensor, steps: int) -> Tensor:
    """f (T, B, D) of f' (T, B, D) with a support set's g (T, M, D), each drawing by itself."""
    h, c = f, torch.zeros_like(f)
    for _ in range(steps):
        r = (h @ g.transpose(1, 2)).softmax(dim=2) @ g
        h, c = _lstm(theta, "attend", torch.cat([f, h, r], dim=2), c)
        h = h + f
    return h


def _read(theta: Weights, name: str, x: Tensor) -> Tensor:
    """Hidden states (T, M, D) after each of the inputs x (T, M, D)."""
    h = c = torch.zeros_like(x[:, 0])
    states = []
    for step in range(x.shape[1]):
        h, c = _lstm(theta, name, torch.cat([x[:, step], h], dim=1), c)
        states.append(h)
    return torch.stack(states, dim=1)


def _lstm(theta: Weights, name: str, x: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """The next h and c (..., D) from x, which holds the inputs and the last h, and the last c."""
    gates = F.linear(x, theta[name][0], theta[f"{name}.bias"][0])
    i, forget, o, new = gates.chunk(4, dim=-1)
    c = forget.sigmoid() * c + i.sigmoid() * new.tanh()
    return o.sigmoid() * c.tanh(), c


def _rearranged(x: Tensor, order: Tensor) -> Tensor:
    """x (T, M, D) with rows in `order` (T, M)."""
    return x.gather(1, order[..., None].expand_as(x))
