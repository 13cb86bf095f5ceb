"""Weights on disk: NAME.safetensors beside NAME.json, its card.

Loading checks the checksum and every tensor's name and shape, and says which file is wrong and how to
get it back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from demo.learners import FITTING
from demo.learners.caml import ContextNet, SineContext
from demo.learners.folder import WEIGHTS
from demo.learners.gauss_prototypical import GaussPrototypical
from demo.learners.gradient import GradientLearner
from demo.learners.lstm_meta import LstmMeta
from demo.learners.mann import Mann
from demo.learners.matching import Matching
from demo.learners.metasgd import MetaSGD
from demo.learners.method import Method, MethodLearner
from demo.learners.objectives import Classification, Objective, Regression
from demo.learners.plusplus import PlusPlus
from demo.learners.prototypical import Prototypical
from demo.learners.relation import Relation
from demo.learners.semi_prototypical import SemiPrototypical
from demo.learners.siamese import Siamese
from demo.learners.taml import LearntHead
from demo.learners.trained import Trained
from demo.models import ConvNet, CosineNet, Network, SineNet, Weights

FOLDER = WEIGHTS

PAPER_FOLDER = FOLDER / "paper"  # weights trained on the papers' random split, not used by the app

Card = dict[str, Any]

_NETWORKS: dict[str, Callable[..., Network | Method]] = {
    "ConvNet": ConvNet,
    "CosineNet": CosineNet,
    "SineNet": SineNet,
    "Prototypical": Prototypical,
    "ContextNet": ContextNet,
    "SineContext": SineContext,
    "Siamese": Siamese,
    "Relation": Relation,
    "Matching": Matching,
    "GaussPrototypical": GaussPrototypical,
    "SemiPrototypical": SemiPrototypical,
    "Mann": Mann,
    "LstmMeta": LstmMeta,
    "MetaSGD": MetaSGD,
    "PlusPlus": PlusPlus,
    "LearntHead": LearntHead,
}


class WeightsError(RuntimeError):
    """A weights file or its card is missing, damaged or of another shape. The message says what to do.

    The message begins with the file's name, and is for everybody; `whole` is for who may know where the folder is.
    """

    def __init__(self, message: str, folder: Path | None = None) -> None:
        super().__init__(message)
        self.folder = folder

    @property
    def whole(self) -> str:
        """The message with the file's whole path."""
        return str(self) if self.folder is None else f"{self.folder}/{self}"


def read_card(name: str, folder: Path = FOLDER) -> Card:
    """The card of weights NAME; raises `WeightsError` if it is missing or is not a card."""
    if Path(name).name != name:
        raise WeightsError(f"{name!r} is no name of weights: it leads out of their folder")
    path = folder / f"{name}.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(f"{path.name} is missing: {_remedy(name)}", folder) from None
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        raise WeightsError(f"{path.name} cannot be read ({error}): {_remedy(name)}", folder) from error
    if not isinstance(card, dict):
        raise WeightsError(f"{path.name} is not a card: {_remedy(name)}", folder)
    return card


def load(name: str, folder: Path = FOLDER, device: torch.device | str = "cpu") -> Trained:
    """The learner NAME, ready to adapt on `device`; raises `WeightsError` for anything but whole weights."""
    card = read_card(name, folder)
    raw = _sound(card, name, folder)
    try:
        network = network_of(card["network"])
        objective = objective_of(card)
        rate, steps = float(card["inner"]["rate"]), int(card["inner"]["steps"])
    except (KeyError, TypeError, ValueError) as error:
        raise _not_whole(name, folder, error) from error
    theta = _fitting(raw, network.initialise, name, folder)
    return learner_of(name, network, objective, theta, rate, steps).to(device)


def load_weights(name: str, initialise: Callable[[torch.Generator], Weights], folder: Path = FOLDER) -> Weights:
    """The weights NAME alone, of the shapes that `initialise` gives; raises `WeightsError` as `load` does."""
    return _fitting(_sound(read_card(name, folder), name, folder), initialise, name, folder)


def save(card: Card, theta: Weights, folder: Path = FOLDER) -> Path:
    """Writes theta and its card (which gains the sha256), each whole or not at all; returns the weights' path."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = safetensors.torch.save({name: w.detach().cpu().contiguous() for name, w in theta.items()})
    card = {**card, "sha256": hashlib.sha256(raw).hexdigest()}
    path = folder / f"{card['name']}.safetensors"
    for target, content in ((path, raw), (path.with_suffix(".json"), write_card(card))):
        partial = target.with_name(target.name + ".partial")
        partial.write_bytes(content)
        partial.replace(target)
    return path


def write_card(card: Card) -> bytes:
    return (json.dumps(card, indent=2, ensure_ascii=False) + "\n").encode()


def load_initialisation(name: str, folder: Path = FOLDER, device: torch.device | str = "cpu") -> GradientLearner:
    """The same, for learners that plain gradient steps adapt; raises `WeightsError` for others as well."""
    learner = load(name, folder, device)
    if not isinstance(learner, GradientLearner):
        raise WeightsError(f"{name} has no inner loop of gradient steps to look into: choose another learner")
    return learner


def learner_of(
    name: str, network: Network | Method, objective: Objective, theta: Weights, rate: float, steps: int
) -> Trained:
    """The learner that such a network makes: by gradient descent, unless it brings a way of its own."""
    if isinstance(network, Method):
        return MethodLearner(name, network, objective, theta, rate, steps)
    return GradientLearner(name, network, objective, theta, rate, steps)


def network_of(spec: dict[str, Any]) -> Network | Method:
    """The network that a card's `network` entry describes: {"kind": "ConvNet", "filters": 64}, say."""
    options = dict(spec)
    return _NETWORKS[options.pop("kind")](**options)


def objective_of(card: Card) -> Objective:
    """How a card's network is judged: classifiers with the sharpness found for them, regressors by MSE."""
    return Regression() if card["network"]["kind"] in FITTING else Classification(float(card["sharpness"]))


def _sound(card: Card, name: str, folder: Path) -> bytes:
    """The weights file as it is, if it is the one that the card describes."""
    path = folder / f"{name}.safetensors"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if "sha256" not in card:
        raise _not_whole(name, folder, KeyError("sha256"))
    if hashlib.sha256(raw).hexdigest() != card["sha256"]:
        raise WeightsError(f"{path.name} is not the file its card describes (sha256 differs): {_remedy(name)}", folder)
    return raw


def _fitting(raw: bytes, initialise: Callable[[torch.Generator], Weights], name: str, folder: Path) -> Weights:
    """The file's tensors, if they have the names and shapes of first weights."""
    path = folder / f"{name}.safetensors"
    try:
        theta: Weights = safetensors.torch.load(raw)
    except safetensors.SafetensorError as error:
        raise WeightsError(f"{path.name} is damaged ({error}): {_remedy(name)}", folder) from error
    expected = {key: tuple(w.shape) for key, w in initialise(torch.Generator()).items()}
    found = {key: tuple(w.shape) for key, w in theta.items()}
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key) != found.get(key):
            raise WeightsError(
                f"{path.name} does not fit its network: {key} has shape {found.get(key)}, not {expected.get(key)};"
                f" {_remedy(name)}",
                folder,
            )
    return {key: theta[key] for key in expected}  # safetensors has them in another order in every process


def _not_whole(name: str, folder: Path, error: Exception) -> WeightsError:
    return WeightsError(f"{name}.json is not a whole card ({error!r}): {_remedy(name)}", folder)


def _unreadable(path: Path, error: OSError) -> WeightsError:
    """`str(error)` has the whole path."""
    return WeightsError(f"{path.name} cannot be read ({error.strerror}): {_remedy(path.stem)}", path.parent)


def _remedy(name: str) -> str:
    return f"restore it with `git checkout weights`, or train it anew with `python -m demo train {name}`"
