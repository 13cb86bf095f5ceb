"""Prototypes by hand, and the softmax over classes."""

from __future__ import annotations

import torch

from demo.learners.method import MethodLearner
from demo.learners.objectives import Classification
from demo.learners.prototypical import Prototypical, prototypes, squared_distances
from tests.learners.conftest import characters, double, in_double


def test_prototypes_and_distances_by_hand() -> None:
    features = torch.tensor([[[0.0, 0.0], [2.0, 4.0], [1.0, 1.0]]])
    c = prototypes(features, torch.tensor([[0, 0, 1]]))
    torch.testing.assert_close(c, torch.tensor([[[1.0, 2.0], [1.0, 1.0]]]))
    d = squared_distances(torch.tensor([[[1.0, 0.0]]]), c)
    torch.testing.assert_close(d, torch.tensor([[[(0 + 4) / 2, (0 + 1) / 2]]]))


def test_the_softmax_is_over_the_classes() -> None:
    network = Prototypical(filters=3)
    theta = double(network.initialise(torch.Generator().manual_seed(0)))
    episodes = in_double(characters(tasks=1, ways=3, queries=2))
    outputs = MethodLearner("test", network, Classification(7.0), theta, 0.0, 0).adapt_all(episodes)[1][0, 0]
    f, q = network.embed(theta, episodes.support[0]), network.embed(theta, episodes.queries[0])
    for row, answer in zip(q, outputs, strict=True):  # each query's alone
        expected = (-7.0 * (row - f).square().mean(dim=1)).exp()
        torch.testing.assert_close(answer, expected / expected.sum())
