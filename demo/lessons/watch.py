"""Three learners meta-train on sines side by side, from the same random weights, and can be looked at on the way.

Each follows its own recipe (`demo.training.recipes`), cut to the length asked for: the outer rate is annealed
over that many meta-steps. The recipes draw their weights first and share network and seed, so all three begin
with the same ones.
"""

from __future__ import annotations

import functools
import io
from dataclasses import replace

import numpy as np
import torch

from demo.learners import store
from demo.learners.gradient import GradientLearner
from demo.lessons.look import GRID, LEARNERS, SHOTS, SHOWN, STEPS, TASKS, Look, Order
from demo.tasks.episodes import Episodes
from demo.tasks.sine import AMPLITUDES, PHASES, Sine
from demo.training.outer import Outer
from demo.training.plan import planned
from demo.training.recipes import RECIPES

HELD_OUT_SEED = 80_311
"""Of the sines that are only looked at. Runs are seeded from 0 to 999, so that no run draws from this stream."""


class Course:
    """The three runs, always at the same meta-step."""

    def __init__(self, order: Order) -> None:
        recipes = [replace(RECIPES[name], seed=order.seed, meta_steps=order.meta_steps) for name in LEARNERS]
        self._outers = [Outer(recipe, planned(recipe, None, store.FOLDER)) for recipe in recipes]

    @property
    def meta_step(self) -> int:
        return self._outers[0].meta_step

    def advance(self, meta_step: int) -> None:
        """Trains all three up to `meta_step`."""
        for outer in self._outers:
            while outer.meta_step < meta_step:
                outer.step()

    def learners(self) -> list[GradientLearner]:
        """As they are now; they go on changing with the run."""
        return [
            GradientLearner(o.recipe.name, o.plan.network, o.plan.objective, o.theta, o.recipe.rate, o.recipe.steps)
            for o in self._outers
        ]

    def look(self) -> Look:
        """Adapts all three to the held-out sines; changes nothing."""
        episodes = held_out()
        curves = torch.stack([learner.adapt_all(episodes, STEPS)[1][..., 0] for learner in self.learners()])
        truth = episodes.answers[..., 0]
        return Look(
            self.meta_step,
            (curves - truth).square().mean(dim=(2, 3)).numpy(),
            curves[:, :, :SHOWN].numpy(),
            truth[:SHOWN].numpy(),
            torch.cat([episodes.support, episodes.labels], dim=2)[:SHOWN].numpy(),
        )

    def state(self) -> bytes:
        """All that is needed to go on as if nothing had happened: see `restore`."""
        raw = io.BytesIO()
        torch.save([outer.state() for outer in self._outers], raw)
        return raw.getvalue()

    def restore(self, state: bytes) -> None:
        """Goes on from a `state` of a course of the same order."""
        saved = torch.load(io.BytesIO(state), weights_only=True)
        for outer, one in zip(self._outers, saved, strict=True):
            outer.restore(one)


@functools.cache
def held_out() -> Episodes:
    """TASKS sines with SHOTS points each, to be judged over GRID. Nobody ever trains on them."""
    generator = torch.Generator().manual_seed(HELD_OUT_SEED)
    (low, high), (first, last) = AMPLITUDES, PHASES
    draws = torch.rand(TASKS, 2, generator=generator).tolist()
    sines = [Sine(low + (high - low) * a, first + (last - first) * p) for a, p in draws]
    places = torch.from_numpy(GRID.astype(np.float32))[:, None]
    points = [sine.points(SHOTS, 0.0, HELD_OUT_SEED + k) for k, sine in enumerate(sines)]
    return Episodes(
        torch.stack([x for x, _ in points]),
        torch.stack([y for _, y in points]),
        places.expand(TASKS, -1, -1),
        torch.stack([sine(places) for sine in sines]),
    )
