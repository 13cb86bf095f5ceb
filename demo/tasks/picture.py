"""Pictures that people send: decoded to grey, upright and not too large; and what comes of one (`demo.tasks.photo`).

Uploads are not trusted: sizes are checked before anything is decoded.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import PIL.Image
import PIL.ImageOps
from numpy.typing import NDArray

from demo.limits import MEGABYTE, PHOTO_LEAST_SIDE, PHOTO_MEGABYTES, PHOTO_MEGAPIXELS
from demo.tasks.drawing import Drawing, DrawingError

FORMATS = ("PNG", "JPEG", "WEBP")
WORK_SIDE = 800  # pixels: larger pictures are shrunk

Ink = NDArray[np.bool_]  # (H, W), True where there is ink


class PhotoError(DrawingError):
    """A picture that gives no drawing. `reason`: bytes, pixels, small, format, blank or busy."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture upright and grey, (H, W) from 0 to 255; where there is ink on it, (H, W); and its drawing."""

    picture: NDArray[np.uint8]
    ink: Ink
    drawing: Drawing


def decode(content: bytes) -> NDArray[np.uint8]:
    """The picture upright, grey, and no larger than WORK_SIDE; raises `PhotoError`."""
    if len(content) > PHOTO_MEGABYTES * MEGABYTE:
        raise PhotoError("bytes", f"the picture has more than {PHOTO_MEGABYTES} megabytes")
    try:
        with PIL.Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height > PHOTO_MEGAPIXELS * 1e6:
                raise PhotoError("pixels", f"the picture has more than {PHOTO_MEGAPIXELS} million pixels")
            if min(width, height) < PHOTO_LEAST_SIDE:
                raise PhotoError("small", f"the picture is only {width} x {height} pixels large")
            image.draft("L", (WORK_SIDE, WORK_SIDE))  # a JPEG need not be decoded in full
            grey = _grey(image)
            grey.thumbnail((WORK_SIDE, WORK_SIDE))
            return np.asarray(PIL.ImageOps.exif_transpose(grey))
    except PhotoError:
        raise
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning) as error:
        raise PhotoError("pixels", f"the picture has more than {PHOTO_MEGAPIXELS} million pixels") from error
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for a broken file
        raise PhotoError("format", f"the file is not a whole PNG, JPEG or WebP picture: {error}") from error


def _grey(image: PIL.Image.Image) -> PIL.Image.Image:
    """In grey; what can be seen through lies on a ground unlike the ink."""
    if image.mode.startswith("I"):  # 16 bits
        return PIL.Image.fromarray((np.asarray(image) / 257).clip(0, 255).astype(np.uint8))
    if not image.has_transparency_data:
        return image.convert("L")
    flat = image.convert("LA")
    grey, cover = (np.asarray(band, np.float32) for band in flat.split())
    ground = 255 if (grey * cover).sum() < 127.5 * cover.sum() else 0
    mixed = PIL.Image.fromarray((ground + (grey - ground) * cover / 255).astype(np.uint8))
    mixed.getexif().update(image.getexif())
    return mixed
