"""The learnt optimiser: gradient descent with forced gates, its parts by hand, and the meta-gradient."""

from __future__ import annotations

import math

import pytest
import torch

from demo.learners.gradient import GradientLearner
from demo.learners.lstm_meta import GATES, PACE, LstmMeta, gate, preprocessed
from demo.learners.method import MethodLearner, meta_gradient
from demo.learners.objectives import Classification
from demo.models import CosineNet, Weights
from tests.learners.conftest import characters, double, in_double

NETWORK = LstmMeta(filters=3)
OBJECTIVE = Classification(4.0)


@pytest.fixture
def theta() -> Weights:
    return double(NETWORK.initialise(torch.Generator().manual_seed(0)))


def test_forced_gates_are_gradient_descent(theta: Weights) -> None:
    """f = 1 and i = alpha: the same weights, to the last digits that rounding leaves, as the inner loop's."""
    alpha = 0.07
    forced = {name: torch.zeros(1, 7).double() for name in GATES}
    forced["input_gate"][0, -1] = math.log(alpha / (1 - alpha)) / PACE
    forced["forget_gate"][0, -1] = 100 / PACE  # of which the sigmoid is 1, exactly
    body = {name: w for name, w in theta.items() if name not in GATES}
    episodes = in_double(characters(tasks=2, ways=3, shots=2))
    learnt = MethodLearner("learnt", NETWORK, OBJECTIVE, {**body, **forced}, 0.0, 4).adapt_all(episodes)
    plain = GradientLearner("plain", CosineNet(3), OBJECTIVE, body, alpha, 4).adapt_all(episodes)
    for one, other in zip(learnt, plain, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)
    *_, last = NETWORK.walk({**body, **forced}, episodes, OBJECTIVE, 4)
    assert all(bool((f == 1).all()) for f in last.forgets.values())


def test_preprocessing_by_hand() -> None:
    small = math.exp(-10)
    size, sign = preprocessed(torch.tensor([math.e, -1.0, 0.5 * small, -small / 4, 0.0], dtype=torch.float64))
    torch.testing.assert_close(size, torch.tensor([0.1, 0.0, -1.0, -1.0, -1.0], dtype=torch.float64))
    torch.testing.assert_close(sign, torch.tensor([1.0, -1.0, 0.5, -0.25, 0.0], dtype=torch.float64))


def test_a_gate_by_hand() -> None:
    row = torch.tensor([0.3, -0.2, 0.5, 0.7, -0.4, 0.6, 0.1])
    loss = (torch.tensor([[0.2], [0.3]]), torch.tensor([[1.0], [1.0]]))
    gradient = (torch.tensor([[0.4, -0.1], [0.0, 0.2]]), torch.tensor([[1.0, -1.0], [1.0, 1.0]]))
    theta, before = torch.tensor([[2.0, 3.0], [4.0, 5.0]]), torch.full((2, 2), 0.5)
    out = gate(row, gradient, loss, theta, before)
    z = 0.3 * -0.1 + -0.2 * -1 + 0.5 * 0.2 + 0.7 * 1 + -0.4 * 3 + 0.6 * 0.5 + 0.1  # of the first task's second weight
    assert out[0, 1].item() == pytest.approx(1 / (1 + math.exp(-z)))
    assert out.shape == theta.shape


def test_the_start_forgets_nothing_and_steps_as_others_do(theta: Weights) -> None:
    *_, last = NETWORK.walk(theta, in_double(characters()), OBJECTIVE, 1)
    assert all(bool((f > 0.99).all()) for f in last.forgets.values())
    assert all(bool(((i > 0.03) & (i < 0.08)).all()) for i in last.inputs.values())


@pytest.mark.parametrize("name", GATES)
def test_meta_gradient_is_the_slope(name: str, theta: Weights) -> None:
    """After one step, whose inner gradient no gate has touched: the constants of the paper's shortcut are constant."""
    episodes, epsilon = in_double(characters(shots=2)), 1e-6
    theta["forget_gate"][0, -1] = 1.0 / PACE  # away from where the sigmoid is flat
    gradient, _ = meta_gradient(NETWORK, OBJECTIVE, theta, episodes, 0.0, 1)
    for k in (0, 2, 4, 6):
        ends = []
        for sign in (1, -1):
            moved = theta[name].clone()
            moved[0, k] += sign * epsilon
            ends.append(NETWORK.loss({**theta, name: moved}, episodes, OBJECTIVE, 1).item())
        assert gradient[name][0, k].item() == pytest.approx((ends[0] - ends[1]) / (2 * epsilon), rel=1e-4, abs=1e-8)
