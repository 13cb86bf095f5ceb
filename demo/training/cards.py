"""Cards: what a weights file is, how it was made, and what it was measured to do."""

from __future__ import annotations

import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from demo.learners import ENTRIES, Entry, store
from demo.learners.objectives import Classification
from demo.learners.store import Card
from demo.learners.trained import Trained
from demo.tasks.splits import Split
from demo.training import evaluate, robustness
from demo.training.evaluate import Protocol
from demo.training.metrics import Score
from demo.training.recipe import Recipe
from demo.training.special import special
from demo.training.train import Run

SINE_TASKS = 600
COMPARED_UNDER_ATTACK = ("adml",)

# What each split's cards state: key, pool (demo.tasks.splits.Split.pool) and protocol.
MEASURES: dict[str, dict[str, tuple[str, Protocol]]] = {
    "lake": {
        "random_classes": ("evaluation", Protocol(3, 1, 5000)),
        "same_alphabet": ("evaluation", Protocol(3, 1, 5000, same_alphabet=True)),
        "2-way 1-shot": ("evaluation", Protocol(2, 1, 1000)),
        "5-way 1-shot": ("evaluation", Protocol(5, 1, 1000)),
        "5-way 5-shot": ("evaluation", Protocol(5, 5, 1000)),
        "20-way 1-shot": ("evaluation", Protocol(20, 1, 1000)),
        "invented_doodles": ("doodles", Protocol(3, 1, 1000)),
    },
    "paper": {
        "5-way 1-shot": ("evaluation", Protocol(5, 1, 5000)),
        "5-way 5-shot": ("evaluation", Protocol(5, 5, 5000)),
        "20-way 1-shot": ("evaluation", Protocol(20, 1, 1000)),
        "20-way 5-shot": ("evaluation", Protocol(20, 5, 1000)),
    },
}
LICENCE = "MIT"
CREDIT = "Trained on Omniglot: B. M. Lake, R. Salakhutdinov, J. B. Tenenbaum, Science 350 (2015), MIT licence"


def card(recipe: Recipe, run: Run, split: Split | None, device: str, progress: bool = True) -> Card:
    """The card of a finished run, without the sha256, which saving adds. Evaluates: takes some minutes."""
    learner = run.learner
    entry = ENTRIES.get(recipe.name, Entry(recipe.name, recipe.name, "made to be compared with", "initialisation"))
    result: Card = {
        "name": recipe.name,
        "title": entry.title,
        "summary": entry.summary,
        "network": recipe.network,
        "inner": {"rate": learner.rate, "steps": learner.steps},
    }
    if isinstance(learner.objective, Classification):
        result["sharpness"] = learner.objective.sharpness
    result["training"] = {
        "command": f"python -m demo train {recipe.name}{_characters(split)}{_shards(run)}",
        "seed": recipe.seed,
        "data": _data(split),
        "recipe": {key: value for key, value in asdict(recipe).items() if key not in ("name", "network")},
        "tasks": recipe.meta_steps * recipe.meta_batch,
        "device": device,
        "seconds": round(run.seconds),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "history": run.history,
        "longer": outlook(run.history),
    }
    result["evaluation"] = measured(learner, split, progress)
    result |= own_figures(learner, split)
    result["licence"] = LICENCE
    if split is not None:
        result["credit"] = CREDIT
    return result


def outlook(history: list[dict[str, float]]) -> str:
    """What longer training would still bring, as far as the run's own end can tell."""
    values = [entry["validation"] for entry in history]
    fifth = len(values) // 5
    if not fifth:
        return "never trained"
    before, after = (sum(part) / fifth for part in (values[-2 * fifth : -fifth], values[-fifth:]))
    return (
        f"the validation figure went from {before:.4f} to {after:.4f} between the last two fifths of the run"
        f" (means of {fifth} points)"
    )


def measure(name: str, folder: Path, device: str, split: Split | None) -> Path:
    """Measures the weights NAME anew and writes the figures into their card; returns the weights' path."""
    learner = store.load(name, folder, device)
    figures = {"evaluation": measured(learner, split), **own_figures(learner, split)}
    card = {**store.read_card(name, folder), **figures}
    return store.save(card, learner.theta, folder)


def measured(learner: Trained, split: Split | None, progress: bool = True) -> dict[str, Any]:
    """The card's figures, measured now."""
    if split is None:
        mse = evaluate.regression(learner, SINE_TASKS)
        return {
            "command": f"python -m demo evaluate --learner {learner.name}",
            "protocol": f"{SINE_TASKS} held-out sines, K = 10 points uniform in [-5, 5], 100 query points, seed 12345",
            "mse_after_steps": [round(value, 4) for value in mse.mean(dim=1).tolist()],
        }
    figures: dict[str, Any] = {}
    for key, (part, protocol) in MEASURES[split.name].items():
        pool = split.pool(part)
        plain, together, curve = evaluate.both_ways(learner, pool, protocol, progress)
        options = _options(part, protocol) + _characters(split)
        figures[key] = {
            "command": f"python -m demo evaluate --learner {learner.name}{options}",
            "protocol": f"{len(pool)} characters ({part}), {protocol.ways}-way {protocol.shots}-shot, {protocol.tasks}"
            f" tasks of {protocol.ways} queries, {learner.steps} steps, seed {protocol.seed}",
            **rounded(plain),
            "transductive": rounded(together),
            "right_class_probability_after_steps": [round(p, 4) for p in curve],
        }
    return figures


def own_figures(learner: Trained, split: Split | None) -> Card:
    """What the cards of some learners state besides, measured now."""
    figures: Card = {}
    if split is not None:
        pool = split.pool("evaluation")
        if own := special(learner, pool):
            figures["special"] = own
        if split.name == "lake" and learner.name in COMPARED_UNDER_ATTACK:
            figures["attack"] = robustness.compared(learner, pool)
    return figures


def _options(part: str, protocol: Protocol) -> str:
    options = f" --ways {protocol.ways} --shots {protocol.shots} --tasks {protocol.tasks}"
    return (
        options
        + (" --same-alphabet" if protocol.same_alphabet else "")
        + (f" --split {part}" if part != "evaluation" else "")
    )


def _characters(split: Split | None) -> str:
    return " --characters paper" if split is not None and split.name == "paper" else ""


def _shards(run: Run) -> str:
    options = (f" --shards {shards}" if shards > 1 else "" for shards in run.shards)
    return ", then --resume".join(options)


def rounded(score: Score) -> dict[str, float]:
    return {key: round(value, 4) for key, value in asdict(score).items()}


def _data(split: Split | None) -> str:
    if split is None:
        return "sines drawn as they are needed: amplitude 0.1-5, phase 0-2π, x in [-5, 5]"
    return split.description
