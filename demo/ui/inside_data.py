"""What happened inside, small enough to be sent at once: numbers rounded, pictures in bytes."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.lessons.inside import Inside
from demo.lessons.projection import Projection


def pack(inside: Inside, projection: Projection, channels: int) -> dict[str, Any]:
    """Everything that depends on the learner and the drawings, as JSON can say it; not finite is null.

    A map is uint8, 255 for the brightest value of all maps. Its change since step 0 is int8, 127 for the largest
    change of all, which is `gain` times smaller than the brightest value; `gain` is 0 where nothing changes.
    """
    maps = np.nan_to_num(inside.maps, posinf=0.0, neginf=0.0)
    changes = maps - maps[0]
    high, most = float(maps[0].max()), float(np.abs(changes).max())
    before = (maps[0] / (high or 1.0) * 255).round().astype(np.uint8)
    steps = (changes / (most or 1.0) * 127).round().astype(np.int8)
    return {
        "losses": _plain(inside.losses),
        "probabilities": _plain(inside.probabilities),
        "layers": [
            {
                "block": layer.removeprefix("conv"),
                "size": float(inside.sizes[i]),
                "moved": _plain(inside.moved[:, i], 7),
            }
            for i, layer in enumerate(inside.layers)
        ],
        "places": _plain(projection.places),
        "share": float(projection.shares.sum()),
        "maps": {
            "side": maps.shape[-1],
            "count": len(inside.filters),
            "channels": channels,
            "gain": high / most if most else 0,
            "before": [_bytes(before[p]) for p in range(before.shape[0])],
            "changes": [_bytes(steps[:, p]) for p in range(before.shape[0])],
        },
    }


def pixels(images: NDArray[np.float32]) -> list[str]:
    """Images (P, 28, 28) in [0, 1] as greys from 0 to 255, row by row, in base64."""
    return [_bytes((image * 255).round().astype(np.uint8)) for image in images]


def _bytes(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _plain(numbers: NDArray[np.floating], digits: int = 5) -> Any:
    rounded = numbers.astype(np.float64).round(digits)
    return np.where(np.isfinite(rounded), rounded, None).tolist()  # type: ignore[call-overload]
