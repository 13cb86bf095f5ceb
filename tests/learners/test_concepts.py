"""The joint loss is the sum of its two parts, each taken by its own rule."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from demo.learners import concepts, onestep
from demo.learners.objectives import Classification
from demo.learners.onestep import Normed
from demo.learners.pretrained import AllClasses
from demo.models import CosineNet
from tests.learners.conftest import characters, double, in_double

ALPHA, OBJECTIVE = 0.5, Classification(2.0)


def test_the_gradient_is_the_meta_learners_plus_lambda_times_the_classifiers() -> None:
    network = AllClasses(Normed(CosineNet(filters=3, gain=3.0)), classes=7)
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    episodes = replace(in_double(characters(tasks=1, ways=3, queries=2)), characters=torch.tensor([[4, 0, 6]]))
    joint, loss = concepts.meta_gradient(network, OBJECTIVE, theta, episodes, ALPHA)

    body = {name: w for name, w in theta.items() if name != "head"}
    meta, meta_loss = onestep.meta_gradient(network.body, OBJECTIVE, body, episodes, ALPHA)
    leaves = {name: w.clone().requires_grad_() for name, w in theta.items()}
    drawings = [  # as the classifier gets them: character by character, the support set's drawing first
        torch.cat([episodes.support[0, n : n + 1], episodes.queries[0, 2 * n : 2 * n + 2]]) for n in range(3)
    ]
    logits = network(leaves, torch.cat(drawings)[None])[0]
    classify = torch.nn.functional.cross_entropy(logits, torch.tensor([4, 4, 4, 0, 0, 0, 6, 6, 6]))
    assert loss == pytest.approx(meta_loss + concepts.LAMBDA * classify.item(), rel=1e-9)
    for (name, g), slope in zip(joint.items(), torch.autograd.grad(classify, list(leaves.values())), strict=True):
        torch.testing.assert_close(g, meta.get(name, torch.zeros_like(g)) + concepts.LAMBDA * slope, msg=name)


def test_a_task_must_say_which_characters_it_is_of() -> None:
    network = AllClasses(Normed(CosineNet(filters=3)), classes=7)
    theta = double(network.initialise(torch.Generator().manual_seed(1)))
    with pytest.raises(ValueError, match="which ones"):
        concepts.meta_gradient(network, OBJECTIVE, theta, in_double(characters(tasks=1)), ALPHA)


def test_only_the_body_is_kept() -> None:
    network = AllClasses(Normed(CosineNet(filters=3)), classes=7)
    theta = network.initialise(torch.Generator().manual_seed(1))
    kept = network.folded(theta, characters(tasks=1).queries[0])
    assert kept.keys() == CosineNet(filters=3).initialise(torch.Generator()).keys()
