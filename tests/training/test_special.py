"""Figures that one learner alone has: what is counted, on networks whose answers are known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from demo.learners import store
from demo.learners.gradient import GradientLearner
from demo.learners.mann import LABELS, Mann, State
from demo.learners.method import MethodLearner
from demo.learners.objectives import Classification
from demo.learners.semi_prototypical import SemiPrototypical
from demo.models import CosineNet, Weights
from demo.tasks.characters import Characters
from demo.tasks.splits import Split
from demo.training.special import EACH, Figures, special


@dataclass(frozen=True)
class Listener(Mann):
    """Answers as if the label came in time; before it has heard it twice, that it is 0."""

    def walk(self, theta: Weights, seen: Tensor, labels: Tensor) -> Iterator[tuple[State, Tensor]]:
        heard = torch.zeros(len(seen), LABELS)
        state = self.begin(theta, len(seen))
        for t in range(seen.shape[1]):
            known = heard.gather(1, labels[:, t : t + 1])[:, 0] >= 2
            answer = torch.where(known, labels[:, t], 0)
            heard.scatter_add_(1, labels[:, t : t + 1], torch.ones(len(seen), 1))
            yield state, torch.nn.functional.one_hot(answer, LABELS).float()


@pytest.fixture
def pool(tiny_split: Split) -> Characters:
    return tiny_split.pool("training")  # with rotations: as many classes as are needed


def learner(network: Mann | SemiPrototypical, theta: Weights | None = None) -> MethodLearner:
    theta = theta or network.initialise(torch.Generator().manual_seed(0))
    return MethodLearner("mine", network, Classification(), theta, 0.0, 0)


def test_presentations_are_counted_by_class(pool: Characters) -> None:
    figures = special(learner(Listener(3, hidden=4, rows=3, width=4)), pool, tasks=30)
    accuracy = figures["accuracy_by_presentation"]
    assert accuracy[:2] == [0.2, 0.2]  # one class of five is 0
    assert accuracy[2:] == [1.0] * (EACH - 2)
    assert figures["command"] == "python -m demo evaluate --learner mine --special --tasks 30 --split evaluation"
    assert figures["ci95"][0] == pytest.approx(1.96 * (0.2 * 0.8 / 150) ** 0.5, abs=1e-4)


@pytest.mark.parametrize("wide, mask", [("radius", 1.0), ("distractor_radius", 0.0)])
def test_what_is_masked_altogether_changes_no_answer(wide: str, mask: float, pool: Characters) -> None:
    """A cluster of radius e^40 is so thin that it gets nothing."""
    network = SemiPrototypical(3)
    theta = {**network.initialise(torch.Generator().manual_seed(0)), wide: torch.tensor([40.0])}
    figures = special(learner(network, theta), pool, tasks=30)
    assert figures["masked"] == {"distractor": mask, "class": mask}
    same = figures["accuracy_with"] == figures["accuracy_with_distractors"] == figures["accuracy_without"]
    assert same == bool(mask)


def test_others_have_none(pool: Characters) -> None:
    theta = CosineNet(3).initialise(torch.Generator())
    assert special(GradientLearner("plain", CosineNet(3), Classification(), theta, 0.1, 1), pool) == {}


def test_what_the_cards_say_of_unlabelled_drawings(evaluation: Characters) -> None:
    """A tenth of the tasks: within what that many can tell."""
    stated, now = both("semi-prototypical", evaluation)
    for name in ("accuracy_without", "accuracy_with", "accuracy_with_distractors"):
        tolerance = 3 / 1.96 * math.hypot(stated[name]["ci95"], now[name]["ci95"])
        assert now[name]["accuracy"] == pytest.approx(stated[name]["accuracy"], abs=tolerance)
    assert stated["accuracy_with"]["accuracy"] > stated["accuracy_without"]["accuracy"]
    assert stated["masked"]["distractor"] > 2 * stated["masked"]["class"]


def test_what_the_card_says_of_presentations(evaluation: Characters) -> None:
    """The memory's aim: four of five at the second, and never less afterwards than at the second."""
    stated, now = both("mann", evaluation)
    accuracy = stated["accuracy_by_presentation"]
    assert accuracy[1] >= 0.8
    assert min(accuracy[2:]) > accuracy[1] > accuracy[0]
    for one, other, a, b in zip(now["accuracy_by_presentation"], accuracy, now["ci95"], stated["ci95"], strict=True):
        assert one == pytest.approx(other, abs=3 / 1.96 * math.hypot(a, b) + 0.01)


def both(name: str, pool: Characters) -> tuple[Figures, Figures]:
    """What the card says, and what a tenth of its tasks say now."""
    return store.read_card(name)["special"], special(store.load(name), pool, tasks=100)
