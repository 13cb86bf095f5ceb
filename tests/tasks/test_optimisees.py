"""Problems to optimise: quadratics and sines by their formulas."""

from __future__ import annotations

import pytest
import torch

from demo.models import SineNet
from demo.tasks import optimisees
from demo.tasks.optimisees import NETWORK, POINTS, STEPS
from demo.tasks.sine import AMPLITUDES, DOMAIN


def test_quadratics_by_hand() -> None:
    problems = optimisees.quadratics(3, torch.Generator().manual_seed(0))
    theta = torch.randn(3, optimisees.DIMENSIONS, generator=torch.Generator().manual_seed(1))
    for p in range(3):
        expected = torch.linalg.vector_norm(problems.W[p] @ theta[p] - problems.y[p]).item() ** 2
        assert problems.cost(theta)[p].item() == pytest.approx(expected, rel=1e-5)
    assert torch.equal(problems.loss(theta, 5), problems.cost(theta))
    optimum = torch.linalg.solve(problems.W, problems.y)
    assert problems.cost(optimum).tolist() == pytest.approx([0] * 3, abs=1e-6)


def test_sines_have_new_points_at_every_step_and_a_network_each() -> None:
    problems = optimisees.sines(4, torch.Generator().manual_seed(0))
    assert problems.x.shape == (STEPS + 1, 4, POINTS, 1)
    assert DOMAIN[0] <= problems.x.min() < problems.x.max() <= DOMAIN[1]
    assert not torch.equal(problems.x[0], problems.x[1])
    assert not torch.equal(problems.start[0], problems.start[1])
    assert ((problems.amplitude >= AMPLITUDES[0]) & (problems.amplitude <= AMPLITUDES[1])).all()


def test_a_networks_weights_in_a_row_are_the_network() -> None:
    weights = NETWORK.initialise(torch.Generator().manual_seed(3))
    x = torch.linspace(-5, 5, 7)[None, :, None]
    assert isinstance(NETWORK, SineNet)
    torch.testing.assert_close(optimisees.fitted(optimisees.flat(weights), x), NETWORK(weights, x))


def test_what_is_shown_of_a_sine_is_the_error_at_the_points_and_its_cost_that_on_the_curve() -> None:
    generator = torch.Generator().manual_seed(0)
    problems = optimisees.sines_of(torch.full((2, 1, 1), 2.0), torch.full((2, 1, 1), 0.5), generator)
    x = problems.x[3]
    errors = optimisees.fitted(problems.start, x) - 2 * torch.sin(x + 0.5)
    torch.testing.assert_close(problems.loss(problems.start, 3), (errors**2).mean(dim=(1, 2)))
    x = optimisees.grid().expand(2, -1, 1)
    errors = optimisees.fitted(problems.start, x) - 2 * torch.sin(x + 0.5)
    torch.testing.assert_close(problems.cost(problems.start), (errors**2).mean(dim=(1, 2)))
