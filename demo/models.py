"""The networks, as pure functions of their weights.

Weights are values: a dict of tensors that nothing here ever writes to. Every tensor has a leading *task*
dimension T, so that T tasks, each with weights of its own, go through the network in one call (grouped
convolutions); one task is T = 1. `fan_out` makes the T copies that a meta-batch starts from.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

Weights = dict[str, Tensor]

BATCH_NORM_EPSILON = 1e-5


class Network(Protocol):
    """A function of weights and inputs, with a way to draw its first weights."""

    @property
    def mixes(self) -> bool:
        """Whether drawings of one batch influence each other, so that it can be transductive."""

    def initialise(self, generator: torch.Generator) -> Weights:
        """Random first weights, one set (T = 1)."""

    def start(self, theta: Weights, ways: int) -> Weights:
        """What the inner loop starts from: theta, with a head for `ways` classes where there is one."""

    def moving(self, step: int, theta: Weights) -> list[str]:
        """The names of theta's tensors that an inner step moves; the others' gradients are zero then."""

    def __call__(self, theta: Weights, x: Tensor) -> Tensor:
        """Outputs for the support set's inputs x, whose first dimension is T like that of every weight."""

    def query(self, theta: Weights, support: Tensor, queries: Tensor, transductive: bool = False) -> Tensor:
        """Outputs for queries, each on its own with the support set, or, if `transductive`, all together."""


def fan_out(theta: Weights, tasks: int) -> Weights:
    """The same weights for each of `tasks` tasks: a view, through which gradients flow back to theta."""
    return {name: w.expand(tasks, *w.shape[1:]) for name, w in theta.items()}


def channels_last(theta: Weights) -> Weights:
    """The same weights, the kernels among them laid out with their input channels last in memory.

    oneDNN takes kernels and images laid out so as they are, and has to rearrange others at every step.
    """
    return {name: w.movedim(2, -1).contiguous().movedim(-1, 2) if w.ndim == 5 else w for name, w in theta.items()}


def _kernels(filters: int, blocks: int, generator: torch.Generator) -> Weights:
    """3x3 convolutions conv1, conv2, ...: He's initialisation, uniform."""
    theta: Weights = {}
    channels = 1
    for b in range(1, blocks + 1):
        bound = math.sqrt(6 / (channels * 9))
        theta[f"conv{b}"] = (torch.rand((1, filters, channels, 3, 3), generator=generator) * 2 - 1) * bound
        channels = filters
    return theta


@dataclass(frozen=True)
class ConvNet:
    """The few-shot classifier of the MAML and Reptile papers: four blocks, then a linear head.

    A block is [3x3 convolution, stride 2; batch normalisation with batch statistics; ReLU], so 28x28
    pixels become 14, 7, 4, 2. Three choices differ from the papers:

    - The head starts at zero for every task and is not meta-learnt. (With equal rows for all classes, as
      in UNICORN-MAML, Ye and Chao 2022, the common row cancels in the softmax, so it may as well be 0.)
      One weights file serves any number of ways, the classes' order cannot matter, and before the first
      inner step every class has probability 1/N.
    - The last block's batch norm has no learnt scale or shift: features have unit variance, so it is the
      inner rate, and not how large the features have grown, that sets how far a step moves the bars.
    - The batch statistics are those of the support set alone, also for a query (`statistics`), so no
      query sees another, or itself: predictions are non-transductive by construction.
    """

    filters: int = 64
    blocks: int = 4

    @property
    def features(self) -> int:
        return self.filters * 4  # 2x2 pixels are left

    @property
    def mixes(self) -> bool:
        return True

    def initialise(self, generator: torch.Generator) -> Weights:
        theta = _kernels(self.filters, self.blocks, generator)
        for b in range(1, self.blocks):
            theta[f"scale{b}"] = torch.ones(1, self.filters)
            theta[f"shift{b}"] = torch.zeros(1, self.filters)
        return theta

    def start(self, theta: Weights, ways: int) -> Weights:
        conv1 = theta["conv1"]
        tasks = conv1.shape[0]
        return {
            **channels_last(theta),
            "head": conv1.new_zeros(tasks, ways, self.features),
            "bias": conv1.new_zeros(tasks, 1, ways),
        }

    def moving(self, step: int, theta: Weights) -> list[str]:
        return list(theta) if step else ["head", "bias"]  # no gradient passes through a head that is zero

    def embed(self, theta: Weights, x: Tensor, statistics: int | None = None) -> Tensor:
        """Features (T, B, D) of images x (T, B, 1, 28, 28) in [0, 1].

        Batch statistics are taken over each task's first `statistics` images; over all if None.
        """
        return self.maps(theta, x, self.blocks, statistics).flatten(2)

    def maps(self, theta: Weights, x: Tensor, blocks: int, statistics: int | None = None) -> Tensor:
        """What the first `blocks` blocks make of the images: feature maps (T, B, C, H, W), not negative."""
        h = x.squeeze(2).transpose(0, 1).to(memory_format=torch.channels_last)  # one group of channels a task
        for b in range(1, blocks + 1):
            h = F.conv2d(h, theta[f"conv{b}"].flatten(0, 1), stride=2, padding=1, groups=len(x))
            h = F.relu(self.normalised(h, theta.get(f"scale{b}"), theta.get(f"shift{b}"), statistics))
        return torch.unflatten(h, 1, (len(x), -1)).transpose(0, 1)

    def normalised(self, h: Tensor, scale: Tensor | None, shift: Tensor | None, statistics: int | None) -> Tensor:
        """Batch norm of h (B, T * C, H, W) with its first `statistics` rows' mean and variance; all rows' if None.

        scale and shift (T, C) are 1 and 0 where None.
        """
        gamma = None if scale is None else scale.reshape(-1)
        beta = None if shift is None else shift.reshape(-1)
        if statistics is None or statistics == h.shape[0]:
            return F.batch_norm(h, None, None, gamma, beta, training=True, eps=BATCH_NORM_EPSILON)
        variance, mean = torch.var_mean(h[:statistics], dim=(0, 2, 3), correction=0)
        gain = torch.rsqrt(variance + BATCH_NORM_EPSILON) * (1 if gamma is None else gamma)
        return h * gain[:, None, None] + ((0 if beta is None else beta) - mean * gain)[:, None, None]

    def __call__(self, theta: Weights, x: Tensor) -> Tensor:
        """Logits (T, B, N) of images x (T, B, 1, 28, 28) in [0, 1], with everybody's batch statistics."""
        return _linear(theta, self.embed(theta, x))

    def query(self, theta: Weights, support: Tensor, queries: Tensor, transductive: bool = False) -> Tensor:
        """Logits (T, Q, N) of queries, with the support set's batch statistics or, transductive, everybody's."""
        shots = support.shape[1]
        features = self.embed(theta, torch.cat([support, queries], dim=1), None if transductive else shots)
        return _linear(theta, features[:, shots:])


def _linear(theta: Weights, features: Tensor) -> Tensor:
    return torch.baddbmm(theta["bias"], features, theta["head"].transpose(1, 2))


@dataclass(frozen=True)
class CosineNet:
    """Four blocks of [3x3 convolution, stride 2; bias; ReLU], features of unit length, and a linear head.

    Nothing is normalised over a batch: what the network makes of a drawing depends on no other drawing, so
    one weights file serves any number of ways and shots, and there is nothing to be transductive with.

    The head has a row for each class, starts at zero for every task and is not meta-learnt. Its logits are
    gain * sqrt(N) * <row, feature>. Each row hears of one N-th of the support set, so without sqrt(N) (once
    in the logit, once in its gradient) the same inner rate would move the bars less, the more classes there
    are. With it, the first step takes the logits from 0 to alpha * gain^2 * <mean feature of the class,
    feature> plus something that is the same for all classes: cosine similarities to prototypes.
    """

    filters: int = 64
    blocks: int = 4
    gain: float = 4.5

    @property
    def features(self) -> int:
        return self.filters * 4  # 2x2 pixels are left

    @property
    def mixes(self) -> bool:
        return False

    def initialise(self, generator: torch.Generator) -> Weights:
        theta = _kernels(self.filters, self.blocks, generator)
        for b in range(1, self.blocks + 1):
            theta[f"bias{b}"] = torch.zeros(1, self.filters)
        return theta

    def start(self, theta: Weights, ways: int) -> Weights:
        conv1 = theta["conv1"]
        return {**channels_last(theta), "head": conv1.new_zeros(conv1.shape[0], ways, self.features)}

    def moving(self, step: int, theta: Weights) -> list[str]:
        return list(theta) if step else ["head"]  # no gradient passes through a head that is zero

    def embed(self, theta: Weights, x: Tensor) -> Tensor:
        """Features (T, B, D) of unit length of images x (T, B, 1, 28, 28) in [0, 1]."""
        features = self.maps(theta, x, self.blocks).flatten(2)
        length: Tensor = torch.linalg.vector_norm(features, dim=2, keepdim=True)
        return features / (length + 1e-12)  # what is zero stays zero

    def maps(self, theta: Weights, x: Tensor, blocks: int) -> Tensor:
        """What the first `blocks` blocks make of the images: feature maps (T, B, C, H, W), not negative."""
        h = x.squeeze(2).transpose(0, 1).to(memory_format=torch.channels_last)  # one group of channels a task
        for b in range(1, blocks + 1):
            w, bias = theta[f"conv{b}"], theta[f"bias{b}"]
            h = F.conv2d(h, w.flatten(0, 1), bias.flatten(), stride=2, padding=1, groups=len(x)).relu()
        return torch.unflatten(h, 1, (len(x), -1)).transpose(0, 1)

    def __call__(self, theta: Weights, x: Tensor) -> Tensor:
        """Logits (T, B, N) of images x (T, B, 1, 28, 28) in [0, 1]."""
        head = theta["head"]
        return torch.bmm(self.embed(theta, x), head.transpose(1, 2)) * (self.gain * math.sqrt(head.shape[1]))

    def query(self, theta: Weights, support: Tensor, queries: Tensor, transductive: bool = False) -> Tensor:
        """Logits (T, Q, N) of queries; transductive or not, they are the same."""
        return self(theta, queries)


@dataclass(frozen=True)
class SineNet:
    """The sine regressor 1-width-width-1 with a linear output (a tanh output could not reach amplitude 5)."""

    width: int = 64
    activation: str = "tanh"  # "tanh": Reptile's reference; "relu": MAML's
    context: int = 0  # further inputs (demo.learners.caml)

    @property
    def mixes(self) -> bool:
        return False

    def initialise(self, generator: torch.Generator) -> Weights:
        theta: Weights = {}
        sizes = (1 + self.context, self.width, self.width, 1)
        for layer, (inputs, outputs) in enumerate(itertools.pairwise(sizes), start=1):
            bound = 1 / math.sqrt(inputs)  # PyTorch's default for linear layers
            for name, shape in ((f"w{layer}", (1, outputs, inputs)), (f"b{layer}", (1, 1, outputs))):
                theta[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
        return theta

    def start(self, theta: Weights, ways: int = 1) -> Weights:
        return theta

    def moving(self, step: int, theta: Weights) -> list[str]:
        return list(theta)

    def query(self, theta: Weights, support: Tensor, queries: Tensor, transductive: bool = False) -> Tensor:
        return self(theta, queries)

    def __call__(self, theta: Weights, x: Tensor) -> Tensor:
        """Values (T, B, 1) at places x (T, B, 1)."""
        act = torch.tanh if self.activation == "tanh" else F.relu
        for layer in (1, 2):
            x = act(torch.baddbmm(theta[f"b{layer}"], x, theta[f"w{layer}"].transpose(1, 2)))
        return torch.baddbmm(theta["b3"], x, theta["w3"].transpose(1, 2))
