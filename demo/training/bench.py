"""How fast: adapting to one task, and training on many, in this process on one thread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import torch

from demo.learners.gradient import GradientLearner
from demo.learners.objectives import Classification
from demo.learners.store import network_of
from demo.tasks import sine
from demo.tasks.episodes import Episodes
from demo.training.recipes import RECIPES, RULES, Recipe

SECONDS = 4.0  # a figure


@dataclass(frozen=True)
class Figure:
    """median and p95 of n repeats, in `unit`; `ratio` against the plain way in the same run, where there is one."""

    what: str
    unit: str
    median: float
    p95: float
    n: int
    ratio: float | None = None


def figures(classifier: GradientLearner, regressor: GradientLearner) -> Iterator[Figure]:
    """Measures one figure after the other; about a minute in all."""
    drawings = _random_task(1, ways=3, shots=1, queries=1)
    drawn = (drawings.support[0], drawings.labels[0], drawings.queries[0])
    for steps in (5, 32):
        what = f"adapt {classifier.name}, 3-way 1-shot, {steps} steps"
        yield _milliseconds(what, partial(classifier.adapt, *drawn, steps))
    points = sine.sample(1, 10, 200, torch.Generator().manual_seed(0))
    seen = (points.support[0], points.labels[0], points.queries[0])
    yield _milliseconds(f"adapt {regressor.name}, 10 points, 32 steps", partial(regressor.adapt, *seen, 32))
    for name in ("maml", "fomaml", "reptile"):
        yield _throughput(replace(RECIPES[name], first_order=0.0))


def _throughput(recipe: Recipe) -> Figure:
    """Tasks a second when a meta-batch is adapted at once, and the ratio to one task at a time.

    The two take turns, so that what else the machine does meets both.
    """
    network, rule = network_of(recipe.network), RULES[recipe.rule]
    theta = network.initialise(torch.Generator().manual_seed(0))
    shots = recipe.shots * (recipe.steps if recipe.rule == "reptile" else 1)
    alpha = recipe.rate if recipe.training_rate is None else recipe.training_rate
    objective = Classification(recipe.sharpness)
    batch = _random_task(recipe.meta_batch, recipe.ways, shots, recipe.queries)
    single = _random_task(1, recipe.ways, shots, recipe.queries)

    def together() -> None:
        rule(network, objective, theta, batch, alpha, recipe.steps)

    def one_by_one() -> None:
        for _ in range(recipe.meta_batch):
            rule(network, objective, theta, single, alpha, recipe.steps)

    fast: list[float] = []
    slow: list[float] = []
    end = time.perf_counter() + 2 * SECONDS
    while time.perf_counter() < end or len(fast) < 3:
        fast.append(recipe.meta_batch / _timed(together))
        slow.append(recipe.meta_batch / _timed(one_by_one))
    median = statistics.median(fast)
    return Figure(
        f"train {recipe.name}, {recipe.meta_batch} tasks at once",
        "tasks/s",
        median,
        sorted(fast)[len(fast) // 20],  # the slow end
        len(fast),
        median / statistics.median(slow),
    )


def _milliseconds(what: str, work: Callable[[], object]) -> Figure:
    for _ in range(3):
        work()
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < 20:
        times.append(1000 * _timed(work))
    times.sort()
    return Figure(what, "ms", statistics.median(times), times[int(0.95 * len(times))], len(times))


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _random_task(tasks: int, ways: int, shots: int, queries: int) -> Episodes:
    generator = torch.Generator().manual_seed(0)
    label = torch.arange(ways)
    return Episodes(
        torch.rand(tasks, ways * shots, 1, 28, 28, generator=generator),
        label.repeat_interleave(shots).expand(tasks, -1),
        torch.rand(tasks, ways * queries, 1, 28, 28, generator=generator),
        label.repeat_interleave(queries).expand(tasks, -1),
    )
