"""Gradient agreement: the weights by hand, and the step that they make."""

from __future__ import annotations

import pytest
import torch

from demo.learners import agreement, fomaml
from demo.learners.agreement import displacements
from demo.learners.inner import adapted
from demo.learners.objectives import Classification
from demo.models import CosineNet, fan_out
from tests.learners.conftest import characters, double, in_double


def test_the_weights_by_hand() -> None:
    g = torch.tensor([[2.0, 0.0], [1.0, 1.0], [-1.0, 0.0]])
    # sum_j g_j = (2, 1); the products with it: 4, 3, -2; the sum of their magnitudes: 9.
    torch.testing.assert_close(agreement.agreement(g), torch.tensor([4 / 9, 3 / 9, -2 / 9]))


@pytest.mark.parametrize("tasks", [1, 2, 7])
def test_magnitudes_sum_to_one_whatever_the_tasks(tasks: int) -> None:
    g = torch.randn(tasks, 30, generator=torch.Generator().manual_seed(tasks), dtype=torch.float64)
    w = agreement.agreement(g)
    assert w.abs().sum().item() == pytest.approx(1)
    torch.testing.assert_close(agreement.agreement(100 * g), w)


def test_the_sum_is_over_tasks_and_not_over_pairs() -> None:
    """A slip in a textbook: divided by the magnitudes of all pairs' products, the weights sum to less."""
    g = torch.tensor([[2.0, 0.0], [1.0, 1.0], [-1.0, 0.0]])
    pairs = g @ g.T
    assert (pairs.sum(dim=1) / pairs.abs().sum()).abs().sum().item() < 0.7
    assert agreement.agreement(g).abs().sum().item() == pytest.approx(1)


def test_an_outvoted_task_counts_negatively_and_equal_tasks_alike() -> None:
    mine, other = torch.tensor([1.0, 2.0]), torch.tensor([-1.0, -1.0])
    w = agreement.agreement(torch.stack([mine, mine, mine, other]))
    assert (w[:3] > 0).all()
    assert w[3] < 0
    torch.testing.assert_close(agreement.agreement(mine.repeat(4, 1)), torch.full((4,), 0.25))


def test_where_nothing_moves_all_count_alike() -> None:
    torch.testing.assert_close(agreement.agreement(torch.zeros(4, 3)), torch.full((4,), 0.25))


def test_the_meta_gradient_is_the_weighted_sum_of_each_tasks_own() -> None:
    network, objective, alpha, steps = CosineNet(filters=3), Classification(2.0), 0.5, 3
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    episodes = in_double(characters(tasks=3))
    start = network.start(fan_out(theta, 3), episodes.ways)
    theta_prime = adapted(network, objective.support, start, [(episodes.support, episodes.labels)] * steps, alpha)
    g = displacements(theta, theta_prime)
    assert g.shape == (3, sum(w.numel() for w in theta.values()))
    w = agreement.agreement(g)
    assert (w - 1 / 3).abs().max() > 0.01
    gradient, loss = agreement.meta_gradient(network, objective, theta, episodes, alpha, steps)
    parts = [
        fomaml.meta_gradient(
            network,
            objective,
            theta,
            type(episodes)(*(x[[i]] for x in (episodes.support, episodes.labels, episodes.queries, episodes.answers))),
            alpha,
            steps,
        )
        for i in range(3)
    ]
    assert loss == pytest.approx(sum(own for _, own in parts) / 3)
    for name in theta:
        torch.testing.assert_close(gradient[name], sum(w[i] * parts[i][0][name] for i in range(3)))
