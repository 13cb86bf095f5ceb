"""Uploaded pictures: real ones of every kind, broken in every way; each gives a drawing or a reason."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import MAX_POINTS, MEGABYTE, PHOTO_MEGABYTES, PHOTO_MEGAPIXELS, PLAIN_MEGAPIXELS
from demo.tasks.photo import read
from demo.tasks.picture import WORK_SIDE, PhotoError, decode
from demo.ui.words import table
from tests.abuse.hostile import FEW, LIGHT, count

# Pillow warns the log of what it reads over; here warnings would be errors.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def cross(side: int = 48) -> PIL.Image.Image:
    y, x = np.mgrid[:side, :side]
    ink = (abs(x - y) < 3) & (x > 6) & (x < side - 6)
    return PIL.Image.fromarray(np.where(ink, 20, 240).astype(np.uint8))


def encoded(kind: str, mode: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture = (
        PIL.Image.fromarray(np.asarray(cross()).astype(np.uint16) * 257) if mode == "I;16" else cross().convert(mode)
    )
    picture.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int) -> PIL.Image.Exif:
    tags = PIL.Image.Exif()
    tags[0x0112], tags[0x010E] = orientation, "<script>alert(1)</script>"
    return tags


PICTURES = [
    *(encoded("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(encoded("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    encoded("JPEG", "L", progressive=True),
    encoded("WEBP", "RGB"),
    encoded("WEBP", "RGBA", lossless=True),
    encoded("JPEG", "RGB", exif=exif(6)),
    encoded("JPEG", "RGB", exif=exif(77)),
    encoded("PNG", "L", exif=exif(8)),
    encoded("PNG", "P", save_all=True, append_images=[cross().convert("P")]),
    encoded("WEBP", "RGB", save_all=True, append_images=[cross().convert("RGB")]),
]
OTHERS = [encoded(kind, "RGB") for kind in ("GIF", "BMP", "TIFF", "PPM", "ICO", "PDF", "EPS", "TGA")]
OTHERS += [
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"PK\x03\x04",
]


def sent(content: bytes, others: Callable[[], None], whole: bool = False) -> str:
    """What is said to it: "" if it was taken."""
    count("picture")
    reason = ""
    try:
        if whole:
            assert sum(map(len, read(content).drawing.strokes)) <= MAX_POINTS
        else:
            assert max(decode(content).shape) <= WORK_SIDE
    except PhotoError as error:
        reason = error.reason
    assert not reason or f"photo.error.{reason}" in table()
    others()
    return reason


@pytest.mark.parametrize("content", PICTURES, ids=range(len(PICTURES)))
def test_every_kind_of_picture_is_read(content: bytes, others: Callable[[], None]) -> None:
    assert sent(content, others) == ""
    assert sent(content, others, whole=True) == ""


@pytest.mark.parametrize("content", OTHERS, ids=range(len(OTHERS)))
def test_nothing_else_is(content: bytes, others: Callable[[], None]) -> None:
    assert sent(content, others) == "format"


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(PICTURES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                del content[max(at, 4) :]
            case 1:
                content[at : at + 4] = draw(st.sampled_from([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"Exif"]))
            case 2:
                content[at:at] = content[: draw(st.integers(0, 200))]
            case _:
                content[at] = draw(st.integers(0, 255))
    return bytes(content)


@LIGHT
@given(content=broken())
def test_broken_pictures(content: bytes, others: Callable[[], None]) -> None:
    sent(content, others)


@FEW
@given(content=broken())
def test_broken_pictures_all_the_way_to_a_drawing(content: bytes, others: Callable[[], None]) -> None:
    sent(content, others, whole=True)


@FEW
@given(
    width=st.sampled_from([0, 1, 15, 16, 4000, 4001, 70_000, 2**31 - 1, 2**32 - 1]), height=st.integers(0, 2**32 - 1)
)
def test_a_png_that_lies_about_its_size(width: int, height: int, others: Callable[[], None]) -> None:
    content = bytearray(PICTURES[1])
    content[16:24] = struct.pack(">II", width, height)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    assert sent(bytes(content), others) or (width, height) == (16, 16)


@pytest.mark.parametrize(
    ("kind", "megapixels", "reason"), [("PNG", PLAIN_MEGAPIXELS, "plain"), ("JPEG", PHOTO_MEGAPIXELS, "pixels")]
)
def test_a_bomb_is_refused_before_it_is_unpacked(
    kind: str, megapixels: int, reason: str, others: Callable[[], None]
) -> None:
    out = io.BytesIO()
    PIL.Image.new("1" if kind == "PNG" else "L", (10_000, megapixels * 100 + 1)).save(out, kind)
    assert len(out.getvalue()) < PHOTO_MEGABYTES * MEGABYTE
    began = time.process_time()
    assert sent(out.getvalue(), others) == reason
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize("size", [6, 8, 10])
def test_a_picture_that_is_all_edges_takes_little_time(size: int, others: Callable[[], None]) -> None:
    """Tracing and tidying one took ten minutes before its edges were counted."""
    blocks = np.random.default_rng(0).random((800 // size, 800 // size)) > 0.6
    ink = np.pad(blocks.repeat(size, 0).repeat(size, 1)[60:-60, 60:-60], 60)
    out = io.BytesIO()
    PIL.Image.fromarray(np.where(ink, 0, 255).astype(np.uint8)).save(out, "PNG")
    began = time.process_time()
    assert sent(out.getvalue(), others, whole=True) == "busy"
    assert time.process_time() - began < 5
