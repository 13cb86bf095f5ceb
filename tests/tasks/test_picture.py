"""What is a picture, and what is refused before it does harm."""

from __future__ import annotations

import struct
import tracemalloc
import zlib

import numpy as np
import PIL.Image
import pytest

from demo.limits import MEGABYTE, PHOTO_MEGABYTES
from demo.tasks.picture import PhotoError, decode
from demo.ui import examples
from tests.photos import encoded, photograph

SHEET = examples.sheets()["house-tree-fish"]
HOUSE = SHEET.drawings[SHEET.places[0]]


@pytest.mark.parametrize("orientation, turn", [(1, 0), (3, 180), (6, 90), (8, 270)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_camera_changes_nothing(orientation: int, turn: int, kind: str) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    upright = photograph(HOUSE, noise=0)
    turned = PIL.Image.fromarray(upright).rotate(turn, expand=True)
    assert np.abs(decode(encoded(turned, kind, exif=exif)).astype(float) - upright).mean() < 2


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it has side x side pixels, and all of them white."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((side + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(min(side, 2000))) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_100, 10_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_goes_off(side: int) -> None:
    content = bomb(side)
    assert len(content) < 200_000
    tracemalloc.start()
    with pytest.raises(PhotoError) as refusal:
        decode(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusal.value.reason == "pixels"
    assert peak < 5e6


JPEG = encoded(photograph(HOUSE, size=(160, 120), pen=3))


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "format"),
        (b"<svg/>", "format"),
        (JPEG[: len(JPEG) // 2], "format"),
        (encoded(photograph(HOUSE), "GIF"), "format"),
        (encoded(photograph(HOUSE), "TIFF"), "format"),
        (bytes(PHOTO_MEGABYTES * MEGABYTE + 1), "bytes"),
        (encoded(np.zeros((8, 300), np.uint8), "PNG"), "small"),
    ],
)
def test_what_is_no_picture_is_said(content: bytes, reason: str) -> None:
    with pytest.raises(PhotoError) as refusal:
        decode(content)
    assert refusal.value.reason == reason
