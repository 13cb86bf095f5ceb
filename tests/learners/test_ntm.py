"""The Neural Turing Machine: its gradient through a whole sequence, its heads, and what the shipped one can do."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from demo.learners.ntm import NTM
from demo.models import Weights
from demo.tasks import copying
from demo.training import apart
from demo.training.copying import NETWORK, wrong
from tests.learners.conftest import double

TINY = NTM(inputs=4, outputs=2, rows=5, columns=3, hidden=4)


@pytest.fixture(scope="module")
def theta() -> Weights:
    return apart.load("ntm-copy")


def test_gradient_equals_finite_differences() -> None:
    """Through addressing, memory, controller and time, for every tensor."""
    generator = torch.Generator().manual_seed(1)
    first = {name: 2 * w for name, w in double(TINY.initialise(generator)).items()}
    x = torch.rand(7, 2, 4, generator=generator, dtype=torch.float64)
    y = torch.randint(0, 2, (7, 2, 2), generator=generator).double()

    def loss(theta: Weights) -> torch.Tensor:
        return F.binary_cross_entropy_with_logits(TINY(theta, x).logits, y)

    leaves = {name: w.clone().requires_grad_() for name, w in first.items()}
    gradient = dict(zip(leaves, torch.autograd.grad(loss(leaves), list(leaves.values())), strict=True))
    step = 1e-6
    for name, w in first.items():
        direction = torch.randn(w.shape, dtype=torch.float64, generator=generator)
        ahead = loss({**first, name: w + step * direction}).item()
        behind = loss({**first, name: w - step * direction}).item()
        slope = (gradient[name] * direction).sum().item()
        assert slope == pytest.approx((ahead - behind) / (2 * step), rel=1e-4, abs=1e-9), name


def test_heads_weights_are_distributions_over_rows() -> None:
    theta = TINY.initialise(torch.Generator().manual_seed(2))
    weights = TINY(theta, torch.rand(9, 3, 4, generator=torch.Generator().manual_seed(3))).weights
    assert weights.shape == (9, 3, 2, TINY.rows)
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(9, 3, 2))


def test_sequences_of_a_batch_do_not_meet() -> None:
    theta = TINY.initialise(torch.Generator().manual_seed(2))
    x = torch.rand(6, 3, 4, generator=torch.Generator().manual_seed(3))
    together = TINY(theta, x).logits
    for b in range(3):
        torch.testing.assert_close(TINY(theta, x[:, b : b + 1]).logits[:, 0], together[:, b])


def test_nothing_is_remembered_from_one_sequence_to_the_next(theta: Weights) -> None:
    before = {name: w.clone() for name, w in theta.items()}
    x = copying.presented(copying.sample(2, 4, torch.Generator().manual_seed(0)))
    first = NETWORK(theta, x).logits
    NETWORK(theta, torch.rand_like(x))
    assert torch.equal(NETWORK(theta, x).logits, first)
    assert all(torch.equal(theta[name], w) for name, w in before.items())


def test_it_copies(theta: Weights) -> None:
    """Fresh sequences, as long as any in training; guessing costs ln 2 a bit and gets half of them wrong."""
    found = wrong(theta, length=8, sequences=300, seed=1)
    assert found["bits_wrong"] < 0.01
    assert found["nats_a_bit"] < 0.1 * math.log(2)


@pytest.mark.parametrize("length", [1, 3, 5])
def test_shorter_ones_too(theta: Weights, length: int) -> None:
    assert wrong(theta, length, sequences=100, seed=2)["bits_wrong"] < 0.01


def test_twice_as_long_is_as_the_card_says(theta: Weights) -> None:
    stated = apart.measured("ntm-copy", theta)["length_16"]
    fresh = wrong(theta, length=16, sequences=300, seed=3)
    assert fresh["bits_wrong"] == pytest.approx(stated["bits_wrong"], abs=0.005)
    assert fresh["bits_wrong"] < 0.01


def test_the_read_head_repeats_the_write_heads_walk(theta: Weights) -> None:
    length = 6
    heard = NETWORK(theta, copying.presented(copying.sample(20, length, torch.Generator().manual_seed(4))))
    read, write = heard.weights.argmax(dim=-1).unbind(dim=2)  # the row each head is at: (times, sequences)
    walked = write[1 : length + 1]
    assert (walked.diff(dim=0) == 1).all()
    assert torch.equal(copying.answer(read), walked)


def test_an_untrained_one_guesses() -> None:
    random = NETWORK.initialise(torch.Generator().manual_seed(0))
    found = wrong(random, length=8, sequences=50)
    assert 0.4 < found["bits_wrong"] < 0.6
    assert found["nats_a_bit"] == pytest.approx(math.log(2), abs=0.03)
