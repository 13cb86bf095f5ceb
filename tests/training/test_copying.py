"""Training the copying machine: the same recipe, the same weights; and the loss comes down."""

from __future__ import annotations

import math

import torch

from demo.training.copying import Recipe, train


def test_the_same_recipe_gives_the_same_weights_and_another_seed_others() -> None:
    runs = [train(False, Recipe(updates=3, batch=2, longest=2, seed=seed)).theta for seed in (5, 5, 6)]
    assert all(torch.equal(runs[0][name], w) for name, w in runs[1].items())
    assert not torch.equal(runs[0]["heads"], runs[2]["heads"])


def test_the_loss_comes_down() -> None:
    trained = train(False, Recipe(updates=150, longest=1, seed=1))
    losses = [point["loss"] for point in trained.history]
    assert len(losses) >= 20
    assert losses[-1] < 0.9 * math.log(2)
    assert losses[-1] < losses[0]
