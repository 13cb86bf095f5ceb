"""Context adaptation: only the context moves, and the outer gradient goes through its steps."""

from __future__ import annotations

import pytest
import torch

from demo.learners import maml
from demo.learners.caml import ContextNet, SineContext
from demo.learners.gradient import GradientLearner
from demo.learners.inner import tracked
from demo.learners.objectives import Classification, Objective, Regression
from demo.models import CosineNet, Weights
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double, sines

Case = tuple[ContextNet | SineContext, Objective, Episodes, float]


def cases() -> list[Case]:
    return [
        (SineContext(width=5), Regression(), in_double(sines()), 0.3),
        (ContextNet(filters=3, gain=3.0, context=4), Classification(sharpness=2.0), in_double(characters()), 0.5),
    ]


def weights(network: ContextNet | SineContext) -> Weights:
    generator = torch.Generator().manual_seed(1)
    return double(
        {name: w + 0.05 * torch.rand(w.shape, generator=generator) for name, w in network.initialise(generator).items()}
    )


def learner(case: Case, theta: Weights) -> GradientLearner:
    network, objective, _, alpha = case
    return GradientLearner("test", network, objective, theta, alpha, 3)


@pytest.mark.parametrize("case", cases(), ids=["sine", "drawings"])
def test_the_inner_loop_moves_the_context_alone(case: Case) -> None:
    network, _, episodes, _ = case
    theta = weights(network)
    steps = [found for found, _ in learner(case, theta).walk(episodes)]
    for name, w in theta.items():
        assert all(torch.equal(found[name][:1], w) for found in steps), name
    own = set(steps[0]) - set(theta)
    assert own == ({"context"} if isinstance(network, SineContext) else {"context", "head"})
    for name in own:
        assert not steps[0][name].any(), "reset for every task"
        assert steps[-1][name].any()
        assert not torch.equal(steps[-1][name][0], steps[-1][name][1]), "each task has its own"


@pytest.mark.parametrize("case", cases(), ids=["sine", "drawings"])
def test_the_first_step_is_down_the_slope_at_zero(case: Case) -> None:
    """phi_1 = -alpha * grad_phi L(0, theta; S), the slope by finite differences; of drawings, the head's row."""
    network, objective, episodes, alpha = case
    start, first, *_ = (found for found, _ in learner(case, weights(network)).walk(episodes))
    name = "context" if isinstance(network, SineContext) else "head"

    def loss(at: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return objective.support(network({**start, name: at}, episodes.support), episodes.labels)

    step = torch.zeros_like(start[name])
    step[:, 0, 1] = 1e-6
    slope = (loss(step) - loss(-step)) / 2e-6
    torch.testing.assert_close(first[name][:, 0, 1], -alpha * slope, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("case", cases(), ids=["sine", "drawings"])
def test_the_outer_gradient_goes_through_the_inner_steps(case: Case) -> None:
    network, objective, episodes, alpha = case
    theta = weights(network)
    gradient, loss = maml.meta_gradient(network, objective, theta, episodes, alpha, steps=3)

    def query_loss(theta: Weights) -> float:
        *_, (last, _) = learner(case, theta).walk(episodes)
        return maml.judge(network, objective, last, episodes).item()

    assert loss == pytest.approx(query_loss(theta), rel=1e-10)
    generator = torch.Generator().manual_seed(2)
    for name, w in theta.items():
        direction = torch.randn(w.shape, dtype=torch.float64, generator=generator)
        ahead = query_loss({**theta, name: w + 1e-6 * direction})
        behind = query_loss({**theta, name: w - 1e-6 * direction})
        slope = (gradient[name] * direction).sum().item()
        assert slope == pytest.approx((ahead - behind) / 2e-6, rel=1e-4, abs=1e-8), name
        assert gradient[name].any(), name


def test_without_a_context_it_is_the_network_that_it_begins_as() -> None:
    network, plain = ContextNet(filters=3, context=4), CosineNet(filters=3)
    theta = weights(network)
    x = in_double(characters()).support
    shared = {name: theta[name].expand(len(x), *theta[name].shape[1:]) for name in theta if name != "film"}
    zero = network.start({name: w.expand(len(x), *w.shape[1:]) for name, w in theta.items()}, ways=3)
    torch.testing.assert_close(network.embed(zero, x), plain.embed(shared, x))


def test_film_scales_and_shifts_one_block() -> None:
    """gamma and delta by hand, on the third block's maps before they are cut off at zero."""
    network = ContextNet(filters=3, context=2)
    theta = weights(network)
    x = in_double(characters(tasks=1)).support
    phi = torch.tensor([[[0.5, -1.0]]], dtype=torch.float64)
    gamma, delta = network.film({**theta, "context": phi})
    w = theta["film"][0]
    torch.testing.assert_close(gamma[0], 0.5 * w[0, :3] - w[1, :3])
    torch.testing.assert_close(delta[0], 0.5 * w[0, 3:] - w[1, 3:])
    second = network.maps(theta, x, 2)[0]
    plain = torch.nn.functional.conv2d(second, theta["conv3"][0], theta["bias3"][0], stride=2, padding=1)
    expected = ((1 + gamma[0, :, None, None]) * plain + delta[0, :, None, None]).relu()
    torch.testing.assert_close(network.maps({**theta, "context": phi}, x, 3)[0], expected)


def test_the_sine_network_sees_the_context_beside_x() -> None:
    network = SineContext(width=4)
    theta = {**weights(network), "context": torch.tensor([[[0.3, -0.7]]], dtype=torch.float64)}
    x = torch.linspace(-1, 1, 3, dtype=torch.float64)[:, None]
    h = torch.cat([x, torch.tensor([[0.3, -0.7]] * 3, dtype=torch.float64)], dim=1)
    for layer in (1, 2):
        h = torch.tanh(h @ theta[f"w{layer}"][0].T + theta[f"b{layer}"][0])
    torch.testing.assert_close(network(theta, x[None])[0], h @ theta["w3"][0].T + theta["b3"][0])
    assert tracked(theta)["context"].requires_grad
