"""The 28 x 28 images that the network sees, as pictures on the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image as Picture

from demo.tasks.drawing import Drawing, to_image


def show_images(drawings: Sequence[tuple[str, Drawing]]) -> None:
    """One picture a drawing, ink white on black as in the tensors; (name, drawing)."""
    pictures = "".join(f'<img src="{_source(drawing)}" alt="{_words(name, drawing)}">' for name, drawing in drawings)
    st.html(f'<div class="seen">{pictures}</div>')


def _words(name: str, drawing: Drawing) -> str:
    return f"{name}: nothing yet" if drawing.empty else f"{name} as the network sees it, 28 by 28 pixels"


def _source(drawing: Drawing) -> str:
    image = np.zeros((28, 28), np.float32) if drawing.empty else to_image(drawing)
    png = io.BytesIO()
    Picture.fromarray((image * 255).astype(np.uint8)).save(png, format="PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode("ascii")
