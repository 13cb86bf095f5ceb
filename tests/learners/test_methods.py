"""What every method keeps to, whatever it learns: the contract of `demo.learners.method.Method`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from demo.learners import CLASSIFIERS
from demo.learners.encoder import Encoding
from demo.learners.mann import Mann
from demo.learners.method import Method, MethodLearner
from demo.learners.objectives import Classification
from demo.learners.store import network_of
from demo.models import CosineNet
from demo.tasks.episodes import Episodes
from demo.training.recipes import RECIPES
from demo.training.rules import RULES
from tests.learners.conftest import characters, double, in_double

KINDS: dict[str, dict[str, Any]] = {
    recipe.name: recipe.network
    for recipe in (RECIPES[entry.name] for entry in CLASSIFIERS)
    if isinstance(network_of(recipe.network), Method)
}


FROZEN: dict[type[Method], set[str]] = {Mann: set(CosineNet(3).initialise(torch.Generator()))}
"""The memory's encoder stays as its recipe's `begin` left it: training is of what happens behind it."""


@pytest.fixture(params=KINDS)
def learner(request: pytest.FixtureRequest) -> MethodLearner:
    network = network_of({**KINDS[request.param], "filters": 3})
    assert isinstance(network, Method)
    generator = torch.Generator().manual_seed(3)
    theta = {
        name: w + 0.05 * torch.randn(w.shape, generator=generator) for name, w in network.initialise(generator).items()
    }
    return MethodLearner("test", network, Classification(2.0), double(theta), rate=0.1, steps=3)


def adapt(learner: MethodLearner, episodes: Episodes) -> torch.Tensor:
    support, labels, queries = episodes.support[0], episodes.labels[0], episodes.queries[0]
    return torch.from_numpy(learner.adapt(support, labels, queries).outputs)


def test_probabilities_and_shapes(learner: MethodLearner) -> None:
    episodes = in_double(characters(tasks=2, ways=4, shots=2, queries=1))
    before = {name: w.clone() for name, w in learner.theta.items()}
    losses, outputs = learner.adapt_all(episodes)
    assert losses.shape == outputs.shape[:2]
    assert losses.shape[0] in (1, learner.steps + 1)
    assert outputs.shape[2:] == (4, 4)
    torch.testing.assert_close(outputs.sum(dim=-1), torch.ones_like(outputs[..., 0]))
    assert not outputs.requires_grad
    assert all(torch.equal(learner.theta[name], w) for name, w in before.items())


def test_batch_equals_loop(learner: MethodLearner) -> None:
    episodes = in_double(characters(tasks=3))
    _, outputs = learner.adapt_all(episodes)
    for task in range(3):
        alone = learner.adapt(episodes.support[task], episodes.labels[task], episodes.queries[task])
        torch.testing.assert_close(torch.from_numpy(alone.outputs), outputs[:, task])


def test_queries_do_not_see_each_other(learner: MethodLearner) -> None:
    episodes = in_double(characters(tasks=1, queries=3))
    together = adapt(learner, episodes)
    alone = adapt(learner, replace(episodes, queries=episodes.queries[:, :1], answers=episodes.answers[:, :1]))
    torch.testing.assert_close(together[:, :1], alone)


def test_every_weight_hears_of_the_loss(learner: MethodLearner) -> None:
    """What would never be trained would be no weight."""
    episodes = in_double(characters(tasks=2, ways=3, shots=1, queries=2))
    gradient, loss = RULES["descent"](learner.network, Classification(2.0), learner.theta, episodes, 0.1, 2)
    assert gradient.keys() == learner.theta.keys()
    assert loss == loss
    silent = {name for name, g in gradient.items() if not g.abs().sum() > 0}
    assert silent == FROZEN.get(type(learner.network), set())


@pytest.mark.parametrize("kind", [kind for kind, spec in KINDS.items() if isinstance(network_of(spec), Encoding)])
def test_folding_keeps_the_answers(kind: str) -> None:
    network = network_of({**KINDS[kind], "filters": 3})
    assert isinstance(network, Encoding)
    normed = replace(network, normed=True)
    theta = double(normed.initialise(torch.Generator().manual_seed(1)))
    x = in_double(characters(tasks=1, ways=4, queries=2)).queries[0]
    folded = normed.folded(theta, x)
    assert {name: w.shape for name, w in folded.items()} == {
        name: w.shape for name, w in network.initialise(torch.Generator()).items()
    }
    torch.testing.assert_close(network.embed(folded, x), normed.embed(theta, x))
