"""Weighted means and summed precisions, by hand."""

from __future__ import annotations

import math

import torch

from demo.learners.gauss_prototypical import GaussPrototypical, gaussians
from demo.learners.prototypical import prototypes
from tests.learners.conftest import characters, double, in_double


def test_prototypes_and_precisions_by_hand() -> None:
    x = torch.tensor([[[0.0, 0.0], [2.0, 4.0], [1.0, 1.0]]])
    p, s = gaussians(x, torch.tensor([[1.0, 3.0, 2.5]]), torch.tensor([[0, 0, 1]]))
    torch.testing.assert_close(p, torch.tensor([[[6 / 4, 12 / 4], [1.0, 1.0]]]))
    torch.testing.assert_close(s, torch.tensor([[1.0 + 3.0, 2.5]]))  # the sum, not a mean, nor one drawing's


def test_what_is_said_twice_is_twice_as_sure_and_stays_where_it_is() -> None:
    generator = torch.Generator().manual_seed(4)
    x, s = torch.rand(1, 3, 5, generator=generator), 1 + torch.rand(1, 3, generator=generator)
    labels = torch.tensor([[0, 1, 2]])
    once = gaussians(x, s, labels)
    twice = gaussians(x.repeat(1, 2, 1), s.repeat(1, 2), labels.repeat(1, 2))
    torch.testing.assert_close(twice[0], once[0])
    torch.testing.assert_close(twice[1], 2 * once[1])


def test_equal_precisions_are_a_prototypical_network() -> None:
    generator = torch.Generator().manual_seed(4)
    x, labels = torch.rand(2, 6, 5, generator=generator), torch.tensor([[0, 0, 1, 1, 1, 2]] * 2)
    torch.testing.assert_close(gaussians(x, torch.full((2, 6), 1.7), labels)[0], prototypes(x, labels))


def test_answers_by_hand() -> None:
    network = GaussPrototypical(filters=3)
    theta = double(network.initialise(torch.Generator().manual_seed(0)))
    episodes = in_double(characters(tasks=1, ways=3, shots=1, queries=2))
    x, q = network.embed(theta, episodes.support[0]), network.embed(theta, episodes.queries[0])
    logits = network.logits(theta, episodes, episodes.queries)[0]
    for i in range(3):
        raw = sum((theta["precision"][0] * x[i]).tolist()) + theta["precision_bias"].item()
        s = 1 + math.log(1 + math.exp(raw))
        torch.testing.assert_close(logits[:, i], -s * (q - x[i]).square().mean(dim=1))
