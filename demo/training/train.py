"""Training: the outer loop to its end, with checkpoints and validation on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tqdm import tqdm

from demo.learners import store
from demo.learners.objectives import Classification, Regression
from demo.learners.store import learner_of, network_of
from demo.learners.trained import Trained
from demo.tasks.splits import Split
from demo.training import checkpoint, evaluate
from demo.training.outer import Outer
from demo.training.plan import planned
from demo.training.ranks import ALONE, LostRankError, Ranks
from demo.training.recipe import Recipe
from demo.training.stopping import Stopped, listening

VALIDATIONS = 20  # in a run
CHECKPOINT_SECONDS = 60
ADAPTED_SHARPNESS = 4.0  # of the learner while it is validated; calibrated at the end
VALIDATION = evaluate.Protocol(tasks=400, seed=777)


@dataclass(frozen=True)
class Run:
    """What training leaves behind: the weights, and the figures for their card."""

    learner: Trained
    seconds: float
    history: list[dict[str, float]]  # meta_step, loss, validation
    shards: tuple[int, ...] = (1,)  # of every meta-batch; one more where the run went on in another number


def train(
    recipe: Recipe,
    split: Split | None,
    device: torch.device | str = "cpu",
    folder: Path = Path("checkpoints"),
    resume: bool = False,
    progress: bool = True,
    weights: Path = store.FOLDER,
    every: float = CHECKPOINT_SECONDS,
    ranks: Ranks = ALONE,
) -> Run:
    """Follows a recipe to its end; a classifier's needs a split. Checkpoints go to folder/NAME.pt.

    every: seconds from one checkpoint to the next. weights: the folder of those that the recipe goes on from.
    ranks: of them rank 0 alone writes, and has a calibrated learner and a history at the end. Raises
    `CheckpointError`, `RanksError`, and `Stopped` when Ctrl-C or SIGTERM came and the checkpoint is written.
    """
    outer = Outer(recipe, planned(recipe, split, weights), device, ranks)
    plan, objective = outer.plan, outer.plan.objective
    path = folder / f"{recipe.name}.pt"
    spent, smooth, history, shards = 0.0, None, [], [ranks.shards]
    if resume:
        saved = checkpoint.read(path, recipe, device, ranks)
        spent, smooth, history = (saved[key] for key in ("seconds", "smooth", "history"))
        begun = saved.get("shards", [])  # none in checkpoints that are older than shards
        shards = begun if begun[-1:] == shards else [*begun, *shards]
        outer.restore(saved)
    if ranks.count > 1:
        ranks.agree(outer.begin())
    started = last_written = time.monotonic()

    def save() -> None:
        if not ranks.first:
            return
        state = {
            "recipe": checkpoint.fingerprint(recipe),
            **outer.state(),
            "seconds": spent + time.monotonic() - started,
            "smooth": smooth,
            "history": history,
            "shards": shards,
        }
        checkpoint.write(path, state)

    def learner() -> Trained:
        trained = plan.finish({name: w.detach().clone() for name, w in outer.theta.items()})
        judge = objective if isinstance(objective, Regression) else Classification(ADAPTED_SHARPNESS)
        adapting = network_of(recipe.network)
        return learner_of(recipe.name, adapting, judge, trained, recipe.rate, recipe.steps)

    total = 0 if recipe.rule == "random" else recipe.meta_steps
    begin = outer.meta_step
    quiet = not (progress and ranks.first)
    bar = tqdm(range(begin, total), recipe.name, total, initial=begin, disable=quiet, mininterval=1)
    validation: float | None = history[-1]["validation"] if history else None
    with listening() as asked:
        try:
            for _ in bar:
                loss = outer.step()
                smooth = loss if smooth is None else 0.99 * smooth + 0.01 * loss
                done = outer.meta_step
                if ranks.first and (done % max(1, total // VALIDATIONS) == 0 or done == total):
                    validation = validate(learner(), split)
                    history.append({"meta_step": done, "loss": smooth, "validation": validation})
                if done % 10 == 0:
                    bar.set_postfix_str(f"loss {smooth:.3f}" + (f", validation {validation:.4f}" if validation else ""))
                stopping = ranks.any(bool(asked.signal)) and done < total
                if time.monotonic() - last_written > every or done == total or stopping:
                    save()
                    last_written = time.monotonic()
                if stopping:
                    raise Stopped(asked.signal, f"stopped after meta-step {done} of {total}, which {path} has")
        except LostRankError:
            save()  # the meta-step that failed has changed nothing
            raise
    run = Run(learner(), spent + time.monotonic() - started, history, tuple(shards))
    return replace(run, learner=_calibrated(run.learner, recipe, split)) if ranks.first else run


def validate(learner: Trained, split: Split | None) -> float:
    """Accuracy on validation alphabets, 3-way 1-shot (higher is better); a regressor's MSE after its steps."""
    if split is None:
        return evaluate.regression(learner, tasks=200, steps=learner.steps, seed=777)[-1].mean().item()
    return evaluate.classification(learner, split.pool("validation"), VALIDATION)[0].accuracy


def _calibrated(learner: Trained, recipe: Recipe, split: Split | None) -> Trained:
    """As sure as it is right: on doodles where it has seen some, for the pages' drawings are nearer to those."""
    if split is None:
        return learner
    pool = split.pool("doodles" if recipe.gallery else "validation")
    return evaluate.calibrated(learner, pool, replace(VALIDATION, tasks=2000, seed=778))
