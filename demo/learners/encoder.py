"""The encoder that the learnt metrics share: the gradient learners' four blocks, the same weights for all tasks.

While training on big batches it has batch norm, which is folded into its weights afterwards
(`demo.learners.onestep.Normed`): what it makes of a drawing depends on no other drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from demo.learners.onestep import Normed
from demo.models import ConvNet, CosineNet, Weights


@dataclass(frozen=True)
class Encoding:
    """A method whose weights begin with an encoder's: what such methods inherit.

    normed: while it is trained; `folded` weights are those of the same method without. kind: see `Normed`.
    """

    filters: int = 64
    normed: bool = False
    kind: Callable[[int, int], ConvNet] = field(default=ConvNet, kw_only=True)

    @property
    def mixes(self) -> bool:
        return False

    @cached_property
    def _plain(self) -> CosineNet:
        return CosineNet(self.filters)

    @cached_property
    def _normed(self) -> Normed:
        return Normed(self._plain, self.kind)

    @property
    def features(self) -> int:
        """D, of one drawing."""
        return self._plain.features

    def initialise(self, generator: torch.Generator) -> Weights:
        encoder = (self._normed if self.normed else self._plain).initialise(generator)
        return {**encoder, **self.further(generator)}

    @property
    def encoder(self) -> list[str]:
        """The names of the encoder's weights."""
        return list((self._normed if self.normed else self._plain).initialise(torch.Generator()))

    def further(self, generator: torch.Generator) -> Weights:
        """The weights besides the encoder's."""
        return {}

    def embed(self, theta: Weights, x: Tensor) -> Tensor:
        """Features (..., D), not negative, of images x (..., 1, 28, 28) in [0, 1]."""
        images = x.reshape(1, -1, *x.shape[-3:])
        if self.normed:
            features = self._normed.body.embed(theta, images)
        else:
            features = self._plain.maps(theta, images, self._plain.blocks).flatten(2)
        return features.reshape(*x.shape[:-3], -1)

    def folded(self, theta: Weights, x: Tensor) -> Weights:
        """Weights without batch norm that do to every image what these do to the batch x (B, 1, 28, 28)."""
        encoder = self._normed.folded(theta, x)
        own = self._normed.initialise(torch.Generator()).keys()
        return {**encoder, **{name: w for name, w in theta.items() if name not in own}}
