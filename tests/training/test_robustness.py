"""Accuracy under attack: one gradient serves every epsilon, and says what attacking anew says."""

from __future__ import annotations

import pytest
import torch

from demo.learners import store
from demo.learners.gradient import GradientLearner
from demo.learners.method import MethodLearner
from demo.learners.objectives import Classification
from demo.learners.prototypical import Prototypical
from demo.models import CosineNet
from demo.tasks.splits import Split
from demo.training import evaluate
from demo.training.evaluate import Protocol
from demo.training.robustness import EPSILONS, under_attack


def test_the_curve_is_what_attacking_anew_gives(tiny_split: Split) -> None:
    network = CosineNet(filters=8)
    theta = network.initialise(torch.Generator().manual_seed(0))
    learner = GradientLearner("test", network, Classification(4.0), theta, 0.05, 2)
    pool = tiny_split.pool("evaluation")
    curve = under_attack(learner, pool, Protocol(tasks=20))
    for epsilon, accuracy in zip(EPSILONS, curve, strict=True):
        score, _ = evaluate.classification(learner, pool, Protocol(tasks=20, epsilon=epsilon))
        assert accuracy == pytest.approx(score.accuracy, abs=1e-4)
    assert curve[-1] < curve[0]


def test_only_inner_loops_are_attacked(tiny_split: Split) -> None:
    network = Prototypical(filters=3)
    learner = MethodLearner("test", network, Classification(), network.initialise(torch.Generator()), 0.0, 0)
    with pytest.raises(TypeError, match="nothing to attack"):
        evaluate.classification(learner, tiny_split.pool("evaluation"), Protocol(tasks=1, epsilon=0.1))


def test_adversarial_training_halves_the_loss() -> None:
    """The card's target, on the evaluation alphabets: at most half of what MAML loses at 0.1."""
    stated = store.read_card("adml")["attack"]
    at = stated["epsilon"].index(0.1)
    lost = {name: stated[name][0] - stated[name][at] for name in ("adml", "maml")}
    assert stated["adml"][0] >= 0.95
    assert lost["adml"] <= lost["maml"] / 2
