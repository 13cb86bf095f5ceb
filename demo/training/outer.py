"""The outer loop, one meta-step at a time: draw tasks, ask the rule for a meta-gradient, take a step."""

from __future__ import annotations

import hashlib
from typing import Any

import torch

from demo.learners.method import Scheduled
from demo.models import Weights
from demo.tasks.episodes import Episodes
from demo.training.plan import Plan
from demo.training.ranks import ALONE, LostRankError, Ranks
from demo.training.recipe import Recipe
from demo.training.rules import RULES
from demo.training.shards import Meta, by_drawing, mean
from demo.training.spread import spread, whole

State = dict[str, Any]


class Outer:
    """Where one recipe's run stands. What it needs to go on as if it had never stopped is its `state`."""

    def __init__(self, recipe: Recipe, plan: Plan, device: torch.device | str = "cpu", ranks: Ranks = ALONE) -> None:
        self.recipe, self.plan, self.device, self.ranks = recipe, plan, device, ranks
        self._network, self._parted = plan.network, frozenset[str]()
        if ranks.shards > 1 and by_drawing(recipe):
            self._network, self._parted = spread(plan.network, ranks)
        self.meta_step = 0
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.theta = {name: w.to(device, copy=True) for name, w in plan.begin(self.generator).items()}
        self._optimiser = _optimiser(recipe, list(self.theta.values()))
        self._alpha = recipe.rate if recipe.training_rate is None else recipe.training_rate

    def step(self) -> float:
        """One meta-step; returns the loss that the rule reports.

        Raises `demo.training.ranks.LostRankError`, after which all is as it was before the meta-step.
        """
        recipe, plan = self.recipe, self.plan
        before = self.generator.get_state()
        episodes = plan.sample(self.generator)
        rule, network = RULES[recipe.rule], self._network
        if isinstance(network, Scheduled):
            network = network.at(self.meta_step / recipe.meta_steps)

        def meta(theta: Weights, tasks: Episodes) -> tuple[Weights, float]:
            return rule(network, plan.objective, theta, tasks.to(self.device), self._alpha, recipe.steps)

        try:
            gradient, loss = self._shared(meta, episodes)
        except LostRankError:
            self.generator.set_state(before)
            raise
        for group in self._optimiser.param_groups:
            group["lr"] = recipe.rate_at(self.meta_step)
        for name, w in self.theta.items():
            w.grad = gradient[name]
        self._optimiser.step()
        self.meta_step += 1
        return loss

    def _shared(self, meta: Meta, episodes: Episodes) -> tuple[Weights, float]:
        if self.ranks.shards == 1:
            return meta(self.theta, episodes)
        if self._parted:
            return whole(self.ranks, self._parted, meta, self.theta, episodes)
        return mean(self.ranks, meta, self.theta, episodes)

    def begin(self) -> bytes:
        """A digest of the weights and of the drawings that the next meta-step takes; of 32 bytes."""
        before = self.generator.get_state()
        episodes = self.plan.sample(self.generator)
        self.generator.set_state(before)
        digest = hashlib.sha256()
        for tensor in (*self.theta.values(), episodes.support, episodes.queries):
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return digest.digest()

    def state(self) -> State:
        """Of tensors and plain values, which go on changing with the run: write it down at once."""
        return {
            "meta_step": self.meta_step,
            "theta": self.theta,
            "optimiser": self._optimiser.state_dict(),
            "generator": self.generator.get_state(),
        }

    def restore(self, state: State) -> None:
        """Goes on from a `state` of the same recipe's run."""
        self.meta_step = state["meta_step"]
        for name, w in self.theta.items():
            w.data.copy_(state["theta"][name])
        self._optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["generator"].cpu())


def _optimiser(recipe: Recipe, weights: list[torch.Tensor]) -> torch.optim.Optimizer:
    kinds: dict[str, Any] = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    kind: torch.optim.Optimizer = kinds[recipe.outer](weights, lr=recipe.outer_rate)
    return kind
