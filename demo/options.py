"""What the commands share: options, and errors said in one line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import torch

from demo.learners import CLASSIFIERS
from demo.learners.contract import TaskError
from demo.learners.store import FOLDER, PAPER_FOLDER, Card, WeightsError
from demo.tasks.characters import Characters
from demo.tasks.drawing import DrawingError
from demo.tasks.omniglot import DataError
from demo.training.checkpoint import CheckpointError
from demo.training.ranks import PATIENCE, RanksError, leave_word
from demo.training.stopping import Stopped

CLASSIFYING = [entry.name for entry in CLASSIFIERS]
ATTACKED = [entry.name for entry in CLASSIFIERS if entry.inner]
PARTS = ("evaluation", "validation", "training", "gallery", "hasty", "doodles")  # demo.tasks.splits.Split.pool
BY_DEFAULT = "Default: weights/, or weights/paper/ with --characters paper."
EXPECTED = (CheckpointError, DataError, DrawingError, RanksError, TaskError, WeightsError, OSError)


class Friendly(click.Group):
    """Turns the errors that users can mend into one line on stderr; all others stay tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            message = error.whole if isinstance(error, WeightsError) else str(error)
            leave_word(message)
            raise click.ClickException(message) from error
        except Stopped as stop:
            click.echo(str(stop), err=True)
            sys.exit(128 + stop.signal)  # as shells report it: 130 and 143


def omniglot_option(command: Any) -> Any:
    return click.option(
        "--omniglot",
        metavar="PATH",
        help="Folder of Omniglot's two parts, as folders or zip files. Default: $OMNIGLOT_DIR, else downloaded.",
    )(command)


def characters_option(command: Any) -> Any:
    return click.option(
        "--characters",
        type=click.Choice(["lake", "paper"]),
        default="lake",
        show_default=True,
        help="Which are for training and which for evaluation: Lake's alphabets, or 1200/423 at random.",
    )(command)


def device_option(command: Any) -> Any:
    return click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)(
        command
    )


def checkpoint_options(command: Any) -> Any:
    resume = click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
    where = click.option("--checkpoints", default="checkpoints", show_default=True, type=click.Path(path_type=Path))
    every = click.option("--every", default=60.0, show_default=True, help="Seconds from one checkpoint to the next.")
    return resume(where(every(command)))


def sharing_options(command: Any) -> Any:
    shards = click.option(
        "--shards",
        type=click.IntRange(1),
        help="Parts that a meta-batch is worked through in. As many make the same weights on any number of processes,"
        " and take less memory. Default: as many as processes.",
    )
    patience = click.option(
        "--patience",
        default=PATIENCE,
        show_default=True,
        type=click.FloatRange(1),
        help="Seconds that a process may say nothing (the first one validates) before the others take it for lost.",
    )
    return shards(patience(command))


def epsilon_option(command: Any) -> Any:
    return click.option(
        "--epsilon",
        default=0.0,
        show_default=True,
        type=click.FloatRange(0, 1),
        help="Move every pixel of the queries so far against the learner, if it has an inner loop (FGSM).",
    )(command)


def learner_option(names: Iterable[str]) -> Callable[[Any], Any]:
    return click.option("--learner", type=click.Choice(list(names)), required=True)


def refuse_strangers(names: Sequence[str], known: Iterable[str], otherwise: str = "") -> None:
    """Raises UsageError, which lists the `known`, if one of the names is none of them, or if there is none."""
    known = list(known)
    if not names or not set(names) <= set(known):
        raise click.UsageError(", ".join([f"name one or more of: {known[0]}", *known[1:], *filter(None, [otherwise])]))


def weights_folder(characters: str) -> Path:
    return PAPER_FOLDER if characters == "paper" else FOLDER


def pool_to_measure(learner: str, card: Card, part: str, characters: str, omniglot: str | None) -> Characters:
    """The part's characters; raises UsageError if the learner, whose card this is, may have been trained on them."""
    from demo.tasks import omniglot as data
    from demo.tasks.splits import SPLITS, evaluation_pool

    source = data.find(omniglot)
    if (characters, part) == ("lake", "evaluation"):
        return evaluation_pool(source)
    split = SPLITS[characters](source, hands=part in ("gallery", "hasty"))
    if card["training"]["data"] != split.description:
        raise click.UsageError(f"{learner} was trained on other characters, some of which would be evaluated")
    return split.pool(part)


def chosen(device: str) -> str:
    """cpu or cuda; raises ClickException if CUDA is wanted and not there."""
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise click.ClickException("no CUDA device is to be seen here: use --device cpu")
    return device
