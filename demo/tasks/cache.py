"""Arrays that take a while to make, made once and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pooch
from numpy.typing import NDArray

Arrays = dict[str, NDArray[np.generic]]


def folder() -> Path:
    return Path(os.environ.get("SKETCHBOOK_CACHE") or pooch.os_cache("few-shot-sketchbook"))


def path(name: str, recipe: str) -> Path:
    """Where `kept` keeps what it made by this recipe."""
    return folder() / f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}.npz"


def kept(name: str, recipe: str, make: Callable[[], Arrays]) -> Arrays:
    """What `make` returns, from the cache if it was made before by the same `recipe`; written whole or not at all."""
    place = path(name, recipe)
    if not place.exists():
        arrays = make()
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_suffix(f".{os.getpid()}.partial")
        try:
            with partial.open("wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy's stub takes them for its flag
            partial.replace(place)
        finally:
            partial.unlink(missing_ok=True)
    with np.load(place) as stored:
        return dict(stored)
