"""Recipes that take a second, and a learner to measure."""

from __future__ import annotations

import pytest

from demo.tasks import omniglot
from demo.tasks.characters import Characters
from demo.training.recipe import Recipe

NETWORK = {"kind": "ConvNet", "filters": 4}
COSINE = {"kind": "CosineNet", "filters": 4}
SINE = {"kind": "SineNet", "width": 16, "activation": "tanh"}


@pytest.fixture(scope="session")
def evaluation() -> Characters:
    """The real evaluation alphabets: $OMNIGLOT_DIR, the cache, or downloaded, as for the command line."""
    return Characters(omniglot.load(omniglot.find(None), "images_evaluation", progress=False))


@pytest.fixture
def character_recipe() -> Recipe:
    return Recipe("maml", "maml", NETWORK, rate=0.05, steps=2, meta_steps=8, meta_batch=2, ways=3)


@pytest.fixture
def sine_recipe() -> Recipe:
    return Recipe(
        "sine-reptile",
        "reptile",
        SINE,
        rate=0.05,
        steps=3,
        meta_steps=300,
        meta_batch=4,
        outer="sgd",
        outer_rate=1.0,
        shots=10,
        queries=1,
    )
