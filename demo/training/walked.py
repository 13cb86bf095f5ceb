"""What the policies of the navigation page are worth on goals that nobody trained on, and their rows on the list."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from demo.learners import store
from demo.learners.imitation import cloned
from demo.learners.maml_rl import adapting
from demo.models import Weights
from demo.tasks.demonstrations import bent
from demo.tasks.navigation import goals, walk
from demo.training.trained import Apart
from demo.training.walking import POLICY, TRAJECTORIES, WALKERS, Walker, train

GOALS, STEPS, SEED = 200, 3, 12345
RIVAL = "nav-pretrained"
TUNED = 5.0
"""The inner rate that suits the rival best: of 1, 2, 3, 4, 5, 6 and 10, on the goals of seed 777."""


def returns(walker: Walker, weights: Weights, count: int = GOALS, steps: int = STEPS, seed: int = SEED) -> Tensor:
    """Mean returns (S + 1, G) after 0 ... `steps` steps towards each of `count` goals; the goals depend on the seed."""
    generator = torch.Generator().manual_seed(seed)
    goal = goals(count, generator)
    theta, alpha = walker.parted(weights)
    looks = adapting(POLICY, theta, goal, alpha, TRAJECTORIES, generator, steps)
    return torch.stack([look.walks.returns.mean(dim=1) for look in looks])


def missed(weights: Weights, count: int = GOALS, steps: int = 1, seed: int = SEED) -> Tensor:
    """Distances (S + 1, G) from the goal, after 100 steps from another start, of clones of one bent demonstration."""
    generator = torch.Generator().manual_seed(seed)
    goal, here, there = (goals(count, generator) for _ in range(3))
    clones = cloned(POLICY, weights, bent(here, goal, generator), WALKERS["nav-imitation"].alpha, steps)
    ends = [walk(partial(POLICY.velocity, theta), goal, 1, there).places[:, 0, -1] for theta in clones]
    distances: Tensor = torch.linalg.vector_norm(torch.stack(ends) - goal, dim=2)
    return distances


def measure(walker: Walker, weights: Weights, count: int = GOALS) -> dict[str, dict[str, Any]]:
    """The card's figures: of acting, mean returns; of imitation, how far clones end from the goal."""
    if walker.rule == "imitation":
        protocol = f"{count} held-out goals, one bent demonstration each, another start, seed {SEED}"
        before, after = missed(weights, count)
        figures = {"missed_1": after, "missed_0": before}
        near = {"within_tenth": round((after < 0.1).float().mean().item(), 3)}
        return {"imitation": {"protocol": protocol, **_rounded(figures), **near}}
    protocol = f"{count} held-out goals, {TRAJECTORIES} walks a step, seed {SEED}"
    mine = returns(walker, weights, count)
    order = (1, 0, 2, 3)  # the figure to name first is the one after one step
    found = {"navigation": {"protocol": protocol, **_rounded({f"return_{k}": mine[k] for k in order})}}
    if walker.rule in ("maml-rl", "metasgd-rl"):
        rival = WALKERS[RIVAL]
        weights = store.load_weights(RIVAL, rival.initialise)
        theirs, tuned = (returns(one, weights, count) for one in (rival, replace(rival, alpha=TUNED)))
        shares = {"1": mine[1] > theirs[1], "0": mine[1] > theirs[0], "tuned": mine[1] > tuned[1]}
        shares = {f"better_{name}": share for name, share in shares.items()}
        found["against_pretrained"] = {"protocol": protocol, **_rounded(shares)}
    return found


def _rounded(figures: dict[str, Tensor]) -> dict[str, float]:
    return {name: round(values.float().mean().item(), 4) for name, values in figures.items()}


def _row(walker: Walker, title: str, summary: str, data: str) -> Apart:
    return Apart(
        walker.name,
        title,
        summary,
        "navigate",
        data,
        walker.plain,
        walker.initialise,
        partial(train, walker),
        partial(measure, walker),
    )


_GOALS = "goals uniform in [-0.5, 0.5]^2, drawn as they are needed"
ROWS = (
    _row(
        WALKERS["nav-pretrained"],
        "Pretrained policy",
        "trained for all goals at once: it learns to wait in the middle",
        _GOALS,
    ),
    _row(
        WALKERS["nav-maml"], "MAML policy", "an initial policy that one policy-gradient step sends to the goal", _GOALS
    ),
    _row(WALKERS["nav-metasgd"], "Meta-SGD policy", "MAML with a learnt rate for every weight", _GOALS),
    _row(WALKERS["nav-random"], "Random policy", "never trained", "nothing: never trained"),
    _row(
        WALKERS["nav-imitation"],
        "Meta imitation",
        "an initial policy that one demonstration and one step turn into its imitator",
        f"bent and straight demonstrations towards {_GOALS}",
    ),
)
