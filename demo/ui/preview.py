"""The 28 x 28 images that the network sees, as pictures on the page, each under its pad."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from demo.tasks.drawing import IMAGE_SIDE, Image

_STYLE = """
.seen { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 0.75rem 1.25rem; }
canvas { width: min(100%, 140px); aspect-ratio: 1; image-rendering: pixelated; }
canvas { justify-self: center; border-radius: 4px; }
"""
_component = st.components.v2.component(
    "sketchbook_preview",
    html='<div class="seen"></div>',
    css=_STYLE,
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


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
