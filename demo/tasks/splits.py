"""Which characters are for training, for validation and for evaluation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from demo.tasks import gallery
from demo.tasks.characters import Characters
from demo.tasks.omniglot import DataError, Part, load

# Five of the thirty background alphabets, set aside for every choice that training makes: recipes, rates,
# calibration. Chosen once for their variety, before any training, never by score.
VALIDATION = ("Bengali", "Early_Aramaic", "Futurama", "Hebrew", "Korean")

PAPER_TRAINING = 1200  # characters; the other 423 are for evaluation (Santoro 2016; Finn 2017; Nichol 2018)
PAPER_VALIDATION = 100  # of the 1200
PAPER_SEED = 0


@dataclass(frozen=True)
class Split:
    """Three disjoint pools of characters, and which they are, in words for a card."""

    name: str  # a key of SPLITS
    description: str
    training: Part
    validation: Part
    evaluation: Part
    progress: bool = True

    def pool(self, name: str) -> Characters:
        """Where tasks come from.

        "training", with rotations as classes, and "gallery" with other hands' drawings and doodles besides.
        "validation", "hasty" (the same characters by a hasty hand) and "doodles": to choose by.
        "evaluation": to measure at the very end.
        """
        if name == "training":
            return Characters(replace(self.training, hands=None), rotations=True)
        if name == "gallery":
            doodles = gallery.doodles("training", self.progress)
            return Characters(self.training, rotations=True, upright=(doodles,))
        if name == "doodles":
            return Characters(gallery.doodles("validation", self.progress))
        if name == "hasty":
            assert self.validation.hands is not None
            return Characters(replace(self.validation, images=self.validation.hands[:, :, -1], hands=None))
        return Characters(replace(getattr(self, name), hands=None))


def lake(source: Path, official: bool = True, hands: bool = False, progress: bool = True) -> Split:
    """Lake's split: 25 + 5 background alphabets for training and validation, 20 others for evaluation.

    With `hands`, every background drawing is there by other hands as well (`demo.tasks.gallery`).
    """
    background = _part(source, "images_background", official, hands, progress)
    missing = set(VALIDATION) - set(background.names)
    if missing:
        raise DataError(f"images_background in {source} lacks the alphabets {', '.join(sorted(missing))}")
    held_out = np.isin(background.alphabet, [background.names.index(name) for name in VALIDATION])
    training = background.choose(~held_out)
    description = (
        f"Omniglot, Lake's split: {len(training.images)} characters of the 25 background alphabets other than"
        f" {', '.join(VALIDATION)} (validation), each turned by 0, 90, 180 and 270 degrees as classes of their own"
    )
    evaluation = load(source, "images_evaluation", official, progress)
    return Split("lake", description, training, background.choose(held_out), evaluation, progress)


def paper(source: Path, official: bool = True, hands: bool = False, progress: bool = True) -> Split:
    """The random split of the MAML and Reptile papers, whose members they did not publish: our seed's."""
    background, evaluation = (
        _part(source, part, official, hands, progress) for part in ("images_background", "images_evaluation")
    )
    both = (background.hands, evaluation.hands)
    everything = Part(
        np.concatenate([background.images, evaluation.images]),
        np.concatenate([background.alphabet, evaluation.alphabet + len(background.names)]),
        background.names + evaluation.names,
        None if both[0] is None or both[1] is None else np.concatenate([both[0], both[1]]),
    )
    order = np.random.default_rng(PAPER_SEED).permutation(len(everything.images))
    held_out, training = order[:PAPER_VALIDATION], order[PAPER_VALIDATION:PAPER_TRAINING]
    description = (
        f"Omniglot, a random split as in the Reptile paper, seed {PAPER_SEED}: {len(training)} characters,"
        f" each turned by 0, 90, 180 and 270 degrees as classes of their own; {len(held_out)} for validation,"
        " the rest for evaluation"
    )
    parts = [everything.choose(part) for part in (training, held_out, order[PAPER_TRAINING:])]
    return Split("paper", description, parts[0], parts[1], parts[2], progress)


def _part(source: Path, name: str, official: bool, hands: bool, progress: bool) -> Part:
    part = load(source, name, official, progress)
    return replace(part, hands=gallery.hands(source, name, progress)) if hands else part


def evaluation_pool(source: Path) -> Characters:
    """The pool of Lake's 20 evaluation alphabets alone, without reading the others."""
    return Characters(load(source, "images_evaluation"))


SPLITS = {"lake": lake, "paper": paper}
