"""What the figures here share: the images that a network sees, and a scale of colours that text is readable on."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image as Picture

from demo.tasks.drawing import Image

DEEP, PALE = "rgba(0, 114, 178, 0.6)", "rgba(0, 114, 178, 0)"
"""Ends of a scale on which the theme's text colour stands out everywhere."""


def picture(image: Image, x: float, y: float, width: float, height: float, **options: Any) -> dict[str, Any]:
    """A layout image of ink (28, 28) in [0, 1], white on black as in the tensors, centred at x, y of the axes."""
    file = io.BytesIO()
    Picture.fromarray((image * 255).round().astype("uint8")).save(file, "png")
    return {
        "source": "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii"),
        "xref": "x",
        "yref": "y",
        "x": x,
        "y": y,
        "sizex": width,
        "sizey": height,
        "xanchor": "center",
        "yanchor": "middle",
        **options,
    }
