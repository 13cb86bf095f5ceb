"""A falling loss proves nothing: MAML on labels thrown by a coin, beside MAML on labels that mean something.

A task has points x, uniform in [0, 1]^50, in two classes. In the *coin* world every label is a coin's throw, whatever
x is. In the *rule* world the points on one side of a plane that all tasks share are of one class; only which class
that is, is again a coin's throw, once a task: so nothing can be known before adapting, and all after it.

The coin world is the toy with which a textbook shows MAML and its falling loss. Whatever the weights, if the
label does not depend on x, a prediction p has the expected loss -1/2 ln p - 1/2 ln(1 - p) >= ln 2. Its loss falls
all the same, in two ways that prove nothing: random first weights are sure of themselves, and unlearning that costs
nothing; and the support set, which is what such scripts print, can always be learnt by heart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from demo.learners import maml
from demo.learners.inner import descend, tracked
from demo.learners.objectives import Classification
from demo.models import Weights, fan_out
from demo.tasks.episodes import Episodes

LN2 = math.log(2)
WORLDS = ("coin", "rule")
INPUTS, HIDDEN, SPREAD = 50, 40, 0.3
SHOTS, TASKS = 10, 10  # points of a support set, tasks in a meta-step
QUERIES, TEST_QUERIES, TEST_TASKS, TEST_SEED = 10, 20, 400, 12345
INNER_RATE, OUTER_RATE = 0.5, 0.003
LOOKS = 50  # at the held-out tasks, in a run of a world
FURTHER = 10  # inner steps that the last look takes
OBJECTIVE = Classification()


@dataclass(frozen=True)
class Settings:
    meta_steps: int = 1500
    inner_steps: int = 1
    seed: int = 0


@dataclass(frozen=True)
class TwoClassNet:
    """INPUTS-HIDDEN-1 with tanh; the logits are (0, z), so that the softmax is the logistic function of z."""

    @property
    def mixes(self) -> bool:
        return False

    def initialise(self, generator: torch.Generator) -> Weights:
        return {
            "w1": SPREAD * torch.randn(1, HIDDEN, INPUTS, generator=generator),
            "b1": torch.zeros(1, 1, HIDDEN),
            "w2": SPREAD * torch.randn(1, 1, HIDDEN, generator=generator),
            "b2": torch.zeros(1, 1, 1),
        }

    def start(self, theta: Weights, ways: int) -> Weights:
        return theta

    def moving(self, step: int, theta: Weights) -> list[str]:
        return list(theta)

    def query(self, theta: Weights, support: Tensor, queries: Tensor, transductive: bool = False) -> Tensor:
        return self(theta, queries)

    def __call__(self, theta: Weights, x: Tensor) -> Tensor:
        """Logits (T, B, 2) of points (T, B, INPUTS)."""
        h = torch.tanh(torch.baddbmm(theta["b1"], x, theta["w1"].transpose(1, 2)))
        z = torch.baddbmm(theta["b2"], h, theta["w2"].transpose(1, 2))
        return torch.cat([torch.zeros_like(z), z], dim=2)


NETWORK = TwoClassNet()


def sample(world: str, plane: Tensor, tasks: int, queries: int, generator: torch.Generator) -> Episodes:
    """T tasks of a world; `plane` (INPUTS,) is the normal of the plane through the middle of the cube."""
    x = torch.rand(tasks, SHOTS + queries, INPUTS, generator=generator)
    coins = torch.randint(0, 2, (tasks, SHOTS + queries), generator=generator)
    side = ((x - 0.5) @ plane > 0).long()
    y = coins if world == "coin" else (side + coins[:, :1]) % 2
    return Episodes(x[:, :SHOTS], y[:, :SHOTS], x[:, SHOTS:], y[:, SHOTS:])


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Both worlds, from the same first weights and by the same code, turn by turn.

    A row: {"done", "world", "meta_step", ...}, the rest as `look` says. Each world's last has "loop" as well.
    """
    for rows in zip(*(_train(world, settings) for world in WORLDS), strict=True):
        for number, row in enumerate(rows, start=1):
            end = number == len(WORLDS)
            yield {**row, "done": row["meta_step"] / settings.meta_steps * (1.0 if end else 0.999)}


def _train(world: str, settings: Settings) -> Iterator[dict[str, Any]]:
    """Meta-training in one world."""
    generator = torch.Generator().manual_seed(settings.seed)
    theta = NETWORK.initialise(generator)
    plane = torch.randn(INPUTS, generator=generator)
    held_out = sample(world, plane, TEST_TASKS, TEST_QUERIES, torch.Generator().manual_seed(TEST_SEED))
    optimiser = torch.optim.Adam(list(theta.values()), lr=OUTER_RATE)
    looks = {round(settings.meta_steps * k / LOOKS) for k in range(LOOKS + 1)}
    for meta_step in range(settings.meta_steps + 1):
        if meta_step in looks:
            seen = look(theta, held_out, settings.inner_steps)
            if meta_step == settings.meta_steps:
                seen["loop"] = loop(theta, held_out, FURTHER)
            yield {"world": world, "meta_step": meta_step, **seen}
        episodes = sample(world, plane, TASKS, QUERIES, generator)
        gradient, _ = maml.meta_gradient(NETWORK, OBJECTIVE, theta, episodes, INNER_RATE, settings.inner_steps)
        for name, w in theta.items():
            w.grad = gradient[name]
        optimiser.step()


def look(theta: Weights, episodes: Episodes, inner_steps: int) -> dict[str, Any]:
    """After the inner loop, over tasks: "support" loss, "query" loss, "accuracy", the last two with their "_ci"
    (half the width of the 95 % interval, normal, over tasks); and "before", the query loss without the loop."""
    start, *_, end = walk(theta, episodes, inner_steps)
    with torch.no_grad():
        logits = NETWORK(end, episodes.queries)
        query = OBJECTIVE.query(logits, episodes.answers)
        right = (logits.argmax(dim=2) == episodes.answers).float().mean(dim=1)
        return {
            "support": OBJECTIVE.support(NETWORK(end, episodes.support), episodes.labels).mean().item(),
            "before": OBJECTIVE.query(NETWORK(start, episodes.queries), episodes.answers).mean().item(),
            "query": query.mean().item(),
            "query_ci": _half(query),
            "accuracy": right.mean().item(),
            "accuracy_ci": _half(right),
        }


def loop(theta: Weights, episodes: Episodes, steps: int) -> dict[str, list[float]]:
    """Mean "support" and "query" loss after 0 ... `steps` inner steps."""
    found: dict[str, list[float]] = {"support": [], "query": []}
    for w in walk(theta, episodes, steps):
        with torch.no_grad():
            found["support"].append(OBJECTIVE.support(NETWORK(w, episodes.support), episodes.labels).mean().item())
            found["query"].append(OBJECTIVE.query(NETWORK(w, episodes.queries), episodes.answers).mean().item())
    return found


def walk(theta: Weights, episodes: Episodes, steps: int) -> Iterator[Weights]:
    """theta_0 ... theta_s of every task."""
    w = tracked(fan_out(theta, episodes.tasks))
    yield w
    for _ in range(steps):
        loss = OBJECTIVE.support(NETWORK(w, episodes.support), episodes.labels)
        w = tracked(descend(w, loss, INNER_RATE, list(w)))
        yield w


def _half(values: Tensor) -> float:
    return 1.96 * values.std().item() / math.sqrt(len(values))
