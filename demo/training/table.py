"""The README's tables, made from the cards: `python -m demo table` prints them, and a test compares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from demo.learners import CLASSIFIERS, REGRESSORS
from demo.learners.store import read_card

# Ours to compare with: the reference page's shipped weights, measured by us on the same kind of tasks.
REFERENCE = "OpenAI's page, its shipped weights (3,000 tasks)"
REFERENCE_FIGURES = ("96.5 ± 0.7", "90.6 ± 1.0", "–", "3.2")

SINE_STEPS = (0, 1, 5, 8, 10, 32)


def markdown() -> str:
    """Both tables, as Markdown."""
    return "\n".join((*_classifiers(), "", *_regressors()))


def _classifiers() -> Iterator[str]:
    yield "| 3-way 1-shot, 20 evaluation alphabets, % | random classes | one alphabet | transductive | ECE |"
    yield "|---|---|---|---|---|"
    for entry in CLASSIFIERS:
        figures = read_card(entry.name)["evaluation"]
        random, same = figures["random_classes"], figures["same_alphabet"]
        cells = (_percent(random), _percent(same), _percent(random["transductive"]), f"{100 * random['ece']:.1f}")
        yield f"| {entry.title} | {' | '.join(cells)} |"
    yield f"| {REFERENCE} | {' | '.join(REFERENCE_FIGURES)} |"


def _regressors() -> Iterator[str]:
    yield f"| sine, MSE after … steps | {' | '.join(str(steps) for steps in SINE_STEPS)} |"
    yield "|---|" + "---|" * len(SINE_STEPS)
    for entry in REGRESSORS:
        mse = read_card(entry.name)["evaluation"]["mse_after_steps"]
        yield f"| {entry.title} | {' | '.join(f'{mse[steps]:.2f}' for steps in SINE_STEPS)} |"


def _percent(figures: dict[str, Any]) -> str:
    return f"{100 * figures['accuracy']:.1f} ± {100 * figures['ci95']:.1f}"
