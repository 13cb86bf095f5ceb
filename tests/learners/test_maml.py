"""MAML's meta-gradient against finite differences, and against what first order leaves out."""

from __future__ import annotations

import pytest
import torch

from demo.learners import fomaml, maml
from demo.learners.inner import adapted
from demo.learners.objectives import Classification, Objective, Regression
from demo.models import ConvNet, CosineNet, Network, SineNet, Weights, fan_out
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double, sines

Case = tuple[Network, Objective, Episodes, float]


def cases() -> list[Case]:
    return [
        (SineNet(width=5), Regression(), in_double(sines()), 0.05),
        (ConvNet(filters=3), Classification(sharpness=2.0), in_double(characters()), 0.1),
        (CosineNet(filters=3, gain=3.0), Classification(sharpness=2.0), in_double(characters()), 0.5),
    ]


def query_loss(network: Network, objective: Objective, theta: Weights, episodes: Episodes, alpha: float) -> float:
    """L(theta'; Q) by the plainest route there is: adapt, then judge."""
    start = network.start(fan_out(theta, episodes.tasks), episodes.ways)
    theta_prime = adapted(network, objective.support, start, [(episodes.support, episodes.labels)] * 2, alpha)
    return maml.judge(network, objective, theta_prime, episodes).item()


@pytest.mark.parametrize("case", cases(), ids=["sine", "batch norm", "cosine"])
def test_meta_gradient_equals_finite_differences(case: Case) -> None:
    network, objective, episodes, alpha = case
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    gradient, loss = maml.meta_gradient(network, objective, theta, episodes, alpha, steps=2)
    assert loss == pytest.approx(query_loss(network, objective, theta, episodes, alpha), rel=1e-12)
    generator = torch.Generator().manual_seed(2)
    step = 1e-6
    for name, w in theta.items():
        direction = torch.randn(w.shape, dtype=torch.float64, generator=generator)
        ahead = query_loss(network, objective, {**theta, name: w + step * direction}, episodes, alpha)
        behind = query_loss(network, objective, {**theta, name: w - step * direction}, episodes, alpha)
        slope = (ahead - behind) / (2 * step)
        assert (gradient[name] * direction).sum().item() == pytest.approx(slope, rel=1e-4, abs=1e-8), name


@pytest.mark.parametrize("case", cases(), ids=["sine", "batch norm", "cosine"])
def test_first_order_is_another_gradient(case: Case) -> None:
    """What is called MAML here must not be FOMAML in disguise, as much public code is."""
    network, objective, episodes, alpha = case
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    second, second_loss = maml.meta_gradient(network, objective, theta, episodes, alpha, steps=2)
    first, first_loss = fomaml.meta_gradient(network, objective, theta, episodes, alpha, steps=2)
    assert first_loss == pytest.approx(second_loss, rel=1e-12)  # the same theta', judged alike
    difference = sum((second[name] - first[name]).norm().item() for name in theta)
    assert difference > 0.01 * sum(second[name].norm().item() for name in theta)


def test_first_order_is_the_gradient_at_theta_prime() -> None:
    network, objective, alpha = SineNet(width=5), Regression(), 0.05
    episodes = in_double(sines(tasks=1))
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    theta_prime = adapted(network, objective.support, theta, [(episodes.support, episodes.labels)], alpha)
    leaves = {name: w.requires_grad_() for name, w in theta_prime.items()}
    loss = objective.query(network(leaves, episodes.queries), episodes.answers).sum()
    by_hand = torch.autograd.grad(loss, list(leaves.values()))
    gradient, _ = fomaml.meta_gradient(network, objective, theta, episodes, alpha, steps=1)
    for (name, g), expected in zip(gradient.items(), by_hand, strict=True):
        torch.testing.assert_close(g, expected, msg=name)


def test_no_inner_step_makes_both_the_plain_gradient() -> None:
    network, objective, episodes = SineNet(width=5), Regression(), in_double(sines())
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    second, _ = maml.meta_gradient(network, objective, theta, episodes, 0.1, steps=0)
    first, _ = fomaml.meta_gradient(network, objective, theta, episodes, 0.1, steps=0)
    for name in theta:
        torch.testing.assert_close(first[name], second[name])
