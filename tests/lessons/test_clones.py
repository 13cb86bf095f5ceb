"""The navigation page's clones: who was meta-trained to imitate walks to the demonstration's end, and nobody else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from demo.lessons.clones import FIELD, IMITATORS, clones, drawn, ready
from demo.models import Weights
from demo.tasks.navigation import FASTEST, HORIZON
from demo.training import apart
from demo.training.walking import POLICY


@pytest.fixture(scope="module")
def weights() -> dict[str, Weights]:
    return {name: apart.load(name) for name in IMITATORS}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_step_of_cloning_finds_the_goal(weights: dict[str, Weights], seed: int) -> None:
    shown = ready(seed)
    start = (-shown.places[0, -1, 0].item(), -shown.places[0, -1, 1].item())  # on the other side of the middle
    before, after = (clones(shown, start, weights, steps) for steps in (0, 1))
    assert after["nav-imitation"].missed < 0.1
    assert after["nav-imitation"].missed < 0.5 * min(after[name].missed for name in IMITATORS[1:])
    assert before["nav-imitation"].missed > after["nav-imitation"].missed
    assert all(after[name].loss < before[name].loss for name in IMITATORS)


def test_a_drawn_line_is_imitated_too(weights: dict[str, Weights]) -> None:
    line = [(-0.5, -0.5), (-0.5, 0.3), (-0.2, 0.5), (0.2, 0.2)]
    assert clones(drawn(line), (0.4, -0.4), weights, 1)["nav-imitation"].missed < 0.15


def test_a_clone_walks_where_its_arrows_point(weights: dict[str, Weights]) -> None:
    found = clones(ready(4), (0.1, 0.2), weights, 1)
    for name, clone in found.items():
        assert clone.path.shape == (HORIZON + 1, 2)
        np.testing.assert_allclose(clone.path[0], [0.1, 0.2], atol=1e-6)
        assert np.abs(np.diff(clone.path, axis=0)).max() <= FASTEST + 1e-6
        assert clone.field.shape == (len(FIELD), len(FIELD), 2), name
        assert np.abs(clone.field).max() <= 1
        np.testing.assert_allclose(
            clone.missed, np.hypot(*(clone.path[-1] - ready(4).places[0, -1].numpy())), rtol=1e-4
        )
    before = clones(ready(4), (0.1, 0.2), weights, 0)["nav-random"]
    there = torch.tensor([[[FIELD[2], FIELD[5]]]], dtype=torch.float32)
    expected = POLICY.mean(weights["nav-random"], there)[0, 0].clamp(-1, 1)
    np.testing.assert_allclose(before.field[5, 2], expected, atol=1e-6)
