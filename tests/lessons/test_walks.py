"""The navigation page's walks: the policies beside each other walk as each would alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from demo.learners.maml_rl import adapting
from demo.lessons.walks import POLICIES, STEPS, Question, walks
from demo.models import Weights
from demo.tasks.navigation import HORIZON
from demo.training import apart
from demo.training.walking import POLICY, TRAJECTORIES, WALKERS


@pytest.fixture(scope="module")
def weights() -> dict[str, Weights]:
    return {name: apart.load(name) for name in POLICIES}


def test_each_learns_as_if_it_were_alone(weights: dict[str, Weights]) -> None:
    """With dice that are always the same number, so that it does not matter who throws them."""
    asked = Question(0.2, -0.4, seed=3)
    for name in POLICIES:
        together = walks(asked, {name: weights[name]})[name]
        theta, alpha = WALKERS[name].parted(weights[name])
        generator = torch.Generator().manual_seed(3)
        alone = list(adapting(POLICY, theta, torch.tensor([[0.2, -0.4]]), alpha, TRAJECTORIES, generator, STEPS))
        np.testing.assert_allclose(together.places, [look.walks.places[0] for look in alone], atol=1e-4)
        assert together.means == pytest.approx([look.walks.returns.mean().item() for look in alone], rel=1e-4)


def test_what_is_found_has_everybody_every_step_and_every_walk(weights: dict[str, Weights]) -> None:
    found = walks(Question(0.3, 0.3), weights)
    assert list(found) == list(POLICIES)
    for mine in found.values():
        assert mine.places.shape == (STEPS + 1, TRAJECTORIES, HORIZON + 1, 2)
        assert not mine.places[:, :, 0].any()
        assert mine.returns.shape == (STEPS + 1, TRAJECTORIES)
        costs = ((mine.places[:, :, 1:] - np.array([0.3, 0.3], np.float32)) ** 2).sum(axis=(2, 3))
        np.testing.assert_allclose(mine.returns, -costs, rtol=1e-3)


def test_the_same_question_has_the_same_answer_and_another_seed_another(weights: dict[str, Weights]) -> None:
    one, again, other = (walks(Question(0.3, 0.3, seed), weights) for seed in (0, 0, 1))
    for name in POLICIES:
        assert np.array_equal(one[name].places, again[name].places)
        assert not np.array_equal(one[name].places, other[name].places)


def test_one_step_is_enough_for_those_that_were_meta_trained_for_it(weights: dict[str, Weights]) -> None:
    for goal in ((0.4, 0.4), (-0.45, 0.1), (0.1, -0.4)):
        found = walks(Question(*goal), weights)
        for name in ("nav-maml", "nav-metasgd"):
            assert found[name].means[1] > max(found["nav-pretrained"].means[:2]) + 3
