"""Meta imitation: its gradient against finite differences, and that a clone learns what it was shown."""

from __future__ import annotations

import pytest
import torch

from demo.learners.imitation import MOVING, cloned, cloning_loss, meta_gradient
from demo.learners.policy import Policy
from demo.models import Weights
from demo.tasks.demonstrations import Demonstrations, sample
from demo.tasks.navigation import FASTEST
from tests.learners.conftest import double

TINY = Policy(width=3)
ALPHA = 0.3


def tiny() -> Weights:
    theta = double(TINY.initialise(torch.Generator().manual_seed(1)))
    return {name: theta[name] for name in MOVING}


def shown() -> list[Demonstrations]:
    return [Demonstrations(d.places.double()) for d in sample(2, torch.Generator().manual_seed(4))]


def test_cloning_loss_by_hand() -> None:
    theta = {name: torch.zeros_like(w) for name, w in tiny().items()} | {"b3": torch.tensor([[[0.5, 0.0]]]).double()}
    places = torch.tensor([[[0.0, 0.0], [0.1, 0.0], [0.1, 0.05]]]).double()  # right at full speed, up at half
    loss = cloning_loss(TINY, theta, Demonstrations(places))
    assert loss.item() == pytest.approx((0.5**2 + 0.5**2 + 0.5**2) / 2)
    assert FASTEST == 0.1


def judged(theta: Weights, first: Demonstrations, second: Demonstrations) -> float:
    return cloning_loss(TINY, cloned(TINY, theta, first, ALPHA, 1)[-1], second).mean().item()


def test_meta_gradient_equals_finite_differences() -> None:
    theta, (first, second) = tiny(), shown()
    gradient, loss = meta_gradient(TINY, theta, ALPHA, first, second)
    assert loss == pytest.approx(judged(theta, first, second), rel=1e-12)
    generator = torch.Generator().manual_seed(2)
    for name, w in theta.items():
        direction = torch.randn(w.shape, dtype=torch.float64, generator=generator)
        ends = [judged({**theta, name: w + h * direction}, first, second) for h in (1e-6, -1e-6)]
        slope = (ends[0] - ends[1]) / 2e-6
        assert (gradient[name] * direction).sum().item() == pytest.approx(slope, rel=1e-4, abs=1e-8), name


def test_cloning_lowers_the_loss_of_each_demonstration_and_writes_to_nothing() -> None:
    theta, (first, _) = tiny(), shown()
    before = {name: w.clone() for name, w in theta.items()}
    losses = torch.stack([cloning_loss(TINY, w, first) for w in cloned(TINY, theta, first, ALPHA, 20)])
    assert (losses.diff(dim=0) < 0).all()
    assert all(torch.equal(w, before[name]) for name, w in theta.items())
