"""How far apart one process and several ranks end: `python -m tests.benchmarks.same maml fomaml sine-maml`.

The first meta-steps of recipes as they are, on Omniglot as `python -m demo train` finds it.
"""

from __future__ import annotations

import subprocess
import sys

import click
import torch

from demo.learners.store import FOLDER
from demo.models import Weights
from demo.tasks import omniglot
from demo.tasks.splits import Split, lake
from demo.training.outer import Outer
from demo.training.plan import planned
from demo.training.ranks import ALONE, Ranks, joined, launched
from demo.training.recipes import RECIPES


def after(name: str, meta_steps: int, split: Split | None, ranks: Ranks) -> Weights:
    """The weights then."""
    recipe = RECIPES[name]
    outer = Outer(recipe, planned(recipe, split if recipe.classifies else None, FOLDER), ranks=ranks)
    for _ in range(meta_steps):
        outer.step()
    return {key: w.detach().clone() for key, w in outer.theta.items()}


def apart(one: Weights, other: Weights) -> float:
    """The largest difference."""
    return max((w - other[key]).abs().max().item() for key, w in one.items())


@click.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--steps", default=100, show_default=True, help="Meta-steps.")
@click.option("--ranks", "count", default=2, show_default=True)
def main(names: tuple[str, ...], steps: int, count: int) -> None:
    """Follow recipes by ranks and by one process, and print how far apart they end."""
    if not launched():
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
        sys.exit(subprocess.call([*torchrun, "-m", "tests.benchmarks.same", *sys.argv[1:]]))
    torch.set_num_threads(1)
    drawn = [RECIPES[name] for name in names if RECIPES[name].classifies]
    split = lake(omniglot.find(None), hands=any(recipe.gallery for recipe in drawn)) if drawn else None
    with joined("cpu") as ranks:
        together = {name: after(name, steps, split, ranks) for name in names}
    for name in names if ranks.first else ():
        in_shards, at_once = (after(name, steps, split, one) for one in (Ranks(shards=count), ALONE))
        click.echo(
            f"{name}, {steps} meta-steps, {count} ranks: {apart(together[name], in_shards):.1e} from one process with"
            f" --shards {count}, {apart(together[name], at_once):.1e} from one without"
        )


if __name__ == "__main__":
    main()
