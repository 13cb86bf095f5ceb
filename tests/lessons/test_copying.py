"""What the copying page shows of the machine: its answer to bits, and where its heads were."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from demo.learners.ntm import READ, WRITE
from demo.lessons.copying import BITS, copied, random_bits
from demo.models import Weights
from demo.tasks import LONGEST_COPY, copying
from demo.training import apart
from demo.training.copying import NETWORK


@pytest.fixture(scope="module")
def theta() -> Weights:
    return apart.load("ntm-copy")


def test_what_it_says_is_what_the_network_says(theta: Weights) -> None:
    given = random_bits(3)[:5]
    copy = copied(theta, given)
    heard = NETWORK(theta, copying.presented(torch.tensor(given, dtype=torch.float32)[:, None]))
    np.testing.assert_allclose(copy.said, torch.sigmoid(heard.logits[-5:, 0]).numpy(), rtol=1e-5)
    np.testing.assert_allclose(copy.read, heard.weights[:, 0, READ].numpy())
    np.testing.assert_allclose(copy.write, heard.weights[:, 0, WRITE].numpy())
    assert copy.write.shape == (2 * 5 + 2, NETWORK.rows)


def test_wrong_bits_are_those_that_differ(theta: Weights) -> None:
    """Of weights that know nothing, about half."""
    given = random_bits(4)
    ignorant = copied(NETWORK.initialise(torch.Generator().manual_seed(0)), given)
    assert ignorant.wrong.tolist() == ((ignorant.said > 0.5) != (np.array(given) == 1)).tolist()
    assert 0.3 < ignorant.wrong.mean() < 0.7
    assert not copied(theta, given[:8]).wrong.any()


def test_a_seed_gives_its_bits_again() -> None:
    bits = random_bits(7)
    assert bits == random_bits(7) != random_bits(8)
    assert len(bits) == LONGEST_COPY
    assert {len(vector) for vector in bits} == {BITS}
    assert {bit for vector in bits for bit in vector} == {0, 1}
