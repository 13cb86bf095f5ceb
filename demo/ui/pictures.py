"""Drawings as HTML: small pictures that stand in the page itself."""

from __future__ import annotations

import base64
import functools
import html
import io

import numpy as np
import PIL.Image
from numpy.typing import NDArray


def picture(image: NDArray[np.float32], kind: str = "", alt: str = "") -> str:
    """An image (28, 28) in [0, 1], ink 1, as an img element of the class `kind`."""
    address = _png((image * 255).round().astype(np.uint8).tobytes(), image.shape)
    return f'<img class="{kind}" alt="{html.escape(alt)}" src="{address}">'


@functools.lru_cache(maxsize=4096)
def _png(grey: bytes, shape: tuple[int, int]) -> str:
    """Ink (255) dark on white paper, as a data address."""
    file = io.BytesIO()
    PIL.Image.fromarray(255 - np.frombuffer(grey, np.uint8).reshape(shape)).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
