"""The same learner and drawings give the same probabilities, to 1e-3, wherever they are computed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from demo.learners import CLASSIFIERS
from demo.learners.store import load
from tests.learners.conftest import characters, double, in_double

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", [entry.name for entry in CLASSIFIERS])
def test_probabilities_are_those_of_double_precision(name: str, device: str) -> None:
    episodes = in_double(characters(tasks=1, ways=5))
    learner = load(name)
    exact = replace(learner, theta=double(learner.theta)).adapt(
        episodes.support[0], episodes.labels[0], episodes.queries[0]
    )
    ours = learner.to(device).adapt(episodes.support[0].float(), episodes.labels[0], episodes.queries[0].float())
    np.testing.assert_allclose(ours.outputs, exact.outputs, atol=1e-3)
    np.testing.assert_allclose(ours.losses, exact.losses, atol=1e-3)
