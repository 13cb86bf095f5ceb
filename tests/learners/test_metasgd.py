"""Meta-SGD's two gradients: each its own, against finite differences and the paper's formula."""

from __future__ import annotations

import pytest
import torch

from demo.learners.metasgd import RATE, MetaSGD
from demo.learners.method import meta_gradient
from demo.learners.objectives import Classification
from demo.learners.store import learner_of
from demo.models import CosineNet, Weights, fan_out
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double

NETWORK, OBJECTIVE = MetaSGD(filters=3, begin=0.25), Classification(2.0)


@pytest.fixture
def episodes() -> Episodes:
    return in_double(characters())


@pytest.fixture
def theta() -> Weights:
    """Rates that differ, some of them negative."""
    generator = torch.Generator().manual_seed(1)
    theta = double(NETWORK.initialise(generator))
    return {name: w + 0.3 * torch.randn(w.shape, dtype=w.dtype, generator=generator) for name, w in theta.items()}


@pytest.mark.parametrize("steps", [2, 4])
def test_both_gradients_equal_finite_differences(theta: Weights, episodes: Episodes, steps: int) -> None:
    gradient, loss = meta_gradient(NETWORK, OBJECTIVE, theta, episodes, 1.0, steps)

    def query_loss(changed: Weights) -> float:
        """By the plain route: trace, then judge."""
        logits = NETWORK.trace(changed, episodes, OBJECTIVE, steps)[1][-1]
        return OBJECTIVE.query(logits, episodes.answers).mean().item()

    assert loss == pytest.approx(query_loss(theta), rel=1e-12)
    generator = torch.Generator().manual_seed(2)
    step = 1e-6
    for name, w in theta.items():
        along = torch.randn(w.shape, dtype=w.dtype, generator=generator)
        ahead, behind = (query_loss({**theta, name: w + sign * step * along}) for sign in (1, -1))
        expected = (ahead - behind) / (2 * step)
        assert (gradient[name] * along).sum().item() == pytest.approx(expected, rel=1e-4, abs=1e-8), name


def test_the_gradient_of_the_rates_is_minus_the_product_of_two_gradients(theta: Weights, episodes: Episodes) -> None:
    """After one step, which moves the head: -grad L(S) * grad_theta' L(Q), summed over classes and tasks."""
    body = {name: w for name, w in theta.items() if not name.startswith(RATE)}
    net = CosineNet(filters=3)
    start = net.start(fan_out(body, episodes.tasks), episodes.ways)
    head = start["head"].requires_grad_()
    support_loss = OBJECTIVE.support(net({**start, "head": head}, episodes.support), episodes.labels)
    (g,) = torch.autograd.grad(support_loss.sum(), head)
    adapted = (head - theta["rate.head"] * g).detach().requires_grad_()
    query_loss = OBJECTIVE.query(net({**start, "head": adapted}, episodes.queries), episodes.answers).mean()
    (q,) = torch.autograd.grad(query_loss, adapted)
    rates = theta["rate.head"].requires_grad_()
    (gradient,) = torch.autograd.grad(NETWORK.loss(theta, episodes, OBJECTIVE, 1), rates)
    torch.testing.assert_close(gradient, -(g * q).sum(dim=(0, 1), keepdim=True))


def test_the_rates_do_not_descend_the_gradient_of_the_weights(theta: Weights, episodes: Episodes) -> None:
    """A slip that circulates in a textbook's code."""
    gradient, _ = meta_gradient(NETWORK, OBJECTIVE, theta, episodes, 1.0, steps=3)
    for name in ("conv1", "conv4", "bias2"):
        a, b = gradient[name].flatten(), gradient[RATE + name].flatten()
        assert torch.cosine_similarity(a, b, dim=0).abs() < 0.9, name


def test_equal_rates_are_plain_gradient_descent(episodes: Episodes) -> None:
    theta = double(NETWORK.initialise(torch.Generator().manual_seed(3)))
    body = {name: w for name, w in theta.items() if not name.startswith(RATE)}
    plain = learner_of("plain", CosineNet(filters=3), OBJECTIVE, body, 0.25, 4).adapt_all(episodes)
    own = learner_of("own", NETWORK, OBJECTIVE, theta, 1.0, 4).adapt_all(episodes)
    for a, b in zip(own, plain, strict=True):
        torch.testing.assert_close(a, b)


def test_the_factor_on_the_rates(theta: Weights, episodes: Episodes) -> None:
    doubled = {name: 2 * w if name.startswith(RATE) else w for name, w in theta.items()}
    a, b = NETWORK.trace(theta, episodes, OBJECTIVE, 3, rate=2.0), NETWORK.trace(doubled, episodes, OBJECTIVE, 3)
    torch.testing.assert_close(a, b)
