"""A copy of the weights in which some files are damaged, each in a way of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import safetensors.torch

from demo.learners.store import FOLDER


def miss(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[-5] ^= 1
    path.write_bytes(raw)


def reshape(path: Path) -> None:
    """Another network's tensors, which the card's checksum fits."""
    theta = safetensors.torch.load_file(path)
    raw = safetensors.torch.save({name: w[..., :-1].contiguous() for name, w in theta.items()})
    path.write_bytes(raw)
    card = path.with_suffix(".json")
    card.write_text(json.dumps({**json.loads(card.read_text()), "sha256": hashlib.sha256(raw).hexdigest()}))


DAMAGES: dict[Callable[[Path], None], str] = {
    miss: "cannot be read",
    truncate: "sha256 differs",
    flip: "sha256 differs",
    reshape: "does not fit its network",
}
"""The four ways, and what is said of each."""

DRAWN = dict(zip(("maml", "fomaml", "reptile", "prototypical"), DAMAGES, strict=True))
SINES = dict(zip(("sine-maml", "sine-pretrained", "sine-caml", "sine-random"), DAMAGES, strict=True))
DAMAGED = {**DRAWN, **SINES}
"""Learners, and what is done to their weights; all others stay whole."""


def damaged(folder: Path) -> Path:
    """The copy, in `folder`."""
    place = folder / "weights"
    shutil.copytree(FOLDER, place)
    for name, damage in DAMAGED.items():
        damage(place / f"{name}.safetensors")
    return place
