"""One step of soft k-means by hand, and what must not move a prototype."""

from __future__ import annotations

import math

import torch

from demo.learners.objectives import Classification
from demo.learners.prototypical import Prototypical
from demo.learners.semi_prototypical import SemiPrototypical
from demo.models import Weights
from tests.learners.conftest import characters, double, in_double

NETWORK = SemiPrototypical(filters=1)
LABELS = torch.tensor([[0, 1]])


def radii(classes: float, distractors: float) -> Weights:
    return {"radius": torch.tensor([math.log(classes)]), "distractor_radius": torch.tensor([math.log(distractors)])}


def test_shares_and_prototypes_by_hand() -> None:
    support, u = torch.tensor([[[3.0, 0.0], [0.0, 1.0]]]), torch.tensor([[[1.0, 1.0]]])
    refined = NETWORK.refined(radii(0.8, 1.5), support, LABELS, u)
    weights = [  # distances are means over two numbers; the third cluster lies at the origin
        math.exp(-((4 + 1) / 2) / 0.8**2) / 0.8,
        math.exp(-((1 + 0) / 2) / 0.8**2) / 0.8,
        math.exp(-((1 + 1) / 2) / 1.5**2) / 1.5,
    ]
    z = torch.tensor(weights) / sum(weights)
    torch.testing.assert_close(refined.shares, z[None, None])
    torch.testing.assert_close(refined.before, support)
    torch.testing.assert_close(refined.after[0, 0], (support[0, 0] + z[0] * u[0, 0]) / (1 + z[0]))
    torch.testing.assert_close(refined.after[0, 1], (support[0, 1] + z[1] * u[0, 0]) / (1 + z[1]))


def test_a_class_of_many_drawings_is_moved_less() -> None:
    """The counts of the labelled drawings weigh in."""
    support, u = torch.tensor([[[3.0, 0.0], [5.0, 0.0], [0.0, 1.0]]]), torch.tensor([[[4.0, 2.0]]])
    refined = NETWORK.refined(radii(1.0, 0.2), support, torch.tensor([[0, 0, 1]]), u)
    z = refined.shares[0, 0, 0]
    torch.testing.assert_close(refined.after[0, 0], torch.stack([torch.tensor(4.0), 2 * z / (2 + z)]))


def test_a_distractor_moves_nothing() -> None:
    """One at the origin, far from both classes."""
    support, u = torch.tensor([[[9.0, 0.0], [0.0, 9.0]]]), torch.tensor([[[0.1, 0.1]]])
    refined = NETWORK.refined(radii(1.0, 1.0), support, LABELS, u)
    assert refined.shares[0, 0, 2] > 0.999
    torch.testing.assert_close(refined.after, support)


def test_without_unlabelled_drawings_it_is_a_prototypical_network() -> None:
    network = SemiPrototypical(filters=3)
    theta = double(network.initialise(torch.Generator().manual_seed(0)))
    episodes = in_double(characters(tasks=2, ways=3, shots=2))
    support = network.embed(theta, episodes.support)
    refined = network.refined(theta, support, episodes.labels, support[:, :0])
    torch.testing.assert_close(refined.after, refined.before)
    plain = Prototypical(filters=3).trace(theta, episodes, Classification())[1]
    torch.testing.assert_close(network.trace(theta, episodes, Classification())[1], plain)


def test_training_hears_of_both_radii_only_through_the_unlabelled() -> None:
    """With one query a class none is shown unlabelled, and the loss is the plain one twice over for each small task."""
    network = SemiPrototypical(filters=3)
    theta = double(network.initialise(torch.Generator().manual_seed(0)))
    for queries, heard in ((1, False), (2, True)):
        episodes = in_double(characters(tasks=1, ways=4, queries=queries))
        radius = theta["radius"].clone().requires_grad_()
        loss = network.loss({**theta, "radius": radius}, episodes, Classification(5.0))
        [gradient] = torch.autograd.grad(loss, [radius], allow_unused=True, materialize_grads=True)
        assert bool(gradient.abs().sum() > 0) == heard
