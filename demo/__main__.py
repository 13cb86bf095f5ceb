"""The command line: python -m demo run | train | measure | evaluate | classify | agree | bench | table."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import click
import torch

from demo.learners import ENTRIES
from demo.learners.store import FOLDER
from demo.options import (
    ATTACKED,
    BY_DEFAULT,
    CLASSIFYING,
    PARTS,
    Friendly,
    characters_option,
    checkpoint_options,
    chosen,
    device_option,
    epsilon_option,
    learner_option,
    omniglot_option,
    pool_to_measure,
    refuse_strangers,
    sharing_options,
    weights_folder,
)
from demo.training import apart, cards, scaling

MEASURED = (*ENTRIES, *apart.APART)


@click.group(cls=Friendly, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Few-Shot Sketchbook: meta-learnt classifiers and regressors that adapt while you draw."""
    torch.set_num_threads(1)  # tasks are small: a second thread gains nothing, a second process does


@main.command()
@click.option("--host", default="localhost", show_default=True, help="0.0.0.0: to the whole network.")
@click.option("--port", default=8501, show_default=True)
def run(host: str, port: int) -> None:
    """Serve the app."""
    sys.exit(subprocess.call([sys.executable, "-m", "demo.server", "--host", host, "--port", str(port)]))


@main.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All weights files, one after another.")
@checkpoint_options
@sharing_options
@click.option("--output", type=click.Path(path_type=Path), help=f"Folder for the weights. {BY_DEFAULT}")
@characters_option
@omniglot_option
@device_option
def train(
    names: tuple[str, ...],
    everything: bool,
    resume: bool,
    checkpoints: Path,
    every: float,
    shards: int | None,
    patience: float,
    output: Path | None,
    characters: str,
    omniglot: str | None,
    device: str,
) -> None:
    """Train NAMES, evaluate them, write weights and cards; several ranks: torchrun --nproc-per-node 2 -m demo train."""
    from demo.tasks import omniglot as data
    from demo.tasks.splits import SPLITS
    from demo.training.make import make, refuse_to_share
    from demo.training.recipes import RECIPES

    wanted = (*(name for name in RECIPES if name in ENTRIES), *apart.APART) if everything else names
    refuse_strangers(wanted, (*RECIPES, *apart.APART), "or --all")
    refuse_to_share(wanted, shards)
    place, folder = chosen(device), output or weights_folder(characters)
    recipes, split = [RECIPES[name] for name in wanted if name in RECIPES], None
    if any(recipe.classifies for recipe in recipes):
        split = SPLITS[characters](data.find(omniglot), hands=any(recipe.gallery for recipe in recipes))
    for recipe in recipes:
        if path := make(recipe, split, place, checkpoints, folder, resume, every, shards, patience):
            click.echo(f"Wrote {path} and its card.")
    for name in (name for name in wanted if name in apart.APART):  # minutes on a CPU, and no checkpoints
        click.echo(f"Wrote {apart.make(name, output or FOLDER)} and its card.")


@main.command()
@click.argument("tasks_file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@learner_option(MEASURED)
@click.option("--ways", default=3, show_default=True, type=click.IntRange(2, 50))
@click.option("--shots", default=1, show_default=True, type=click.IntRange(1, 19))
@click.option("--tasks", default=1000, show_default=True, type=click.IntRange(1))
@click.option("--split", "part", default="evaluation", show_default=True, type=click.Choice(PARTS))
@click.option("--weights", type=click.Path(path_type=Path), help=f"Folder of the weights. {BY_DEFAULT}")
@characters_option
@click.option("--same-alphabet", is_flag=True, help="All classes of a task come from one alphabet.")
@click.option("--steps", default=None, type=click.IntRange(0, 1000), help="Inner steps. Default: the learner's own.")
@click.option("--seed", default=12345, show_default=True)
@click.option("--special", is_flag=True, help="What only this learner can be asked, such as accuracy by presentation.")
@epsilon_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@omniglot_option
@device_option
def evaluate(
    tasks_file: Path | None,
    learner: str,
    ways: int,
    shots: int,
    tasks: int,
    part: str,
    weights: Path | None,
    characters: str,
    same_alphabet: bool,
    steps: int | None,
    seed: int,
    special: bool,
    epsilon: float,
    as_json: bool,
    omniglot: str | None,
    device: str,
) -> None:
    """Measure a learner on Omniglot's tasks, on TASKS_FILE (JSON or JSON Lines), or, a sine learner, on sines.

    Learners that neither classify nor fit sines are measured as their cards say; the options do not touch them.
    """
    from demo.learners.store import load, read_card
    from demo.training import reports

    if learner not in CLASSIFYING and tasks_file is not None:
        does = "has figures of its own" if learner in apart.APART else "fits sines"
        raise click.UsageError(f"{learner} {does}: leave out {tasks_file}")
    if learner in apart.APART:
        own = {"learner": learner, **apart.measured(learner, apart.load(learner, weights or FOLDER))}
        click.echo(json.dumps(own) if as_json else reports.readable(own))
        return
    folder = weights or weights_folder(characters)
    loaded = load(learner, folder, chosen(device))
    if epsilon and (tasks_file is not None or learner not in ATTACKED):
        raise click.UsageError(f"--epsilon is for tasks of Omniglot and one of {', '.join(ATTACKED)}")
    if learner not in CLASSIFYING:
        report = reports.on_sines(loaded, tasks, steps, seed)
    elif tasks_file is not None:
        report = reports.on_files(loaded, tasks_file, steps)
    else:
        from demo.training.evaluate import Protocol

        pool = pool_to_measure(learner, read_card(learner, folder), part, characters, omniglot)
        if special:
            report = reports.on_special(loaded, pool, tasks, part)
        else:
            protocol = Protocol(ways, shots, tasks, steps, same_alphabet, seed=seed, epsilon=epsilon)
            report = reports.on_omniglot(loaded, pool, protocol, not as_json)
    click.echo(json.dumps(report) if as_json else reports.readable(report))


@main.command()
@click.argument("task_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@learner_option(CLASSIFYING)
@click.option("--steps", default=None, type=click.IntRange(0, 1000), help="Inner steps. Default: the learner's own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@device_option
def classify(task_file: Path, learner: str, steps: int | None, as_json: bool, device: str) -> None:
    """Adapt to the classes of TASK_FILE and classify its queries."""
    from demo.learners.store import load
    from demo.training import reports

    report = reports.classified(load(learner, device=chosen(device)), task_file, steps)
    click.echo(json.dumps(report) if as_json else reports.readable(report))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--ranks", type=click.IntRange(2, 64), help="Instead: training on so many processes, against one.")
def bench(as_json: bool, ranks: int | None) -> None:
    """Measure speed: adapting to a task, and training on many at once against one at a time."""
    if ranks is not None:
        sys.exit(scaling.start(ranks, as_json))
    from demo.learners.store import load_initialisation as load
    from demo.training.bench import lines

    for line in lines(load("maml"), load("sine-maml"), as_json):
        click.echo(line)


@main.command()
@learner_option(CLASSIFYING)
@click.option("--tasks", default=1000, show_default=True, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@omniglot_option
def agree(learner: str, tasks: int, as_json: bool, omniglot: str | None) -> None:
    """Compare strokes with pictures: the same 3-way 1-shot tasks by either route to 28x28.

    Needs Omniglot's strokes_background_small1.zip and ..._small2.zip beside its pictures.
    """
    from demo.learners.store import load
    from demo.tasks import omniglot as data
    from demo.tasks import strokes
    from demo.training import agreement, reports

    source = data.find(omniglot)
    drawings = dict(strokes.load(source))
    pairs = (
        (name, drawings[name], ink) for name, ink in data.pictures(source, "images_background") if name in drawings
    )
    report = asdict(agreement.agreement(load(learner), agreement.both_routes(pairs), tasks))
    click.echo(json.dumps(report) if as_json else reports.readable(report))


@main.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--weights", type=click.Path(path_type=Path), help=f"Folder of the weights. {BY_DEFAULT}")
@characters_option
@omniglot_option
@device_option
def measure(names: tuple[str, ...], weights: Path | None, characters: str, omniglot: str | None, device: str) -> None:
    """Measure the weights NAMES anew and write the figures into their cards."""
    from demo.tasks import omniglot as data
    from demo.tasks.splits import SPLITS

    folder = weights or weights_folder(characters)
    refuse_strangers(names, MEASURED)
    split = SPLITS[characters](data.find(omniglot)) if set(names) & set(CLASSIFYING) else None
    for name in names:
        if name in apart.APART:
            path = apart.measure(name, weights or FOLDER)
        else:
            path = cards.measure(name, folder, chosen(device), split if name in CLASSIFYING else None)
        click.echo(f"Wrote the card of {path}.")


@main.command()
@click.option("--figure", type=click.Path(path_type=Path), help="Write the figure of all classifiers there, as SVG.")
@click.option("--readme", type=click.Path(path_type=Path, exists=True), help="Put the tables into this file, too.")
def table(figure: Path | None, readme: Path | None) -> None:
    """Print the README's tables, from the cards in weights/."""
    from demo.training.table import write

    click.echo(write(figure, readme))


if __name__ == "__main__":
    main()
