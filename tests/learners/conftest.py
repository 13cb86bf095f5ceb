"""Small networks and tasks, in float64 where gradients are compared with an oracle."""

from __future__ import annotations

import pytest
import torch

from demo.models import ConvNet, SineNet, Weights
from demo.tasks import sine
from demo.tasks.episodes import Episodes


@pytest.fixture
def small_convnet() -> ConvNet:
    return ConvNet(filters=4)


@pytest.fixture
def small_sinenet() -> SineNet:
    return SineNet(width=5)


def double(theta: Weights) -> Weights:
    return {name: w.double() for name, w in theta.items()}


def characters(tasks: int = 2, ways: int = 3, shots: int = 1, queries: int = 2, seed: int = 0) -> Episodes:
    """Random "drawings", each class around a mean of its own, so that there is something to learn."""
    generator = torch.Generator().manual_seed(seed)
    means = torch.rand(tasks, ways, 1, 1, 28, 28, generator=generator)
    images = (means + 0.3 * torch.rand(tasks, ways, shots + queries, 1, 28, 28, generator=generator)).clamp(0, 1)
    label = torch.arange(ways)
    return Episodes(
        images[:, :, :shots].flatten(1, 2),
        label.repeat_interleave(shots).expand(tasks, -1),
        images[:, :, shots:].flatten(1, 2),
        label.repeat_interleave(queries).expand(tasks, -1),
    )


def in_double(episodes: Episodes) -> Episodes:
    labels, answers = episodes.labels, episodes.answers
    if labels.is_floating_point():
        labels, answers = labels.double(), answers.double()
    return Episodes(episodes.support.double(), labels, episodes.queries.double(), answers)


def sines(tasks: int = 2, shots: int = 6, queries: int = 4, seed: int = 0) -> Episodes:
    return sine.sample(tasks, shots, queries, torch.Generator().manual_seed(seed))
