"""The 28 x 28 images that the network sees, as pictures on the page, each under its pad."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from demo.tasks.drawing import IMAGE_SIDE, Image
from demo.ui.component import component

_component = component("preview", '<div class="seen"></div>', "preview", styles=["preview"])


class Preview(NamedTuple):
    """One picture: its accessible name, what the network sees (or nothing), and where it goes, from 0."""

    name: str
    image: Image | None
    column: int
    row: int


def preview_data(previews: Sequence[Preview]) -> dict[str, Any]:
    """Ink is white on black, as in the tensors."""
    images = [
        {"name": one.name, "pixels": _pixels(one.image), "column": one.column + 1, "row": one.row + 1}
        for one in previews
    ]
    return {"side": IMAGE_SIDE, "columns": 1 + max(one.column for one in previews), "images": images}


def show_images(data: dict[str, Any]) -> None:
    _component(key="preview", data=data)


def _pixels(image: Image | None) -> str:
    """Greys from 0 to 255, row by row, in base64."""
    shown = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.float32) if image is None else image
    return base64.b64encode((shown * 255).astype(np.uint8).tobytes()).decode("ascii")
