"""What can be asked of one learner alone, and is measured for its card besides the figures that all have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from demo.learners.mann import Mann
from demo.learners.mann_sequence import presentations, shuffled
from demo.learners.prototypical import squared_distances
from demo.learners.semi_prototypical import SemiPrototypical
from demo.learners.trained import Trained
from demo.tasks.characters import Characters

Figures = dict[str, Any]

WAYS, EACH = 5, 10  # classes, and drawings of each, in a sequence
SHOWN = 5  # unlabelled drawings of every class, and of every distractor
AT_ONCE = 25  # tasks
SEED = 12345


def special(learner: Trained, pool: Characters, tasks: int = 1000, part: str = "evaluation") -> Figures:
    """The learner's own figures on the characters of the split's `part`, with the command that measures them again.

    Empty if it has none.
    """
    for kind, measure in _MEASURES.items():
        if isinstance(learner.network, kind):
            command = f"python -m demo evaluate --learner {learner.name} --special --tasks {tasks} --split {part}"
            figures = measure(learner, pool, tasks)
            protocol = f"{len(pool)} characters ({part}), {figures.pop('protocol')}, seed {SEED}"
            return {"command": command, "protocol": protocol, **figures}
    return {}


@torch.no_grad()
def by_presentation(learner: Trained, pool: Characters, tasks: int) -> Figures:
    """Accuracy at the first, second, ... drawing of a class in a shuffled sequence; labels come one step late."""
    network, generator = learner.network, torch.Generator().manual_seed(SEED)
    right, count = torch.zeros(EACH), torch.zeros(EACH)
    for begin in range(0, tasks, AT_ONCE):
        episodes = pool.sample(min(AT_ONCE, tasks - begin), WAYS, 1, EACH - 1, generator)
        sequence = shuffled(episodes, WAYS)
        walk = network.walk(learner.theta, network.seen(learner.theta, sequence.drawings), sequence.labels)
        answers = torch.stack([logits[:, :WAYS].argmax(dim=1) for _, logits in walk], dim=1)
        nth = presentations(sequence.labels) - 1
        count += torch.bincount(nth.flatten(), minlength=EACH)
        right += torch.bincount(nth.flatten(), (answers == sequence.labels).flatten().float(), minlength=EACH)
    accuracy = right / count
    return {
        "protocol": f"{tasks} shuffled sequences of {WAYS * EACH} drawings of {WAYS} classes",
        "accuracy_by_presentation": [round(a, 4) for a in accuracy.tolist()],
        "ci95": [
            round(1.96 * (a * (1 - a) / n) ** 0.5, 4) for a, n in zip(accuracy.tolist(), count.tolist(), strict=True)
        ],
    }


@torch.no_grad()
def with_unlabelled(learner: Trained, pool: Characters, tasks: int) -> Figures:
    """Accuracy before and after unlabelled drawings, alone and among as many distractors, and whom they go to."""
    network, theta, generator = learner.network, learner.theta, torch.Generator().manual_seed(SEED)
    right: dict[str, list[Tensor]] = {"without": [], "with": [], "with_distractors": []}
    masked: dict[str, list[Tensor]] = {"distractor": [], "class": []}
    for begin in range(0, tasks, AT_ONCE):
        count = min(AT_ONCE, tasks - begin)
        episodes = pool.sample(count, 2 * WAYS, 1, SHOWN + 1, generator)
        support = network.embed(theta, episodes.support)[:, :WAYS]
        f = network.embed(theta, episodes.queries).unflatten(1, (2 * WAYS, -1))
        shown, asked = f[:, :, :SHOWN], f[:, :WAYS, SHOWN]
        labels = torch.arange(WAYS).expand(count, -1)
        own = network.refined(theta, support, labels, shown[:, :WAYS].flatten(1, 2))
        mixed = network.refined(theta, support, labels, shown.flatten(1, 2))
        for name, c in (("without", own.before), ("with", own.after), ("with_distractors", mixed.after)):
            right[name].append((squared_distances(asked, c).argmin(dim=2) == labels).float().mean(dim=1))
        mask = mixed.shares[..., -1].unflatten(1, (2, -1))
        masked["class"].append(mask[:, 0].mean(dim=1))
        masked["distractor"].append(mask[:, 1].mean(dim=1))
    return {
        "protocol": f"{WAYS}-way 1-shot, {SHOWN} unlabelled drawings of each class and of each of {WAYS} distractors,"
        f" {tasks} tasks of {WAYS} queries",
        **{
            f"accuracy_{name}": {"accuracy": round(mean(values), 4), "ci95": round(half(values), 4)}
            for name, values in right.items()
        },
        "masked": {name: round(mean(values), 4) for name, values in masked.items()},
    }


def mean(values: list[Tensor]) -> float:
    return float(torch.cat(values).mean())


def half(values: list[Tensor]) -> float:
    """Half the 95 % confidence interval of the mean over tasks."""
    one = torch.cat(values)
    return float(1.96 * one.std() / len(one) ** 0.5)


_MEASURES: dict[type, Callable[[Trained, Characters, int], Figures]] = {
    Mann: by_presentation,
    SemiPrototypical: with_unlabelled,
}
