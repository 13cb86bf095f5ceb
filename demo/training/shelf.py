"""The weights on the shelf: what is in `weights/`, checked against the cards as it lies there now.

No PyTorch here, and nothing is loaded: a file's checksum and its header say what it holds.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.learners import FITTING
from demo.learners.folder import WEIGHTS
from demo.training import families

FOLDER = WEIGHTS
PAPER = "paper"  # the folder in it for weights that were trained on the papers' random split

Card = dict[str, Any]

SINE_STEPS = 10
"""The inner steps after which regressors are compared, whatever each was trained for."""

APART = "apart"
USES = ("drawings", "sines", "paper", APART)


class ShelfError(RuntimeError):
    """A card or a weights file that is missing or not whole; `key` says which of the ways."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key, self.detail = key, detail


@dataclass(frozen=True)
class Figure:
    """What a classifier was measured to do on one kind of task; fractions of 1, ci95 half an interval's width."""

    key: str  # in the card, as "random_classes" or "5-way 1-shot"
    accuracy: float
    ci95: float
    ece: float
    mean_confidence: float
    transductive: float  # accuracy where queries may see each other
    curve: tuple[float, ...]  # mean probability of the right class after every inner step
    protocol: str
    command: str


@dataclass(frozen=True)
class Model:
    """One weights file with its card.

    shapes: each tensor's, by name, without a task dimension; measured: the sha256 of the file as it is now.
    """

    name: str
    folder: str  # "" or PAPER
    card: Card
    shapes: dict[str, tuple[int, ...]]
    size: int  # bytes
    measured: str

    @property
    def key(self) -> str:
        """Unlike the name, no other model's: "maml", "paper/maml"."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def intact(self) -> bool:
        """Whether the file is the one that the card describes."""
        return bool(self.measured == self.card["sha256"])

    @property
    def parameters(self) -> int:
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def use(self) -> str:
        """One of `USES`: what it is for, and whose split it was trained on."""
        if "use" in self.card:
            return APART
        if self.card["network"]["kind"] in FITTING:
            return "sines"
        return PAPER if self.folder == PAPER else "drawings"

    @property
    def family(self) -> str:
        """One of `demo.learners.FAMILIES`, as far as it is of any."""
        return families.family(self.name, str(self.card["training"]["recipe"].get("rule", self.name)))

    @property
    def errors(self) -> tuple[float, ...]:
        """A regressor's mean squared error after every inner step; of others nothing."""
        return tuple(self.card["evaluation"].get("mse_after_steps", ()))

    @property
    def error(self) -> float:
        """A regressor's mean squared error after SINE_STEPS steps, or after the last that was measured."""
        return float(self.errors[min(SINE_STEPS, len(self.errors) - 1)])

    @property
    def figures(self) -> tuple[Figure, ...]:
        """A classifier's figures, in the card's order; of others nothing."""
        if self.use in ("sines", APART):
            return ()
        return tuple(_figure(key, value) for key, value in self.card["evaluation"].items())

    @property
    def own(self) -> dict[str, dict[str, float]]:
        """The figures of what stands apart, by what was measured: each figure's name and its number."""
        if self.use != APART:
            return {}
        return {
            key: {name: float(value) for name, value in entry.items() if isinstance(value, int | float)}
            for key, entry in self.card["evaluation"].items()
        }

    @property
    def steps(self) -> int:
        """Inner steps it was trained for."""
        return int(self.card["inner"]["steps"])

    @property
    def main(self) -> Figure | None:
        """The figure to name first."""
        return next(iter(self.figures), None)

    @property
    def history(self) -> list[dict[str, float]]:
        """Points of the training: meta_step, loss, validation; none if it was never trained."""
        history: list[dict[str, float]] = self.card["training"]["history"]
        return history


@dataclass(frozen=True)
class Broken:
    """A model that cannot be shown, and why: the end of a key of words, and a detail."""

    name: str
    folder: str
    problem: str
    detail: str

    @property
    def key(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name


def models(folder: Path = FOLDER) -> list[Model | Broken]:
    """Every model on the shelf, whole or not, by use and then the better first."""
    found: list[Model | Broken] = []
    for part, place in (("", folder), (PAPER, folder / PAPER)):
        names = {path.stem for kind in ("*.json", "*.safetensors") for path in place.glob(kind)}
        for name in sorted(names):
            try:
                found.append(model(name, part, place))
            except ShelfError as error:
                found.append(Broken(name, part, error.key, error.detail))
    return sorted(found, key=_rank)


def best(shelf: Iterable[Model | Broken], key: str) -> list[tuple[Model, Figure]]:
    """The classifiers that were measured on `key`, the most accurate first."""
    measured = [
        (model, figure) for model in shelf if isinstance(model, Model) for figure in model.figures if figure.key == key
    ]
    return sorted(measured, key=lambda pair: -pair[1].accuracy)


def kinds(shelf: Iterable[Model | Broken]) -> list[str]:
    """The kinds of tasks that classifiers were measured on, each once, in the cards' order."""
    return list(dict.fromkeys(f.key for model in shelf if isinstance(model, Model) for f in model.figures))


def _rank(model: Model | Broken) -> tuple[int, float, str]:
    if isinstance(model, Broken) or model.use == APART:
        return len(USES) - isinstance(model, Model), 0.0, model.key
    score = -model.main.accuracy if model.main else model.error
    return USES.index(model.use), score, model.key


def model(name: str, part: str, place: Path) -> Model:
    """The one of that name in `place`, the part "" or PAPER of a shelf.

    Raises `ShelfError` for anything but a whole card and a readable weights file.
    """
    card = read_card(place / f"{name}.json")
    try:
        raw = (place / f"{name}.safetensors").read_bytes()
    except OSError as error:
        raise ShelfError("weights-missing", str(error.strerror)) from error
    measured = hashlib.sha256(raw).hexdigest()
    found = Model(name, part, card, _shapes(raw, tasks="use" not in card), len(raw), measured)
    try:
        _ = found.intact, found.use, found.family, found.figures, found.errors, found.history, _rank(found)
        _ = found.parameters, card["training"]["command"], card["licence"]
        _ = found.own if found.use == APART else float(card["inner"]["rate"])
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ShelfError("card-incomplete", repr(error)) from error
    return found


def read_card(path: Path) -> Card:
    """Without PyTorch, which `demo.learners.store` loads; raises `ShelfError` if it is missing or is not a card."""
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ShelfError("card-missing") from None
    except (OSError, ValueError) as error:
        raise ShelfError("card-damaged", str(error)) from error
    if not isinstance(card, dict):
        raise ShelfError("card-damaged", type(card).__name__)
    return card


def _shapes(raw: bytes, tasks: bool) -> dict[str, tuple[int, ...]]:
    """From the header of a safetensors file: eight bytes that say how long it is, then JSON.

    tasks: whether tensors have a leading task dimension, which is left out.
    """
    try:
        (length,) = struct.unpack("<Q", raw[:8])
        header = json.loads(raw[8 : 8 + length])
        return {name: tuple(each["shape"][tasks:]) for name, each in header.items() if name != "__metadata__"}
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShelfError("weights-damaged", str(error)) from error


def _figure(key: str, value: dict[str, Any]) -> Figure:
    return Figure(
        key,
        float(value["accuracy"]),
        float(value["ci95"]),
        float(value["ece"]),
        float(value["mean_confidence"]),
        float(value["transductive"]["accuracy"]),
        tuple(value["right_class_probability_after_steps"]),
        str(value["protocol"]),
        str(value["command"]),
    )
