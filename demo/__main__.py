"""The command line: python -m demo run | train | measure | evaluate | classify | agree | bench | table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import torch

from demo.learners import ENTRIES
from demo.options import (
    ATTACKED,
    BY_DEFAULT,
    CLASSIFYING,
    PARTS,
    Friendly,
    characters_option,
    chosen,
    device_option,
    epsilon_option,
    learner_option,
    omniglot_option,
    weights_folder,
)


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
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@click.option("--checkpoints", default="checkpoints", show_default=True, type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help=f"Folder for the weights. {BY_DEFAULT}")
@characters_option
@omniglot_option
@device_option
def train(
    names: tuple[str, ...],
    everything: bool,
    resume: bool,
    checkpoints: Path,
    output: Path | None,
    characters: str,
    omniglot: str | None,
    device: str,
) -> None:
    """Train NAMES by their recipes, evaluate them, and write weights and cards."""
    from demo.learners import store
    from demo.tasks import omniglot as data
    from demo.tasks.splits import SPLITS
    from demo.training.cards import card
    from demo.training.checkpoint import CheckpointError
    from demo.training.recipes import RECIPES
    from demo.training.train import train as follow

    wanted = tuple(name for name in RECIPES if name in ENTRIES) if everything else names
    unknown = [name for name in wanted if name not in RECIPES]
    if unknown or not wanted:
        raise click.UsageError(f"name one or more of: {', '.join(RECIPES)}, or --all")
    place = chosen(device)
    folder = output or weights_folder(characters)
    split = None
    if any(RECIPES[name].classifies for name in wanted):
        split = SPLITS[characters](data.find(omniglot), hands=any(RECIPES[name].gallery for name in wanted))
    for name in wanted:
        recipe = RECIPES[name]
        own = split if recipe.classifies else None
        try:
            finished = follow(recipe, own, place, checkpoints, resume, weights=folder)
        except CheckpointError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            sys.exit(130)
        path = store.save(card(recipe, finished, own, place), finished.learner.theta, folder)
        click.echo(f"Wrote {path} and its card.")


@main.command()
@click.argument("tasks_file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@learner_option(ENTRIES)
@click.option("--ways", default=3, show_default=True, type=click.IntRange(2, 50))
@click.option("--shots", default=1, show_default=True, type=click.IntRange(1, 19))
@click.option("--tasks", default=1000, show_default=True, type=click.IntRange(1))
@click.option("--split", "part", default="evaluation", show_default=True, type=click.Choice(PARTS))
@click.option("--weights", type=click.Path(path_type=Path), help=f"Folder of the weights. {BY_DEFAULT}")
@characters_option
@click.option("--same-alphabet", is_flag=True, help="All classes of a task come from one alphabet.")
@click.option("--steps", default=None, type=click.IntRange(0, 1000), help="Inner steps. Default: the learner's own.")
@click.option("--seed", default=12345, show_default=True)
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
    epsilon: float,
    as_json: bool,
    omniglot: str | None,
    device: str,
) -> None:
    """Measure a learner on Omniglot's tasks, on TASKS_FILE (JSON or JSON Lines), or, a sine learner, on sines."""
    from demo.learners.store import load, read_card
    from demo.training import reports

    if learner not in CLASSIFYING and tasks_file is not None:
        raise click.UsageError(f"{learner} fits sines: leave out {tasks_file}")
    folder = weights or weights_folder(characters)
    loaded = load(learner, folder, chosen(device))
    if epsilon and (tasks_file is not None or learner not in ATTACKED):
        raise click.UsageError(f"--epsilon is for tasks of Omniglot and one of {', '.join(ATTACKED)}")
    if learner not in CLASSIFYING:
        report = reports.on_sines(loaded, tasks, steps, seed)
    elif tasks_file is not None:
        report = reports.on_files(loaded, tasks_file, steps)
    else:
        from demo.tasks import omniglot as data
        from demo.tasks.splits import SPLITS, evaluation_pool
        from demo.training.evaluate import Protocol

        source = data.find(omniglot)
        if (characters, part) == ("lake", "evaluation"):
            pool = evaluation_pool(source)
        else:
            split = SPLITS[characters](source, hands=part in ("gallery", "hasty"))
            pool = split.pool(part)
            if read_card(learner, folder)["training"]["data"] != split.description:
                raise click.UsageError(f"{learner} was trained on other characters, some of which would be evaluated")
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
def bench(as_json: bool) -> None:
    """Measure speed: adapting to a task, and training on many at once against one at a time."""
    from dataclasses import asdict

    from demo.learners.store import load_initialisation as load
    from demo.training.bench import figures

    if not as_json:
        click.echo(f"{'one thread':58} {'median':>9} {'p95':>9}  unit       {'n':>5}")
    for f in figures(load("maml"), load("sine-maml")):
        line = f"{f.what:58} {f.median:9.2f} {f.p95:9.2f}  {f.unit:10} {f.n:5}  {f.remark}"
        click.echo(json.dumps(asdict(f)) if as_json else line)


@main.command()
@learner_option(CLASSIFYING)
@click.option("--tasks", default=1000, show_default=True, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@omniglot_option
def agree(learner: str, tasks: int, as_json: bool, omniglot: str | None) -> None:
    """Compare strokes with pictures: the same 3-way 1-shot tasks by either route to 28x28.

    Needs Omniglot's strokes_background_small1.zip and ..._small2.zip beside its pictures.
    """
    from dataclasses import asdict

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
    from demo.learners import store
    from demo.tasks import omniglot as data
    from demo.tasks.splits import SPLITS
    from demo.training.cards import besides, measured

    folder = weights or weights_folder(characters)
    unknown = [name for name in names if name not in ENTRIES]
    if unknown:
        raise click.UsageError(f"name one or more of: {', '.join(ENTRIES)}")
    split = SPLITS[characters](data.find(omniglot)) if set(names) & set(CLASSIFYING) else None
    for name in names:
        own = split if name in CLASSIFYING else None
        learner = store.load(name, folder, chosen(device))
        card = store.read_card(name, folder)
        card["evaluation"] = measured(learner, own)
        card.update(besides(learner, own))
        path = store.save(card, learner.theta, folder)
        click.echo(f"Wrote the card of {path}.")


@main.command()
def table() -> None:
    """Print the README's tables, from the cards in weights/."""
    from demo.training.table import markdown

    click.echo(markdown())


if __name__ == "__main__":
    main()
