"""Photographs of drawings, made by code: light from one side, a noisy camera, shadows, a table under the paper."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageDraw
from numpy.typing import NDArray

from demo.tasks.drawing import Drawing

Picture = NDArray[np.uint8]


def photograph(
    drawing: Drawing,
    scene: str = "",
    size: tuple[int, int] = (640, 480),
    pen: float = 7,
    ink: float = 0.15,
    paper: float = 0.85,
    fill: float = 0.6,
    noise: float = 0.03,
) -> Picture:
    """The drawing on paper, (H, W). `fill`: of the height; `scene`: "", "shadow", "table" or "lines"."""
    width, height = size
    large = PIL.Image.new("L", (2 * width, 2 * height), 0)
    pencil = PIL.ImageDraw.Draw(large)
    scale = fill * 2 * height / max(drawing.width, drawing.height)
    shift = np.array([2 * width - drawing.width * scale, 2 * height - drawing.height * scale]) / 2
    for stroke in drawing.strokes:
        points = [(float(x), float(y)) for x, y in stroke * scale + shift]
        pencil.line(points, fill=255, width=round(2 * pen))
        for x, y in points:
            pencil.ellipse((x - pen, y - pen, x + pen, y + pen), fill=255)
    grey = paper + (ink - paper) * np.asarray(large.resize(size), np.float64) / 255
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width])[:, None, None]
    if scene == "lines":
        grey[::24] *= 0.8
    if scene == "shadow":
        grey = np.where(x + y / 2 > 0.7, grey * 0.5, grey)
    if scene == "table":
        grey = np.where((abs(x + y / 20 - 0.52) < 0.42) & (abs(y - x / 20 - 0.48) < 0.43), grey, grey * 0.25)
    grey = grey * (0.4 + 0.4 * x + 0.2 * y)  # light from the lower right
    grey += np.random.default_rng(0).normal(0, noise, grey.shape)
    picture: Picture = (grey.clip(0, 1) * 255).astype(np.uint8)
    return picture


def encoded(picture: Any, kind: str = "JPEG", **options: Any) -> bytes:
    """A file's bytes of an array or a Pillow image."""
    out = io.BytesIO()
    image = picture if isinstance(picture, PIL.Image.Image) else PIL.Image.fromarray(picture)
    image.save(out, kind, **options)
    return out.getvalue()
