"""The training of the optimisers that were learnt, and how they do beside SGD and Adam."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from tqdm import tqdm

from demo.learners import store
from demo.learners.learned_optimiser import Learnt, LSTMOptimiser, unrolled
from demo.learners.optimisers import SGD, Adam, Optimiser, best_rate, follow
from demo.models import Weights
from demo.tasks import optimisees
from demo.tasks.optimisees import STEPS, Problems
from demo.training.trained import Apart, Trained

NETWORK = LSTMOptimiser()
MAKERS: dict[str, Callable[[int, torch.Generator], Problems]] = {
    "quadratic": optimisees.quadratics,
    "sine": optimisees.sines,
}
VALIDATION_SEED, EVALUATION_SEED = 777, 12345
PROBLEMS = {"quadratic": 1000, "sine": 100}  # measured
LOOKED_AT = {"quadratic": 256, "sine": 32}  # to choose weights by
RATED = {"quadratic": 2000, "sine": 32}  # to choose rates by: many, for SGD diverges on few
RATES = tuple(round(10 ** (exponent / 4), 6) for exponent in range(-16, 3))
"""Of SGD and Adam, from 0.0001 to 3.2, four a decade: the grid from which the best on validation problems is taken."""

LOOKS = 20


@dataclass(frozen=True)
class Recipe:
    """Adam, its rate annealed to 0 by a cosine; new problems at every meta-step, which has STEPS / unroll updates."""

    problems: str  # a key of MAKERS
    meta_steps: int
    batch: int
    unroll: int = 20
    rate: float = 3e-3
    clip: float = 1.0  # of the gradient's length
    begin: str | None = None  # the weights that it goes on from; None: random ones
    seed: int = 0


QUADRATIC = Recipe("quadratic", meta_steps=500, batch=128)
SINE = Recipe("sine", meta_steps=200, batch=6, rate=5e-3, begin="l2l-quadratic")


def train(recipe: Recipe, progress: bool) -> Trained:
    """The weights are those of the look at which validation problems ended lowest, as in the paper.

    Raises `demo.learners.store.WeightsError` if the weights that it goes on from are missing.
    """
    started = time.monotonic()
    generator = torch.Generator().manual_seed(recipe.seed)
    first = NETWORK.initialise(generator)
    if recipe.begin is not None:
        first = store.load_weights(recipe.begin, NETWORK.initialise)
    phi = {name: w.requires_grad_() for name, w in first.items()}
    optimiser = torch.optim.Adam(phi.values(), lr=recipe.rate)
    validation = validating(recipe.problems, LOOKED_AT)
    history: list[dict[str, float]] = []
    best, kept = math.inf, phi
    bar = tqdm(range(recipe.meta_steps), f"l2l-{recipe.problems}", disable=not progress, mininterval=1)
    for meta_step in bar:
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (1 + math.cos(math.pi * meta_step / recipe.meta_steps)) / 2
        loss = _trajectory(recipe, phi, optimiser, MAKERS[recipe.problems](recipe.batch, generator))
        if (meta_step + 1) % max(1, recipe.meta_steps // LOOKS) == 0:
            costs = follow(Learnt(NETWORK, phi), validation, STEPS).costs.mean(dim=1)
            history.append({"meta_step": meta_step + 1.0, "loss": loss, "validation": costs[-1].item()})
            bar.set_postfix_str(f"loss {loss:.3f}, validation {costs[-1]:.4f}")
            if costs[-1].item() < best:
                best, kept = costs[-1].item(), {name: w.detach().clone() for name, w in phi.items()}
    return Trained({name: w.detach() for name, w in kept.items()}, time.monotonic() - started, history)


def _trajectory(recipe: Recipe, phi: Weights, optimiser: torch.optim.Optimizer, problems: Problems) -> float:
    """One way from the start through STEPS steps, phi updated every `unroll`; returns the mean loss on it."""
    theta, state, mean = problems.start, NETWORK.begin(problems.start), 0.0
    for first in range(0, STEPS, recipe.unroll):
        total, theta, state = unrolled(NETWORK, phi, problems, theta, state, range(first, first + recipe.unroll))
        loss = total.mean() / recipe.unroll
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(phi.values(), recipe.clip)
        optimiser.step()
        theta, state = theta.detach(), tuple(part.detach() for part in state)  # the graph ends here
        mean += loss.item() * recipe.unroll / STEPS
    return mean


def validating(problems: str, how_many: Mapping[str, int]) -> Problems:
    """Those on which weights, or rates, are chosen."""
    return MAKERS[problems](how_many[problems], torch.Generator().manual_seed(VALIDATION_SEED))


def rivals(problems: str) -> dict[str, SGD | Adam]:
    """SGD and Adam with the rates that end lowest on validation problems."""
    chosen = validating(problems, RATED)
    return {
        "adam": Adam(best_rate(Adam, chosen, STEPS, RATES)),
        "sgd": SGD(best_rate(SGD, chosen, STEPS, RATES)),
    }


def measure(problems: str, phi: Weights) -> dict[str, dict[str, Any]]:
    """What the learnt optimiser and its rivals come to on new problems.

    final, ci95 and median: of the costs after the last step; whole: their mean over all steps; first: the share of
    the problems on which it ends lower than the others.
    """
    beside = rivals(problems)
    everybody: dict[str, Optimiser] = {"learnt": Learnt(NETWORK, phi), **beside}
    judged = MAKERS[problems](PROBLEMS[problems], torch.Generator().manual_seed(EVALUATION_SEED))
    protocol = f"{PROBLEMS[problems]} random problems, {STEPS} steps, seed {EVALUATION_SEED}"
    costs = {name: follow(optimiser, judged, STEPS).costs for name, optimiser in everybody.items()}
    lowest = torch.stack([each[-1] for each in costs.values()]).argmin(dim=0)
    figures = {}
    for place, (name, each) in enumerate(costs.items()):
        ends = each[-1]
        figures[name] = {
            "protocol": protocol,
            "final": round(ends.mean().item(), 4),
            "ci95": round(1.96 * ends.std().item() / len(ends) ** 0.5, 4),
            "median": round(ends.median().item(), 6),
            "whole": round(each[1:].mean().item(), 4),
            "first": round((lowest == place).float().mean().item(), 4),
            **({"rate": beside[name].rate} if name in beside else {}),
        }
    return figures


def _row(name: str, title: str, summary: str, data: str, recipe: Recipe) -> Apart:
    return Apart(
        name,
        title,
        summary,
        "optimise",
        data,
        {"rule": "l2l", "network": {"kind": "LSTMOptimiser", **asdict(NETWORK)}, **asdict(recipe)},
        NETWORK.initialise,
        lambda progress: train(recipe, progress),
        lambda phi: measure(recipe.problems, phi),
    )


L2L_QUADRATIC = _row(
    "l2l-quadratic",
    "Learnt optimiser of quadratics",
    "an LSTM that turns gradients into steps, learnt on random quadratics",
    f"random quadratics of {optimisees.DIMENSIONS} dimensions, drawn as they are needed",
    QUADRATIC,
)
L2L_SINE = _row(
    "l2l-sine",
    "Learnt optimiser of sine regressors",
    "an LSTM that turns gradients into steps, learnt on quadratics and then on small networks that fit sines",
    "small networks that fit sines: amplitude 0.1-5, phase 0-2π, 10 new points at every step",
    SINE,
)
