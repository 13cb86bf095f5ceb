"""Scores by hand, sums over the shots, and what the loss asks for."""

from __future__ import annotations

import pytest
import torch

from demo.learners.objectives import Classification
from demo.learners.relation import Relation, class_sums
from demo.models import Weights
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double

JUDGE = Classification(2.0)


@pytest.fixture
def network() -> Relation:
    return Relation(filters=3, width=5)


@pytest.fixture
def theta(network: Relation) -> Weights:
    generator = torch.Generator().manual_seed(0)
    theta = network.initialise(generator)
    return double({name: w + 0.1 * torch.randn(w.shape, generator=generator) for name, w in theta.items()})


def score(theta: Weights, pair: torch.Tensor) -> torch.Tensor:
    """r of one concatenated pair, layer by layer."""
    pair = torch.cat([half / half.square().mean().sqrt() for half in pair.chunk(2)])
    h = (theta["g1"][0] @ pair + theta["g1.bias"][0]).clamp(min=0)
    h = (theta["g2"][0] @ h + theta["g2.bias"][0]).clamp(min=0)
    return 1 / (1 + (-(theta["g3"][0] @ h + theta["g3.bias"][0])).exp())


def test_sums_over_the_shots_by_hand() -> None:
    features = torch.tensor([[[0.0, 1.0], [2.0, 4.0], [1.0, 1.0]]])
    sums = class_sums(features, torch.tensor([[1, 0, 1]]))
    torch.testing.assert_close(sums, torch.tensor([[[2.0, 4.0], [1.0, 2.0]]]))


def test_scores_are_of_concatenated_pairs_and_lie_between_zero_and_one(network: Relation, theta: Weights) -> None:
    episodes = in_double(characters(tasks=2, ways=3, shots=2, queries=1))
    scores = network.logits(theta, episodes, episodes.queries).sigmoid()
    assert scores.min() > 0
    assert scores.max() < 1
    f, c = network.embed(theta, episodes.queries), network.embed(theta, episodes.support).view(2, 3, 2, -1).sum(dim=2)
    for task in range(2):
        for q in range(3):
            for k in range(3):
                expected = score(theta, torch.cat([c[task, k], f[task, q]]))
                torch.testing.assert_close(scores[task, q, k], expected[0])


def test_the_loss_counts_every_number_of_shots_and_both_answers_alike(network: Relation, theta: Weights) -> None:
    ways, shots = 4, 2
    episodes = in_double(characters(tasks=1, ways=ways, shots=shots, queries=1))
    f = network.embed(theta, episodes.queries)[0]
    g = network.embed(theta, episodes.support)[0].view(ways, shots, -1)
    errors = []
    for k in range(1, shots + 1):
        for q in range(ways):
            for n in range(ways):
                r = score(theta, torch.cat([g[n, :k].sum(dim=0), f[q]]))
                errors.append((r - 1).square() * (ways - 1) if n == q else r.square())
    torch.testing.assert_close(network.loss(theta, episodes, JUDGE), torch.cat(errors).mean())


def test_the_loss_falls_where_the_right_score_rises(network: Relation, theta: Weights) -> None:
    """A single class per task: every score should be one, and a larger bias makes them so."""
    episodes = in_double(characters(tasks=2, ways=1))
    raised = {**theta, "g3.bias": theta["g3.bias"] + 1}
    plain = {**theta, "g3.bias": theta["g3.bias"].clone().requires_grad_()}
    two = in_double(characters(tasks=2, ways=2))
    loss = network.loss(plain, two, JUDGE)
    loss.backward()
    assert plain["g3.bias"].grad is not None
    before, after = (network.logits(t, episodes, episodes.queries).sigmoid() for t in (theta, raised))
    assert (after > before).all()
    step = {**theta, "g3.bias": theta["g3.bias"] - 0.01 * plain["g3.bias"].grad}
    assert network.loss(step, two, JUDGE) < loss


def test_the_order_of_the_support_set_does_not_matter(network: Relation, theta: Weights) -> None:
    episodes = in_double(characters(tasks=1, ways=3, shots=2))
    order = torch.tensor([5, 0, 3, 1, 4, 2])
    shuffled = Episodes(episodes.support[:, order], episodes.labels[:, order], episodes.queries, episodes.answers)
    torch.testing.assert_close(network.trace(theta, shuffled, JUDGE)[1], network.trace(theta, episodes, JUDGE)[1])
