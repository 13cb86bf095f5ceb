"""MAML and Meta-SGD for acting: the outer gradient against finite differences, and whose walks it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from demo.learners import maml_rl
from demo.learners.inner import Rates, descend
from demo.learners.maml_rl import adapting
from demo.learners.policy import Policy
from demo.learners.policy_gradient import advantages, surrogate
from demo.models import Weights, fan_out
from demo.tasks.navigation import FASTEST, Act, Trajectories, goals, walk
from tests.learners.conftest import double

TINY = Policy(width=3, spread=0.5)
GOALS = goals(2, torch.Generator().manual_seed(5)).double()


def tiny() -> Weights:
    return double(TINY.initialise(torch.Generator().manual_seed(1)))


def rates() -> Weights:
    generator = torch.Generator().manual_seed(9)
    return {name: 2 + torch.rand(w.shape, generator=generator).double() for name, w in tiny().items()}


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[Trajectories]:
    """The walks that a meta-gradient has looked at, in order."""
    found: list[Trajectories] = []

    def keep(act: Act, goal: Tensor, count: int) -> Trajectories:
        found.append(walk(act, goal, count, horizon=6))
        return found[-1]

    monkeypatch.setattr(maml_rl, "walk", keep)
    return found


def outer(theta: Weights, alpha: Rates, walks: list[Trajectories]) -> Tensor:
    """Minus the outer objective on walks that are held fast, by the plainest route there is: adapt, then judge."""
    start = {name: w.detach().requires_grad_() for name, w in fan_out(theta, len(GOALS)).items()}
    moved = descend(start, surrogate(TINY, start, walks[0], advantages(walks[0])), alpha, list(start))
    return surrogate(TINY, moved, walks[1], advantages(walks[1])).mean()


@pytest.mark.parametrize("alpha", [2.0, rates()], ids=["MAML", "Meta-SGD"])
def test_meta_gradient_equals_finite_differences(alpha: Rates, walked: list[Trajectories]) -> None:
    theta = tiny()
    by_theta, by_alpha, value = maml_rl.meta_gradient(TINY, theta, alpha, GOALS, 4, torch.Generator().manual_seed(0))
    assert len(walked) == 2
    assert value == pytest.approx(walked[1].returns.mean().item())
    generator = torch.Generator().manual_seed(2)

    def slope(judge: Callable[[Weights], Tensor], weights: Weights, name: str, direction: Tensor) -> float:
        ends = [judge({**weights, name: weights[name] + h * direction}).item() for h in (1e-5, -1e-5)]
        return (ends[0] - ends[1]) / 2e-5

    for name, w in theta.items():
        direction = torch.randn(w.shape, dtype=torch.float64, generator=generator)
        expected = slope(lambda moved: outer(moved, alpha, walked), theta, name, direction)
        assert (by_theta[name] * direction).sum().item() == pytest.approx(expected, rel=1e-5, abs=1e-8), name
    assert set(by_alpha) == (set(alpha) if isinstance(alpha, dict) else set())
    for name, g in by_alpha.items():
        assert isinstance(alpha, dict)
        direction = torch.randn(g.shape, dtype=torch.float64, generator=generator)
        expected = slope(lambda moved: outer(theta, moved, walked), alpha, name, direction)
        assert (g * direction).sum().item() == pytest.approx(expected, rel=1e-5, abs=1e-9), name
    assert not torch.allclose(by_alpha["b3"], by_theta["b3"]) if by_alpha else True


def test_it_is_second_order(walked: list[Trajectories]) -> None:
    """The gradient at theta' alone, which is first order, is another."""
    theta = tiny()
    found, _, _ = maml_rl.meta_gradient(TINY, theta, 2.0, GOALS, 4, torch.Generator().manual_seed(0))
    start = {name: w.detach().requires_grad_() for name, w in fan_out(theta, 2).items()}
    moved = descend(start, surrogate(TINY, start, walked[0], advantages(walked[0])), 2.0, list(start))
    moved = {name: w.detach().requires_grad_() for name, w in moved.items()}
    loss = surrogate(TINY, moved, walked[1], advantages(walked[1])).mean()
    first = torch.autograd.grad(loss, list(moved.values()))
    apart = sum((found[name] - g.sum(dim=0, keepdim=True)).norm().item() for name, g in zip(moved, first, strict=True))
    assert apart > 0.01 * sum(g.norm().item() for g in found.values())


def dice(theta: Weights, walks: Trajectories) -> Tensor:
    """The standard normal numbers that would have made these walks the policy's: (T, B * H, 2)."""
    mean = TINY.mean(theta, walks.states.flatten(1, 2))
    return (walks.velocities.flatten(1, 2) / FASTEST - mean) / torch.exp(TINY.log_sigma(theta))


def test_query_walks_are_the_adapted_policys(walked: list[Trajectories]) -> None:
    theta, alpha = tiny(), 100.0  # a step so long that nobody can mistake one policy for the other
    maml_rl.meta_gradient(TINY, theta, alpha, GOALS, 400, torch.Generator().manual_seed(0))
    first, second = walked
    start = {name: w.detach().requires_grad_() for name, w in fan_out(theta, 2).items()}
    moved = descend(start, surrogate(TINY, start, first, advantages(first)), alpha, list(start))
    with torch.no_grad():
        for own, walks in ((start, first), (moved, second)):
            assert dice(own, walks).mean(dim=1).abs().max() < 0.1
            assert dice(own, walks).std(dim=1).sub(1).abs().max() < 0.05
        assert dice(start, second).mean(dim=1).abs().max() > 0.5
        assert TINY.log_prob(moved, second.states.flatten(1, 2), second.velocities.flatten(1, 2)).mean() > (
            TINY.log_prob(start, second.states.flatten(1, 2), second.velocities.flatten(1, 2)).mean() + 0.1
        )


def test_a_step_is_along_the_gradient_with_each_weights_own_rate() -> None:
    theta = {name: w.requires_grad_() for name, w in tiny().items()}
    losses = sum((w.square().sum() / 2 for w in theta.values()), torch.zeros(())).expand(1)
    alpha = rates()
    for name, w in descend(theta, losses, alpha, list(theta)).items():
        torch.testing.assert_close(w, theta[name] - alpha[name] * theta[name])


def steps() -> Iterator[tuple[int, Weights, Trajectories]]:
    looks = adapting(TINY, tiny(), GOALS, 2.0, 4, torch.Generator().manual_seed(0), 3)
    yield from ((k, look.theta, look.walks) for k, look in enumerate(looks))


def test_adapting_steps_on_its_own_walks_and_halves_the_rate_after_the_first() -> None:
    seen = list(steps())
    assert len(seen) == 4
    for (k, theta, walks), (_, after, _) in pairwise(seen):
        start = {name: w.requires_grad_() for name, w in theta.items()}
        expected = descend(start, surrogate(TINY, start, walks, advantages(walks)), 2.0 if k == 0 else 1.0, list(start))
        for name, w in expected.items():
            torch.testing.assert_close(after[name], w.detach())


def test_adapting_leaves_the_weights_as_they_were() -> None:
    theta = tiny()
    before = {name: w.clone() for name, w in theta.items()}
    list(adapting(TINY, theta, GOALS, 2.0, 4, torch.Generator().manual_seed(0), 1))
    maml_rl.meta_gradient(TINY, theta, 2.0, GOALS, 2, torch.Generator().manual_seed(0))
    maml_rl.joint_gradient(TINY, theta, GOALS, 2, torch.Generator().manual_seed(0))
    assert all(torch.equal(w, before[name]) and not w.requires_grad for name, w in theta.items())


def test_joint_gradient_is_the_policy_gradient_of_all_goals_together(walked: list[Trajectories]) -> None:
    theta = tiny()
    found, value = maml_rl.joint_gradient(TINY, theta, GOALS, 4, torch.Generator().manual_seed(0))
    [walks] = walked
    parts = []
    for task in range(2):
        own = {name: w.clone().requires_grad_() for name, w in theta.items()}
        one = Trajectories(*(t[task : task + 1] for t in (walks.places, walks.velocities, walks.rewards)))
        parts.append(torch.autograd.grad(surrogate(TINY, own, one, advantages(one)).mean(), list(own.values())))
    for name, one, two in zip(theta, *parts, strict=True):
        torch.testing.assert_close(found[name], (one + two) / 2)
    assert value == pytest.approx(walks.returns.mean().item())
