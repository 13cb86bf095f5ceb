"""The policy and its gradient: against densities, finite differences, and an expected return known exactly."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from demo.learners.policy import Policy
from demo.learners.policy_gradient import advantages, baseline, surrogate, to_go
from demo.models import Weights
from demo.tasks.navigation import FASTEST, Trajectories, goals, walk
from tests.learners.conftest import double

TINY = Policy(width=3, spread=0.5)


def tiny(seed: int = 1) -> Weights:
    return double(TINY.initialise(torch.Generator().manual_seed(seed)))


def seen(theta: Weights, tasks: int = 2, count: int = 4, horizon: int = 5) -> Trajectories:
    generator = torch.Generator().manual_seed(3)
    goal = goals(tasks, generator).double()
    spread = {name: w.expand(tasks, *w.shape[1:]) for name, w in theta.items()}
    return walk(TINY.draw(spread, generator), goal, count, horizon=horizon)


def test_log_prob_is_that_of_two_normal_distributions() -> None:
    theta = tiny()
    generator = torch.Generator().manual_seed(4)
    places = torch.rand(1, 7, 2, dtype=torch.float64, generator=generator) - 0.5
    velocities = FASTEST * torch.randn(1, 7, 2, dtype=torch.float64, generator=generator)
    sigma = torch.exp(theta["log_sigma"])
    normal = torch.distributions.Normal(TINY.mean(theta, places), sigma)
    expected = normal.log_prob(velocities / FASTEST).sum(dim=2)
    torch.testing.assert_close(TINY.log_prob(theta, places, velocities), expected)


def test_draws_are_those_of_the_density_and_sigma_has_a_floor() -> None:
    theta = {**tiny(), "log_sigma": torch.tensor([[[math.log(0.3), math.log(1e-6)]]], dtype=torch.float64)}
    places = torch.full((1, 20000, 2), 0.2, dtype=torch.float64)
    drawn = TINY.draw(theta, torch.Generator().manual_seed(0))(places)[0] / FASTEST
    torch.testing.assert_close(drawn.mean(dim=0), TINY.mean(theta, places)[0, 0], atol=0.01, rtol=0)
    assert drawn.std(dim=0).tolist() == pytest.approx([0.3, TINY.least], rel=0.02)


def test_every_task_has_its_own_policy() -> None:
    parts = [tiny(1), tiny(2)]
    both = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
    generator = torch.Generator().manual_seed(4)
    places = torch.rand(1, 6, 2, dtype=torch.float64, generator=generator)
    expected = torch.cat([TINY.mean(part, places) for part in parts])
    torch.testing.assert_close(TINY.mean(both, places.expand(2, -1, -1)), expected)


def test_rewards_to_go_by_hand() -> None:
    rewards = torch.tensor([[[1.0, 2.0, 4.0]]])
    assert to_go(rewards, 0.5).tolist() == [[[1 + 1 + 1, 2 + 2, 4]]]


def test_the_baseline_finds_what_is_linear_in_its_features() -> None:
    theta = tiny()
    places = seen(theta, tasks=2, count=6, horizon=10).states
    t = torch.arange(10, dtype=torch.float64) / 10
    truth = 2 * places[..., 0] - places[..., 1] ** 2 * torch.tensor([1.0, 3.0])[:, None, None] + t**3 - 0.5
    torch.testing.assert_close(baseline(places, truth), truth, atol=2e-3, rtol=0)


def test_surrogate_gradient_equals_finite_differences() -> None:
    """With the walks and their advantages held fast."""
    theta = tiny()
    walks = seen(theta)
    better = advantages(walks)
    spread = {name: w.expand(2, *w.shape[1:]).clone().requires_grad_() for name, w in theta.items()}
    gradient = torch.autograd.grad(surrogate(TINY, spread, walks, better).sum(), list(spread.values()))
    generator = torch.Generator().manual_seed(2)
    for name, g in zip(spread, gradient, strict=True):
        direction = torch.randn(g.shape, dtype=torch.float64, generator=generator)
        ends = [
            surrogate(TINY, {**spread, name: spread[name] + h * direction}, walks, better).sum().item()
            for h in (1e-6, -1e-6)
        ]
        assert (g * direction).sum().item() == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-8), name


GOAL = torch.tensor([0.12, -0.05], dtype=torch.float64)


def expected_return(mean: Tensor, log_sigma: Tensor) -> float:
    """Of two steps by a policy that does not look where it is, with nothing to clip: a sum of squares' expectation.

    E ||s_k - g||^2 = ||k m - g||^2 + k |sigma|^2 with m and sigma in the plane's units.
    """
    m, spread = FASTEST * mean, (FASTEST * log_sigma.exp()).square().sum()
    return -sum(float((k * m - GOAL).square().sum() + k * spread) for k in (1, 2))


@pytest.mark.parametrize("with_baseline", [False, True])
def test_policy_gradient_is_the_gradient_of_the_expected_return(with_baseline: bool) -> None:
    """Within four standard errors, by forty estimates; the exact one by finite differences."""
    tasks, count = 40, 4000
    mean, log_sigma = torch.tensor([0.2, -0.1]).double(), torch.tensor([math.log(0.25), math.log(0.15)]).double()
    theta = {name: torch.zeros_like(w) for name, w in tiny().items()}
    theta = {**theta, "b3": mean[None, None], "log_sigma": log_sigma[None, None]}
    spread = {name: w.expand(tasks, *w.shape[1:]).clone().requires_grad_() for name, w in theta.items()}
    walks = walk(TINY.draw(spread, torch.Generator().manual_seed(0)), GOAL.expand(tasks, 2), count, horizon=2)
    assert (walks.velocities.abs() < FASTEST).double().mean() > 0.9995  # hardly anything is clipped
    ahead = to_go(walks.rewards, 1.0)
    better = ahead - baseline(walks.states, ahead) if with_baseline else ahead
    loss = surrogate(TINY, spread, walks, better).sum()
    found = torch.autograd.grad(loss, [spread["b3"], spread["log_sigma"]])
    for place, estimates in enumerate(found):
        estimates = -2 * estimates[:, 0]  # two steps a walk: the surrogate is a mean over both
        for axis in (0, 1):
            ends = []
            for h in (1e-5, -1e-5):
                moved = [mean.clone(), log_sigma.clone()]
                moved[place][axis] += h
                ends.append(expected_return(*moved))
            exact = (ends[0] - ends[1]) / 2e-5
            error = estimates[:, axis].std().item() / math.sqrt(tasks)
            assert abs(estimates[:, axis].mean().item() - exact) < 4 * error + 1e-5
            assert error < 0.2 * abs(exact)
