"""Cards: what a weights file is, how it was made, and what it was measured to do."""

from __future__ import annotations

import platform
from dataclasses import asdict, replace
from typing import Any

import torch

from demo.learners import ENTRIES
from demo.learners.gradient import GradientLearner
from demo.learners.objectives import Classification
from demo.learners.store import Card
from demo.tasks.splits import Split
from demo.training import evaluate
from demo.training.metrics import Score
from demo.training.recipes import Recipe
from demo.training.train import Run

EVALUATION_TASKS = 5000
SINE_TASKS = 600
LICENCE = "MIT"
CREDIT = "Trained on Omniglot: B. M. Lake, R. Salakhutdinov, J. B. Tenenbaum, Science 350 (2015), MIT licence"


def card(recipe: Recipe, run: Run, split: Split | None, device: str, progress: bool = True) -> Card:
    """The card of a finished run, without the sha256, which saving adds. Evaluates: takes a minute or two."""
    learner = run.learner
    entry = ENTRIES[recipe.name]
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
        "command": f"python -m demo train {recipe.name}",
        "seed": recipe.seed,
        "data": _data(split),
        "recipe": {key: value for key, value in asdict(recipe).items() if key not in ("name", "network")},
        "tasks": recipe.meta_steps * recipe.meta_batch,
        "device": device,
        "seconds": round(run.seconds),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "history": run.history,
    }
    result["evaluation"] = measured(learner, split, progress)
    result["licence"] = LICENCE
    if split is not None:
        result["credit"] = CREDIT
    return result


def measured(learner: GradientLearner, split: Split | None, progress: bool = True) -> dict[str, Any]:
    """The card's figures, measured now."""
    if split is None:
        mse = evaluate.regression(learner, SINE_TASKS)
        return {
            "command": f"python -m demo evaluate --learner {learner.name}",
            "protocol": f"{SINE_TASKS} held-out sines, K = 10 points uniform in [-5, 5], 100 query points, seed 12345",
            "mse_after_steps": [round(value, 4) for value in mse.mean(dim=1).tolist()],
        }
    figures: dict[str, Any] = {}
    base = evaluate.Protocol(tasks=EVALUATION_TASKS)
    for key, same in (("random_classes", False), ("same_alphabet", True)):
        protocol = replace(base, same_alphabet=same)
        flag = " --same-alphabet" if same else ""
        plain, curve = evaluate.classification(learner, split.pool("evaluation"), protocol, progress=progress)
        together, _ = evaluate.classification(learner, split.pool("evaluation"), protocol, True, progress=progress)
        figures[key] = {
            "command": f"python -m demo evaluate --learner {learner.name} --tasks {EVALUATION_TASKS}{flag}",
            "protocol": f"{len(split.evaluation.images)} evaluation characters, 3-way 1-shot,"
            f" {EVALUATION_TASKS} tasks of 3 queries, {learner.steps} steps, seed {protocol.seed}",
            **rounded(plain),
            "transductive": rounded(together),
            "right_class_probability_after_steps": [round(p, 4) for p in curve],
        }
    return figures


def rounded(score: Score) -> dict[str, float]:
    return {key: round(value, 4) for key, value in asdict(score).items()}


def _data(split: Split | None) -> str:
    if split is None:
        return "sines drawn as they are needed: amplitude 0.1-5, phase 0-2π, x in [-5, 5]"
    return split.description
