"""The contrastive loss by hand, which way it pulls, and the nearest drawing's answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from demo.learners.objectives import Classification
from demo.learners.siamese import Siamese, balanced, contrastive, distances
from demo.models import Weights
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double

JUDGE = Classification(2.0)


@pytest.fixture
def network() -> Siamese:
    return Siamese(filters=3)


@pytest.fixture
def theta(network: Siamese) -> Weights:
    return double(network.initialise(torch.Generator().manual_seed(0)))


def test_distances_and_loss_by_hand() -> None:
    e = distances(torch.tensor([[[3.0, 0.0]]]), torch.tensor([[[0.0, 4.0], [3.0, 0.0]]]))
    torch.testing.assert_close(e, torch.tensor([[[(25 / 2) ** 0.5, 1e-4]]]))
    e = torch.tensor([0.5, 0.5, 0.25, 3.0])
    same = torch.tensor([True, False, False, False])
    loss = contrastive(e, same, margin=1.0)
    torch.testing.assert_close(loss, torch.tensor([0.25, 0.25, 0.5625, 0.0]))
    torch.testing.assert_close(balanced(loss, same), torch.tensor((0.25 + 0.8125 / 3) / 2))
    torch.testing.assert_close(balanced(loss, same, apart=10.0), torch.tensor((0.25 + 10 * 0.8125 / 3) / 11))


@pytest.mark.parametrize(("same", "distance", "sign"), [(True, 0.4, 1), (False, 0.4, -1), (False, 1.2, 0)])
def test_a_step_down_the_loss_draws_pairs_together_and_others_apart_up_to_the_margin(
    same: bool, distance: float, sign: int
) -> None:
    e = torch.tensor([distance], requires_grad=True)
    (slope,) = torch.autograd.grad(contrastive(e, torch.tensor([same]), margin=1.0).sum(), e)
    assert slope.sign().item() == sign


def test_the_loss_is_that_of_all_pairs_one_by_one(network: Siamese, theta: Weights) -> None:
    episodes = in_double(characters(tasks=1, ways=3, shots=1, queries=2))
    x = torch.cat([episodes.support, episodes.queries], dim=1)[0]
    classes = torch.cat([episodes.labels, episodes.answers], dim=1)[0].tolist()
    f, t = network.embed(theta, x), theta["threshold"]
    kinds: dict[bool, list[torch.Tensor]] = {True: [], False: []}
    for i in range(len(x)):
        for j in range(i):
            e, same = (f[i] - f[j]).square().mean().sqrt(), classes[i] == classes[j]
            told = torch.log1p(((e - t) * (1 if same else -1) / 0.1).exp())
            pull = 1 / 11 * e.square() if same else 10 / 11 * (1 - e).clamp(min=0).square()
            kinds[same].append(pull + told / 2)
    expected = sum(torch.stack(losses).mean() for losses in kinds.values())
    torch.testing.assert_close(network.loss(theta, episodes, JUDGE), expected)


def test_the_threshold_moves_no_encoder(network: Siamese, theta: Weights) -> None:
    episodes = in_double(characters(tasks=2))
    moved = {**theta, "threshold": theta["threshold"] + 0.2}
    gradients = []
    for weights in (theta, moved):
        leaves = {name: w.clone().requires_grad_() for name, w in weights.items()}
        network.loss(leaves, episodes, JUDGE).backward()
        gradients.append(leaves["conv1"].grad)
    torch.testing.assert_close(*gradients)


def test_the_nearest_drawing_of_all_answers(network: Siamese, theta: Weights) -> None:
    episodes = in_double(characters(tasks=1, ways=3, shots=2, queries=1))
    _, logits = network.trace(theta, episodes, JUDGE)
    f, g = network.embed(theta, episodes.queries[0]), network.embed(theta, episodes.support[0])
    for q, row in zip(f, logits[0, 0], strict=True):
        squares = (q - g).square().mean(dim=1)
        torch.testing.assert_close(-row, squares.view(3, 2).amin(dim=1))


def test_a_copy_of_a_drawing_is_answered_with_its_class(network: Siamese, theta: Weights) -> None:
    episodes = in_double(characters(tasks=2, ways=4, shots=2))
    copies = replace(episodes, queries=episodes.support, answers=episodes.labels)
    _, logits = network.trace(theta, copies, JUDGE)
    assert torch.equal(logits[0].argmax(dim=2), episodes.labels)


def test_the_order_of_the_support_set_does_not_matter(network: Siamese, theta: Weights) -> None:
    episodes = in_double(characters(tasks=1, ways=3, shots=2))
    order = torch.tensor([5, 0, 3, 1, 4, 2])
    shuffled = Episodes(episodes.support[:, order], episodes.labels[:, order], episodes.queries, episodes.answers)
    torch.testing.assert_close(network.trace(theta, shuffled, JUDGE)[1], network.trace(theta, episodes, JUDGE)[1])
