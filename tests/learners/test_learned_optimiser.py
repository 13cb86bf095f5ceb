"""The learnt optimiser: its eyes by formula, its coordinates each for itself, its gradient against differences."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from demo.learners.learned_optimiser import Learnt, LSTMOptimiser, P, preprocess, unrolled
from demo.learners.optimisers import follow, slope
from demo.models import Weights
from demo.tasks.optimisees import Quadratics, quadratics
from demo.training import apart
from demo.training.optimising import NETWORK
from tests.learners.conftest import double

TINY = LSTMOptimiser(hidden=3)
DIMENSIONS, PROBLEMS, STEPS = 4, 2, 3


@pytest.fixture
def phi() -> Weights:
    return {name: 2 * w for name, w in double(TINY.initialise(torch.Generator().manual_seed(0))).items()}


@pytest.fixture
def problems() -> Quadratics:
    drawn = quadratics(PROBLEMS, torch.Generator().manual_seed(1), DIMENSIONS)
    return Quadratics(drawn.W.double(), drawn.y.double(), drawn.start.double())


@pytest.mark.parametrize(
    "gradient, expected",
    [
        (1.0, (0.0, 1.0)),
        (-math.e, (1 / P, -1.0)),
        (math.exp(-5), (-5 / P, 1.0)),
        (math.exp(-P) / 2, (-1.0, 0.5)),
        (-math.exp(-P) / 4, (-1.0, -0.25)),
        (0.0, (-1.0, 0.0)),
    ],
)
def test_gradients_are_seen_as_logarithm_and_sign(gradient: float, expected: tuple[float, float]) -> None:
    seen = preprocess(torch.tensor([gradient], dtype=torch.float64))
    assert seen[0].tolist() == pytest.approx(expected, abs=1e-9)


def test_what_is_seen_is_continuous_where_small_gradients_begin() -> None:
    edge = math.exp(-P)
    below, above = preprocess(torch.tensor([edge * (1 - 1e-9), edge * (1 + 1e-9)], dtype=torch.float64))
    torch.testing.assert_close(below, above, rtol=0, atol=1e-6)


def test_coordinates_that_change_places_take_their_updates_along(phi: Weights) -> None:
    generator = torch.Generator().manual_seed(2)
    order = torch.tensor([2, 0, 3, 1])
    plain = exchanged = TINY.begin(torch.zeros(PROBLEMS, DIMENSIONS, dtype=torch.float64))
    for _ in range(4):
        gradient = torch.randn(PROBLEMS, DIMENSIONS, generator=generator, dtype=torch.float64)
        update, plain = TINY.step(phi, gradient, plain)
        other, exchanged = TINY.step(phi, gradient[:, order], exchanged)
        torch.testing.assert_close(other, update[:, order])


def test_a_coordinate_hears_of_no_other(phi: Weights) -> None:
    state = TINY.begin(torch.zeros(1, DIMENSIONS, dtype=torch.float64))
    gradient = torch.ones(1, DIMENSIONS, dtype=torch.float64)
    first, _ = TINY.step(phi, gradient, state)
    gradient[0, 1] = -3.0
    second, _ = TINY.step(phi, gradient, state)
    assert (first != second).tolist() == [[False, True, False, False]]


def total(phi: Weights, problems: Quadratics, steps: int) -> Tensor:
    return unrolled(TINY, phi, problems, problems.start, TINY.begin(problems.start), range(steps))[0].sum()


def gradients(phi: Weights, problems: Quadratics, steps: int) -> dict[str, Tensor]:
    leaves = {name: w.clone().requires_grad_() for name, w in phi.items()}
    found = torch.autograd.grad(total(leaves, problems, steps), list(leaves.values()))
    return dict(zip(leaves, found, strict=True))


def by_differences(f: object, phi: Weights, name: str, direction: Tensor) -> float:
    assert callable(f)
    step = 1e-6
    ahead, behind = (float(f({**phi, name: phi[name] + sign * step * direction})) for sign in (1, -1))
    return (ahead - behind) / (2 * step)


def test_unrolled_gradient_equals_differences_with_the_gradients_held(phi: Weights, problems: Quadratics) -> None:
    """Held as they were before phi moved: through them nothing is differentiated."""
    held, theta, state = [], problems.start, TINY.begin(problems.start)
    for step in range(STEPS):
        held.append(slope(problems, theta, step)[1])
        update, state = TINY.step(phi, held[-1], state)
        theta = theta + update

    def replayed(phi: Weights) -> Tensor:
        theta, state, losses = problems.start, TINY.begin(problems.start), problems.start.new_zeros(())
        for gradient in held:
            update, state = TINY.step(phi, gradient, state)
            theta = theta + update
            losses = losses + problems.cost(theta).sum()
        return losses

    assert replayed(phi).item() == pytest.approx(total(phi, problems, STEPS).item(), rel=1e-12)
    generator = torch.Generator().manual_seed(3)
    for name, found in gradients(phi, problems, STEPS).items():
        direction = torch.randn(found.shape, dtype=torch.float64, generator=generator)
        expected = by_differences(replayed, phi, name, direction)
        assert (found * direction).sum().item() == pytest.approx(expected, rel=1e-5, abs=1e-9), name


def test_the_first_steps_gradient_is_exact(phi: Weights, problems: Quadratics) -> None:
    """The start does not depend on phi, so with one step nothing is left out."""
    generator = torch.Generator().manual_seed(4)
    for name, found in gradients(phi, problems, 1).items():
        direction = torch.randn(found.shape, dtype=torch.float64, generator=generator)
        expected = by_differences(lambda phi: total(phi, problems, 1), phi, name, direction)
        assert (found * direction).sum().item() == pytest.approx(expected, rel=1e-5, abs=1e-9), name


def test_unrolling_goes_where_following_goes(phi: Weights, problems: Quadratics) -> None:
    path = follow(Learnt(TINY, phi), problems, 4)
    losses, theta, _ = unrolled(TINY, phi, problems, problems.start, TINY.begin(problems.start), range(4))
    torch.testing.assert_close(theta, path.theta[-1])
    torch.testing.assert_close(losses, path.costs[1:].sum(dim=0))


@pytest.mark.parametrize("name", ["l2l-quadratic", "l2l-sine"])
def test_one_learner_serves_any_size(name: str) -> None:
    optimiser = Learnt(NETWORK, apart.load(name))
    for dimensions in (1, 3, 20):
        path = follow(optimiser, quadratics(2, torch.Generator().manual_seed(5), dimensions), 2)
        assert path.theta.shape == (3, 2, dimensions)
        assert path.costs.isfinite().all()
