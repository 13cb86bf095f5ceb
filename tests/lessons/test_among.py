"""Tasks among tasks: what a batch says is what its tasks say alone."""

from __future__ import annotations

import pytest
import torch

from demo.learners.gradient import GradientLearner
from demo.learners.objectives import Classification
from demo.lessons.among import examples, task_displacements, task_losses
from demo.models import CosineNet
from demo.tasks.episodes import Episodes


@pytest.fixture
def learner() -> GradientLearner:
    network = CosineNet(filters=4)
    theta = network.initialise(torch.Generator().manual_seed(3))
    return GradientLearner("test", network, Classification(5.0), theta, rate=0.3, steps=3)


def alone(tasks: Episodes, i: int) -> Episodes:
    return Episodes(*(x[[i]] for x in (tasks.support, tasks.labels, tasks.queries, tasks.answers)))


def test_a_seed_is_a_task() -> None:
    few, many = examples(2, 3, seed=4), examples(4, 3, seed=3)
    assert few.support.shape == (2, 3, 1, 28, 28)
    torch.testing.assert_close(few.support, many.support[1:3])
    assert not torch.equal(few.support[0], few.support[1])


def test_displacements_are_the_inner_loops_own(learner: GradientLearner) -> None:
    tasks = examples(3, 3)
    g = task_displacements(learner, tasks)
    for i in range(3):
        *_, (theta_prime, _) = learner.walk(alone(tasks, i))
        expected = torch.cat([(w - theta_prime[name]).flatten() for name, w in learner.theta.items()])
        torch.testing.assert_close(g[i], expected, atol=1e-4, rtol=1e-3)


def test_losses_are_the_objectives(learner: GradientLearner) -> None:
    tasks = examples(3, 4)
    *_, (theta_prime, _) = learner.walk(tasks)
    expected = learner.objective.query(learner.network(theta_prime, tasks.queries), tasks.answers)
    torch.testing.assert_close(task_losses(learner, tasks), expected.detach(), atol=1e-4, rtol=1e-4)
