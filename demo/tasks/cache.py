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


def kept(name: str, recipe: str, make: Callable[[], Arrays]) -> Arrays:
    """What `make` returns, from the cache if it was made before by the same `recipe`; written whole or not at all."""
    path = folder() / f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}.npz"
    if not path.exists():
        arrays = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        try:
            with partial.open("wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy's stub takes them for its flag
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    with np.load(path) as stored:
        return dict(stored)
