"""TAML's two terms: their measures by hand, their gradients against finite differences, and what they do."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from demo.learners import maml, taml
from demo.learners.inner import adapted
from demo.learners.objectives import Classification
from demo.learners.taml import LearntHead, entropies, gini, lorenz, theil
from demo.models import CosineNet, Weights, fan_out
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double

OBJECTIVE, ALPHA, STEPS = Classification(2.0), 0.4, 2
NETWORKS: dict[str, CosineNet] = {
    "entropy": LearntHead(filters=3, spread=0.3),
    "inequality": CosineNet(filters=3),
}


def judged(network: CosineNet, theta: Weights, episodes: Episodes) -> tuple[Tensor, Tensor, Tensor]:
    """Answers before and after adapting, and the query losses (T,), by the plain route."""
    start = network.start(fan_out(theta, episodes.tasks), episodes.ways)
    after = adapted(network, OBJECTIVE.support, start, [(episodes.support, episodes.labels)] * STEPS, ALPHA)
    logits = network(after, episodes.queries)
    before = OBJECTIVE.answer(network(start, episodes.queries))
    return before, OBJECTIVE.answer(logits), OBJECTIVE.query(logits, episodes.answers)


def entropy_loss(network: CosineNet, theta: Weights, episodes: Episodes) -> float:
    before, after, losses = judged(network, theta, episodes)
    surer = (before * before.log()).sum(dim=-1) - (after * after.log()).sum(dim=-1)
    return (losses.mean() + taml.ENTROPY * surer.mean()).item()


def inequality_loss(network: CosineNet, theta: Weights, episodes: Episodes) -> float:
    _, _, losses = judged(network, theta, episodes)
    ratio = losses / losses.mean()
    return (losses.mean() + taml.THEIL * (ratio * ratio.log()).mean()).item()


@pytest.mark.parametrize(
    "rule, gradient_of, loss_of",
    [("entropy", taml.entropy, entropy_loss), ("inequality", taml.inequality, inequality_loss)],
)
def test_the_gradient_equals_finite_differences(
    rule: str, gradient_of: Callable[..., tuple[Weights, float]], loss_of: Callable[..., float]
) -> None:
    network, episodes = NETWORKS[rule], in_double(characters(tasks=3))
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    theta |= {f"bias{b}": theta[f"bias{b}"] + 0.2 for b in range(1, 5)}  # away from the kinks of dead filters
    gradient, loss = gradient_of(network, OBJECTIVE, theta, episodes, ALPHA, STEPS)
    assert loss == pytest.approx(judged(network, theta, episodes)[2].mean().item())
    generator, step = torch.Generator().manual_seed(2), 1e-6
    plain, _ = maml.meta_gradient(network, OBJECTIVE, theta, episodes, ALPHA, STEPS)
    for name, w in theta.items():
        along = torch.randn(w.shape, dtype=w.dtype, generator=generator)
        ahead, behind = (loss_of(network, {**theta, name: w + sign * step * along}, episodes) for sign in (1, -1))
        expected = (ahead - behind) / (2 * step)
        assert (gradient[name] * along).sum().item() == pytest.approx(expected, rel=1e-4, abs=1e-8), name
        assert (gradient[name] - plain[name]).norm() > 1e-3 * plain[name].norm(), name  # the term has a part in it


def test_the_measures_by_hand() -> None:
    losses = torch.tensor([1.0, 3.0, 0.0, 4.0])  # mean 2
    r = losses / 2
    expected = sum(x * math.log(x) for x in r.tolist() if x) / 4
    assert theil(losses).item() == pytest.approx(expected)
    # All ordered pairs: 2 * (|1-3| + |1-0| + |1-4| + |3-0| + |3-4| + |0-4|) = 28; 2 M sum = 64.
    assert gini(losses).item() == pytest.approx(28 / 64)
    torch.testing.assert_close(lorenz(losses), torch.tensor([0, 0, 1 / 8, 4 / 8, 1.0]))
    assert entropies(torch.tensor([0.5, 0.5, 0.0])).item() == pytest.approx(math.log(2))


def test_equal_losses_and_one_poor_task() -> None:
    equal, poor = torch.full((5,), 0.7), torch.tensor([0.0, 0.0, 0.0, 0.0, 2.0])
    assert theil(equal).item() == pytest.approx(0, abs=1e-6)
    assert gini(equal).item() == pytest.approx(0)
    assert theil(poor).item() == pytest.approx(math.log(5))
    assert gini(poor).item() == pytest.approx(4 / 5)


def test_gini_is_the_area_between_the_lorenz_curve_and_equality() -> None:
    losses = torch.rand(9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    area = torch.trapezoid(lorenz(losses), dx=1 / 9).item()
    assert gini(losses).item() == pytest.approx(1 - 2 * area)


def test_a_head_that_starts_at_zero_would_leave_the_entropy_nothing_to_do() -> None:
    """Why the entropy's network has a head of its own."""
    episodes = in_double(characters(ways=4))
    for network, unsure in ((CosineNet(filters=3), True), (NETWORKS["entropy"], False)):
        theta = double(network.initialise(torch.Generator().manual_seed(1)))
        before, _, _ = judged(network, theta, episodes)
        assert torch.allclose(entropies(before), torch.tensor(math.log(4), dtype=torch.float64)) == unsure


def test_the_entropy_term_flattens_the_first_answers_and_sharpens_the_last() -> None:
    network, episodes = NETWORKS["entropy"], in_double(characters(tasks=3))
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    plain, _ = maml.meta_gradient(network, OBJECTIVE, theta, episodes, ALPHA, STEPS)
    full, _ = taml.entropy(network, OBJECTIVE, theta, episodes, ALPHA, STEPS)
    step = {name: w - 1e-3 * (full[name] - plain[name]) for name, w in theta.items()}
    (before, after, _), (before_then, after_then, _) = (judged(network, w, episodes) for w in (theta, step))
    gained = entropies(before_then).mean() - entropies(before).mean()
    lost = entropies(after).mean() - entropies(after_then).mean()
    assert gained + lost > 0


def test_more_classes_than_rows_are_an_error() -> None:
    network = LearntHead(filters=3)
    theta = network.initialise(torch.Generator().manual_seed(0))
    assert network.start(theta, taml.MOST)["head"].shape == (1, taml.MOST, network.features)
    with pytest.raises(ValueError, match="20 classes, not for 21"):
        network.start(theta, taml.MOST + 1)
