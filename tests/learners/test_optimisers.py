"""SGD and Adam against PyTorch's own, and how a rate is chosen."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from demo.learners.optimisers import SGD, Adam, Optimiser, best_rate, follow
from demo.tasks import optimisees
from demo.tasks.optimisees import Problems, Quadratics

STEPS = 30


def doubled(seed: int = 0, problems: int = 3) -> Quadratics:
    drawn = optimisees.quadratics(problems, torch.Generator().manual_seed(seed))
    return Quadratics(drawn.W.double(), drawn.y.double(), drawn.start.double())


def by_torch(kind: Any, rate: float, problems: Problems) -> list[Tensor]:
    theta = problems.start.clone().requires_grad_()
    optimiser = kind([theta], lr=rate)
    costs = [problems.cost(theta).detach()]
    for step in range(STEPS):
        optimiser.zero_grad()
        problems.loss(theta, step).sum().backward()
        optimiser.step()
        costs.append(problems.cost(theta).detach())
    return costs


@pytest.mark.parametrize(
    "ours, theirs, rate",
    [(SGD(0.01), torch.optim.SGD, 0.01), (Adam(0.2), torch.optim.Adam, 0.2)],
    ids=["sgd", "adam"],
)
def test_curves_are_those_of_torch(ours: Optimiser, theirs: Any, rate: float) -> None:
    problems = doubled()
    torch.testing.assert_close(follow(ours, problems, STEPS).costs, torch.stack(by_torch(theirs, rate, problems)))


def test_they_are_those_of_torch_on_minibatches_of_sines_too() -> None:
    problems = optimisees.sines(2, torch.Generator().manual_seed(1))
    found = follow(Adam(0.03), problems, STEPS).costs
    torch.testing.assert_close(found, torch.stack(by_torch(torch.optim.Adam, 0.03, problems)), rtol=1e-4, atol=1e-5)


def test_a_step_down_a_quadratic_by_hand() -> None:
    """f = (2 theta - 4)^2 at theta = 1 has the gradient 2 * 2 * (2 - 4) = -8."""
    one = Quadratics(torch.tensor([[[2.0]]]), torch.tensor([[4.0]]), torch.tensor([[1.0]]))
    found = follow(SGD(0.1), one, 1)
    assert found.theta.flatten().tolist() == pytest.approx([1.0, 1.8])
    assert found.costs.flatten().tolist() == pytest.approx([4.0, 0.16])


def test_the_best_rate_is_the_one_that_ends_lowest_and_none_that_diverges() -> None:
    problems = doubled(seed=2, problems=20)
    rates = (1e-4, 1e-3, 1e-2, 10.0)
    ends = {rate: follow(SGD(rate), problems, STEPS).costs[-1].mean().item() for rate in rates}
    assert not ends[10.0] < 1e6
    assert best_rate(SGD, problems, STEPS, rates) == min(rates[:3], key=lambda rate: ends[rate])


def test_the_start_is_left_as_it_was() -> None:
    problems = doubled()
    before = problems.start.clone()
    path = follow(SGD(0.01), problems, 3)
    assert torch.equal(problems.start, before)
    assert torch.equal(path.theta[0], before)
    assert not path.theta.requires_grad
