"""What both pictures of the navigation page are given, and which of their messages are believed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.limits import WALK_PLACES
from demo.tasks.navigation import REACH

SIGHT = 0.8  # the pad shows coordinates from -SIGHT to SIGHT

Place = tuple[float, float]


def packed(paths: NDArray[np.float32]) -> str:
    """Paths (..., P, 2) as base64 of ten-thousandths: a tenth of what they are as text."""
    most = np.iinfo(np.int16).max
    return base64.b64encode((paths * 10000).clip(-most, most).round().astype("<i2").tobytes()).decode()


def number(message: Any) -> int | None:
    """Of a report; None if it is no report."""
    count = message.get("report") if isinstance(message, Mapping) else None
    return count if type(count) is int else None


def place(value: Any, most: float = REACH) -> Place | None:
    """A place within `most` of the middle, in either direction; None for anything else: browsers are not trusted."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    if not all(type(part) in (int, float) and abs(part) <= most for part in value):
        return None
    return float(value[0]), float(value[1])


def line(value: Any) -> list[Place] | None:
    """A drawn line of 2 to WALK_PLACES places in sight that goes somewhere; None for anything else."""
    if not isinstance(value, list) or not 2 <= len(value) <= WALK_PLACES:
        return None
    places = [found for part in value if (found := place(part, SIGHT)) is not None]
    return places if len(places) == len(value) and len(set(places)) > 1 else None
