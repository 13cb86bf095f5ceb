"""Checkpoints: everything a run needs to go on as if it had never stopped."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import torch

from demo.training.recipe import Recipe

Checkpoint = dict[str, Any]


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be resumed from. The message says what to do."""


def fingerprint(recipe: Recipe) -> str:
    """Two recipes with the same fingerprint make the same run."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(recipe), sort_keys=True).encode()).hexdigest()


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Whole or not at all: a checkpoint that stands is never replaced by half a one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        torch.save(checkpoint, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read(path: Path, recipe: Recipe, device: torch.device | str) -> Checkpoint:
    """The checkpoint of an interrupted run of this very recipe; raises `CheckpointError`."""
    try:
        checkpoint: Checkpoint = torch.load(path, map_location=device, weights_only=True)
    except FileNotFoundError:
        raise CheckpointError(f"there is no checkpoint {path} to resume from: leave out --resume") from None
    except Exception as error:  # torch.load raises whatever pickle, zipfile and its own code raise
        raise CheckpointError(f"{path} is damaged ({error}): delete it and train without --resume") from error
    if checkpoint.get("recipe") != fingerprint(recipe):
        raise CheckpointError(f"{path} is of another recipe: delete it, or resume with the options it was begun with")
    return checkpoint
