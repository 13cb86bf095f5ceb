"""How the policies of the navigation page are trained: one recipe a weights file."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from tqdm import tqdm

from demo.learners import imitation, maml_rl, store
from demo.learners.inner import Rates
from demo.learners.policy import Policy
from demo.models import Weights
from demo.tasks import demonstrations
from demo.tasks.navigation import goals
from demo.training.trained import Trained

POLICY = Policy(width=32, spread=0.5)
TRAJECTORIES = 20  # walks in every task that a step is taken on
LOOKS = 20  # rows of a card's history
_RATE = "rate."  # before a weight's name: the alpha that was learnt for it


@dataclass(frozen=True)
class Walker:
    """One training run. The same recipe, seed and device give the same weights."""

    name: str
    rule: str  # a key of RULES, or "random": no training
    alpha: float  # inner rate; of "metasgd-rl", the one its learnt rates begin at
    meta_steps: int = 0
    tasks: int = 20  # goals, or demonstrations, a meta-step
    outer_rate: float = 1e-3  # Adam's, annealed to 0 by a cosine
    rates_rate: float = 0.03  # the same for alpha, where it is learnt
    begin: str | None = None  # whose weights this one goes on from; None: random weights
    seed: int = 0

    @property
    def plain(self) -> dict[str, Any]:
        """For the card."""
        return {**asdict(self), "network": {"kind": "Policy", **asdict(POLICY)}, "trajectories": TRAJECTORIES}

    def initialise(self, generator: torch.Generator) -> Weights:
        theta = POLICY.initialise(generator)
        if self.rule == "imitation":
            return {name: theta[name] for name in imitation.MOVING}
        if self.rule == "metasgd-rl":
            return {**theta, **self._rates(theta)}
        return theta

    def first(self, generator: torch.Generator) -> Weights:
        """What training starts from; raises `demo.learners.store.WeightsError` if that is another's and not whole."""
        if self.begin is None:
            return self.initialise(generator)
        theta = store.load_weights(self.begin, WALKERS[self.begin].initialise)
        return {**theta, **self._rates(theta)} if self.rule == "metasgd-rl" else theta

    def _rates(self, theta: Weights) -> Weights:
        return {_RATE + name: torch.full_like(w, self.alpha) for name, w in theta.items()}

    def parted(self, weights: Weights) -> tuple[Weights, Rates]:
        """theta and alpha of this walker's weights."""
        theta = {name: w for name, w in weights.items() if not name.startswith(_RATE)}
        learnt = {name.removeprefix(_RATE): w for name, w in weights.items() if name.startswith(_RATE)}
        return theta, learnt or self.alpha


# Of a walker, its weights and a generator: gradients of all weights, and the loss; of acting, minus the mean return.
Rule = Callable[[Walker, Weights, torch.Generator], tuple[Weights, float]]


def _acting(walker: Walker, weights: Weights, generator: torch.Generator) -> tuple[Weights, float]:
    theta, alpha = walker.parted(weights)
    goal = goals(walker.tasks, generator)
    by_theta, by_alpha, value = maml_rl.meta_gradient(POLICY, theta, alpha, goal, TRAJECTORIES, generator)
    return {**by_theta, **{_RATE + name: g for name, g in by_alpha.items()}}, -value


def _jointly(walker: Walker, weights: Weights, generator: torch.Generator) -> tuple[Weights, float]:
    goal = goals(walker.tasks, generator)
    gradient, value = maml_rl.joint_gradient(POLICY, weights, goal, TRAJECTORIES, generator)
    return gradient, -value


def _imitating(walker: Walker, weights: Weights, generator: torch.Generator) -> tuple[Weights, float]:
    shown, judged = demonstrations.sample(walker.tasks, generator)
    return imitation.meta_gradient(POLICY, weights, walker.alpha, shown, judged)


RULES: dict[str, Rule] = {"maml-rl": _acting, "metasgd-rl": _acting, "pretrained-rl": _jointly, "imitation": _imitating}

WALKERS = {
    walker.name: walker
    for walker in (
        Walker("nav-pretrained", "pretrained-rl", alpha=3.0, meta_steps=400, tasks=40, outer_rate=3e-3),
        Walker("nav-maml", "maml-rl", alpha=3.0, meta_steps=400, begin="nav-pretrained"),
        Walker("nav-metasgd", "metasgd-rl", alpha=3.0, meta_steps=200, begin="nav-pretrained"),
        Walker("nav-random", "random", alpha=0.1),  # with 3, it would be thrown off the plane
        Walker("nav-imitation", "imitation", alpha=0.03, meta_steps=3000, tasks=40, outer_rate=3e-3),
    )
}


def train(walker: Walker, progress: bool) -> Trained:
    """Follows a recipe to its end. The history has LOOKS rows, each a mean since the last."""
    generator = torch.Generator().manual_seed(walker.seed)
    weights = walker.first(generator)
    history: list[dict[str, float]] = []
    if walker.rule == "random":
        return Trained(weights, 0.0, history)
    rates = [w for name, w in weights.items() if name.startswith(_RATE)]
    others = [w for name, w in weights.items() if not name.startswith(_RATE)]
    highest = [(others, walker.outer_rate), (rates, walker.rates_rate)]
    optimiser = torch.optim.Adam([{"params": params, "lr": rate} for params, rate in highest if params])
    started, since = time.monotonic(), []
    bar = tqdm(range(walker.meta_steps), walker.name, disable=not progress, mininterval=1)
    for meta_step in bar:
        left = (1 + math.cos(math.pi * meta_step / walker.meta_steps)) / 2
        for group, (_, rate) in zip(optimiser.param_groups, highest, strict=False):
            group["lr"] = rate * left
        gradient, loss = RULES[walker.rule](walker, weights, generator)
        for name, w in weights.items():
            w.grad = gradient[name]
        optimiser.step()
        since.append(loss)
        if (meta_step + 1) % max(1, walker.meta_steps // LOOKS) == 0:
            history.append({"meta_step": float(meta_step + 1), "loss": sum(since) / len(since)})
            bar.set_postfix_str(f"loss {history[-1]['loss']:.3f}")
            since = []
    return Trained({name: w.detach() for name, w in weights.items()}, time.monotonic() - started, history)
