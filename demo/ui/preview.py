"""The 28 x 28 images that the network sees, as pictures on the page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from demo.tasks.drawing import IMAGE_SIDE, Drawing, to_image

_STYLE = """
.seen { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 1.25rem; }
canvas { width: min(100%, 140px); aspect-ratio: 1; image-rendering: pixelated; }
canvas { justify-self: center; border-radius: 4px; }
"""
_component = st.components.v2.component(
    "sketchbook_preview",
    html='<div class="seen"></div>',
    css=_STYLE,
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def preview_data(drawings: Sequence[tuple[str, Drawing]]) -> dict[str, Any]:
    """One picture a drawing, ink white on black as in the tensors; (name, drawing)."""
    images = [{"name": _words(name, drawing), "pixels": _pixels(drawing)} for name, drawing in drawings]
    return {"side": IMAGE_SIDE, "images": images}


def show_images(data: dict[str, Any]) -> None:
    _component(key="preview", data=data)


def _words(name: str, drawing: Drawing) -> str:
    return f"{name}: nothing yet" if drawing.empty else f"{name} as the network sees it, 28 by 28 pixels"


def _pixels(drawing: Drawing) -> str:
    """Greys from 0 to 255, row by row, in base64."""
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.float32) if drawing.empty else to_image(drawing)
    return base64.b64encode((image * 255).astype(np.uint8).tobytes()).decode("ascii")
