"""Checkpoints: everything a run needs to go on as if it had never stopped."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import torch

from demo.training.ranks import ALONE, Ranks
from demo.training.recipe import Recipe

Checkpoint = dict[str, Any]


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be written, or resumed from. The message says what to do."""


def fingerprint(recipe: Recipe) -> str:
    """Two recipes with the same fingerprint make the same run."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(recipe), sort_keys=True).encode()).hexdigest()


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Whole or not at all: a checkpoint that stands is never replaced by half a one.

    Raises `CheckpointError` where it cannot be written, on a full disk, say.
    """
    raw = io.BytesIO()
    torch.save(checkpoint, raw)
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(raw.getbuffer())
            file.flush()
            os.fsync(file.fileno())  # else a machine that loses its power may keep the name without the content
        partial.replace(path)
    except OSError as error:
        left = "; the one from before is whole: go on with --resume" if path.exists() else ""
        raise CheckpointError(
            f"the checkpoint {path} cannot be written ({error}): make room, or name another folder{left}"
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def read(path: Path, recipe: Recipe, device: torch.device | str, ranks: Ranks = ALONE) -> Checkpoint:
    """The checkpoint of an interrupted run of this very recipe; rank 0 reads it for all. Raises `CheckpointError`."""
    raw = ranks.shared(path.read_bytes() if ranks.first and path.exists() else b"")
    if not raw:
        raise CheckpointError(f"there is no checkpoint {path} to resume from: leave out --resume")
    try:
        checkpoint: Checkpoint = torch.load(io.BytesIO(raw), map_location=device, weights_only=True)
    except Exception as error:  # torch.load raises whatever pickle, zipfile and its own code raise
        raise CheckpointError(f"{path} is damaged ({error}): delete it and train without --resume") from error
    if checkpoint.get("recipe") != fingerprint(recipe):
        raise CheckpointError(f"{path} is of another recipe: delete it, or resume with the options it was begun with")
    return checkpoint
