"""How much faster several ranks train than one: `python -m demo bench --ranks 2`.

On several machines `torchrun ... -m demo.training.scaling` measures it. The ranks train together, then rank 0 alone
while the others wait, in turns, so that whatever else the machines do meets both.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import click
import torch

from demo.learners.objectives import Classification
from demo.learners.onestep import Normed
from demo.learners.store import FOLDER
from demo.models import CosineNet
from demo.tasks.episodes import Episodes, noise
from demo.training.outer import Outer
from demo.training.plan import ONE_STEP, Plan, planned
from demo.training.ranks import ALONE, Ranks, joined
from demo.training.recipe import Recipe
from demo.training.recipes import RECIPES

MEASURED = {"fomaml": 4, "maml": 10, "sine-maml": 200}
"""Recipes, and how many meta-steps a turn has: about a second's."""

TURNS = 15


@dataclass(frozen=True)
class Scaling:
    """Tasks a second in TURNS turns each, by one rank and by all: medians, and where a tenth and nine tenths lie."""

    recipe: str
    tasks: int  # a meta-step
    ranks: int
    turns: int
    alone: float
    alone_spread: tuple[float, float]
    together: float
    together_spread: tuple[float, float]

    @property
    def speedup(self) -> float:
        return self.together / self.alone

    @property
    def efficiency(self) -> float:
        """1: as many times faster as there are ranks."""
        return self.speedup / self.ranks

    @property
    def line(self) -> str:
        (low, high), (lowest, highest) = self.alone_spread, self.together_spread
        return (
            f"{self.recipe}, {self.tasks} in a meta-batch: 1 rank {self.alone:.1f} tasks/s ({low:.1f} to {high:.1f}),"
            f" {self.ranks} ranks {self.together:.1f} ({lowest:.1f} to {highest:.1f}), n = {self.turns} turns each:"
            f" {self.speedup:.2f} times as fast, efficiency {self.efficiency:.0%}"
        )


def measured(name: str, ranks: Ranks, turns: int = TURNS) -> Scaling:
    """Of a recipe; every rank calls it, and rank 0's answer is the one to read. Raises LostRankError."""
    recipe = RECIPES[name]
    plan = _plan(recipe)
    one, all_of_them = Outer(recipe, plan, ranks.device), Outer(recipe, plan, ranks.device, ranks)
    alone, together = [], []
    for _ in range(turns + 1):  # the first one warms up
        if ranks.first:
            alone.append(_speed(one, MEASURED[name], ALONE))
        ranks.any(False)  # the others wait here
        together.append(_speed(all_of_them, MEASURED[name], ranks))
    both = [speeds[1:] if ranks.first else together[1:] for speeds in (alone, together)]
    medians = [statistics.median(speeds) for speeds in both]
    spreads = [(deciles[0], deciles[-1]) for deciles in (statistics.quantiles(speeds, n=10) for speeds in both)]
    return Scaling(name, recipe.meta_batch, ranks.count, turns, medians[0], spreads[0], medians[1], spreads[1])


def _speed(outer: Outer, steps: int, ranks: Ranks) -> float:
    """Tasks a second."""
    outer.meta_step = 0
    begin = time.perf_counter()
    for _ in range(steps):
        outer.step()
    ranks.any(False)
    return steps * outer.recipe.meta_batch / (time.perf_counter() - begin)


def _plan(recipe: Recipe) -> Plan:
    """As for training; drawings are noise, for which nothing need be downloaded, and which takes as long."""
    if not recipe.classifies:
        return planned(recipe, None, FOLDER)
    plain = CosineNet(recipe.network["filters"])
    network = Normed(plain) if recipe.rule in ONE_STEP else plain

    def tasks(generator: torch.Generator) -> Episodes:
        return noise(recipe.meta_batch, recipe.ways, recipe.shots, recipe.queries, generator)

    return Plan(network, Classification(recipe.sharpness), network.initialise, tasks, lambda theta: theta)


def start(ranks: int, as_json: bool) -> int:
    """Starts that many ranks on this machine, which print what they measure; returns torchrun's exit code."""
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(ranks)]
    return subprocess.call([*torchrun, "-m", "demo.training.scaling", *["--json"] * as_json])


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def main(as_json: bool) -> None:
    """Measure training on the ranks that torchrun has started."""
    torch.set_num_threads(1)
    with joined("cuda" if torch.cuda.is_available() else "cpu") as ranks:
        for name in MEASURED:
            found = measured(name, ranks)
            if ranks.first:
                click.echo(json.dumps({**asdict(found), "efficiency": found.efficiency}) if as_json else found.line)


if __name__ == "__main__":
    main()
