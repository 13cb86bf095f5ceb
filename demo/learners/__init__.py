"""The learners, one file each, and the list that the pages, the command line and the tests go through."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One row of the list: the weights' name, and what to call it in front of an audience."""

    name: str
    title: str
    summary: str


CLASSIFIERS = (
    Entry("maml", "MAML", "an initialisation learnt through an inner step, second order"),
    Entry("fomaml", "First-order MAML", "MAML that ignores how the inner loop bends"),
    Entry("reptile", "Reptile", "an initialisation moved towards where inner loops end"),
    Entry("pretrained", "Joint pretraining", "one ordinary classifier of all training characters, then fine-tuned"),
    Entry("random", "Random initialisation", "never trained: what gradient steps alone can do"),
    Entry("reptile-batchnorm", "Reptile with batch norm", "from random weights, with batch norm, as in its paper"),
)

REGRESSORS = (
    Entry("sine-maml", "MAML", "an initialisation learnt through the inner loop, second order"),
    Entry("sine-reptile", "Reptile", "an initialisation moved towards where inner loops end"),
    Entry("sine-pretrained", "Joint pretraining", "one network fitted to all sines at once: it learns their mean"),
    Entry("sine-random", "Random initialisation", "never trained"),
)

ENTRIES = {entry.name: entry for entry in (*CLASSIFIERS, *REGRESSORS)}
