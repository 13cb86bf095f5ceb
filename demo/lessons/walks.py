"""The navigation page's walks: four policies take policy-gradient steps towards one goal, side by side.

No Streamlit here: `walks(Question(0.3, -0.2), {name: apart.load(name) for name in POLICIES})` works from a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.maml_rl import adapting
from demo.models import Weights
from demo.training.walking import POLICY, TRAJECTORIES, WALKERS

POLICIES = ("nav-maml", "nav-metasgd", "nav-pretrained", "nav-random")
STEPS = 3


@dataclass(frozen=True)
class Question:
    """A goal, and the seed of the policies' dice."""

    x: float
    y: float
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Walks:
    """One policy's, after each of its steps. places (S + 1, B, H + 1, 2); returns (S + 1, B)."""

    places: NDArray[np.float32]
    returns: NDArray[np.float32]

    @property
    def means(self) -> list[float]:
        """Mean return after each step, (S + 1,)."""
        return [float(value) for value in self.returns.mean(axis=1)]


def walks(question: Question, weights: Mapping[str, Weights], steps: int = STEPS) -> dict[str, Walks]:
    """Every policy's walks after 0 ... `steps` steps. The policies learn side by side, as if they were one's tasks."""
    parts = {name: WALKERS[name].parted(mine) for name, mine in weights.items()}
    theta, rates = {}, {}
    for key in next(iter(parts.values()))[0]:
        theta[key] = torch.cat([mine[key] for mine, _ in parts.values()])
        alphas = [alpha[key] if isinstance(alpha, dict) else alpha for _, alpha in parts.values()]
        rates[key] = torch.cat([torch.as_tensor(alpha).expand_as(theta[key][:1]) for alpha in alphas])
    goal = torch.tensor([[question.x, question.y]]).expand(len(parts), 2)
    generator = torch.Generator().manual_seed(question.seed)
    looks = [look.walks for look in adapting(POLICY, theta, goal, rates, TRAJECTORIES, generator, steps)]
    places, returns = torch.stack([look.places for look in looks]), torch.stack([look.returns for look in looks])
    return {name: Walks(places[:, k].numpy(), returns[:, k].numpy()) for k, name in enumerate(parts)}
