"""CACTUs asks nobody which character a drawing is of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from demo.learners.objectives import Classification
from demo.learners.onestep import Normed
from demo.models import CosineNet
from demo.tasks.omniglot import Part
from demo.tasks.splits import Split
from demo.training.unlabelled import clustered, embedded, instances


@pytest.fixture
def part(tiny_split: Split) -> Part:
    """With two other hands, who draw all as it is, a pixel further to the right or down."""
    images = tiny_split.training.images
    hands = np.stack([np.roll(images, 1, axis=axis) for axis in (2, 3)], axis=2)
    return replace(tiny_split.training, hands=hands)


def test_every_drawing_is_a_class_of_its_own(part: Part) -> None:
    pool = instances(part)
    count = part.images.shape[0] * part.images.shape[1]
    assert len(pool) == 4 * count
    first = pool.drawings(torch.tensor([count - 1] * 3), torch.arange(3), torch.Generator())
    expected = [part.images[-1, -1], *part.hands[-1, -1]]  # type: ignore[index]
    torch.testing.assert_close((first[:, 0] * 255).round().byte(), torch.from_numpy(np.stack(expected)))
    with pytest.raises(ValueError, match="other hands"):
        instances(replace(part, hands=None))


def test_characters_names_play_no_part(part: Part) -> None:
    """The same drawings dealt out to other characters and alphabets give the same clusters."""
    count, drawers = part.images.shape[:2]
    dealt = Part(
        part.images.reshape(drawers, count, 28, 28),
        np.arange(drawers),
        tuple(str(n) for n in range(drawers)),
        part.hands.reshape(drawers, count, -1, 28, 28),  # type: ignore[union-attr]
    )
    network, objective = Normed(CosineNet(filters=4)), Classification(10.0)
    one, other = (clustered(p, network, objective, 2, 5, 0.05, 1e-2, seed=0) for p in (part, dealt))
    assert len(one.members) > 1
    for a, b in zip(one.members, other.members, strict=True):
        assert len(a) == len(b) > 0
        assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def test_drawings_are_embedded_alone(part: Part) -> None:
    network = Normed(CosineNet(filters=4))
    theta = network.initialise(torch.Generator().manual_seed(0))
    pool = instances(part)
    z = embedded(pool, 30, network, theta)
    assert z.shape == (30, network.plain.features)
    torch.testing.assert_close(z.norm(dim=1), torch.ones(30))
    assert z.std(dim=0).sum() > 0
