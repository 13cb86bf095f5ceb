"""Tasks from links and files: a task, or the documented error with a message for whoever sent it."""

from __future__ import annotations

import base64
import json
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import LINK_BYTES, LINK_CHARACTERS
from demo.tasks import taskfile
from demo.tasks.packing import LinkError, seal
from demo.tasks.sharing import decode, encode
from demo.tasks.taskfile import TaskFileError
from demo.ui.filing import wrong
from demo.ui.sheet import Sheet, SizeError
from demo.ui.words import table
from tests.abuse.hostile import ANYTHING, LIGHT, SOME, count, mutants

EXAMPLES = sorted((Path(__file__).parents[2] / "assets" / "examples").glob("*.json"))
FILES = [json.loads(path.read_text(encoding="utf-8")) for path in EXAMPLES]
SMALL = {
    "version": 1,
    "classes": [
        {"label": label, "drawings": [{"width": 280, "height": 280, "strokes": [[[10, 20], [30.5, 40]]]}]}
        for label in ("sun", "moon")
    ],
    "queries": [{"label": "sun", "width": 100, "height": 50, "strokes": [[[1, 2]], [[3, 4], [5, 6]]]}],
}
LINKS = [encode(taskfile.parse(content)) for content in (*FILES, SMALL)]


def opened(text: str, others: Callable[[], None]) -> None:
    """As `demo.ui.share_link` opens a link."""
    count("link")
    reason = "fits"
    try:
        Sheet.of(decode(text))
    except LinkError as error:
        reason = error.reason
    except SizeError:
        reason = "page"
    assert reason == "fits" or f"share.error.{reason}" in table()
    others()


def sealed(content: bytes, packing: int = 0) -> str:
    """A text whose check sum fits, whatever it says."""
    packed = content if packing == 0 else zlib.compress(content, 9, wbits=-15)
    body = bytes([1, packing]) + packed
    return base64.urlsafe_b64encode(body + zlib.crc32(body).to_bytes(4, "big")).rstrip(b"=").decode()


@SOME
@given(text=st.text(max_size=200) | st.text("ABCDEFghijkl0123-_", max_size=400))
def test_any_text_as_a_link(text: str, others: Callable[[], None]) -> None:
    opened(text, others)


@LIGHT
@given(data=st.data())
def test_links_that_were_tampered_with(data: st.DataObject, others: Callable[[], None]) -> None:
    text = bytearray(data.draw(st.sampled_from(LINKS)), "ascii")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3)).translate(bytes(range(128)) * 2)
    opened(text.decode("ascii"), others)


@LIGHT
@given(content=st.binary(max_size=80), packing=st.integers(0, 4), head=st.integers(0, 3))
def test_links_with_a_check_sum_that_fits(content: bytes, packing: int, head: int, others: Callable[[], None]) -> None:
    opened(sealed(bytes([2, 1, 1, 1, 65, 1, 66, 0, 1][: 3 * head]) + content, packing), others)


@pytest.mark.parametrize(
    "bomb", [zlib.compress(bytes(14 * 2**20), 9, wbits=-15), zlib.compress(b"\x01" * 10**7, 9, wbits=-15)]
)
def test_a_link_that_would_unpack_to_megabytes(bomb: bytes, others: Callable[[], None]) -> None:
    body = b"\x01\x01" + bomb
    text = base64.urlsafe_b64encode(body + zlib.crc32(body).to_bytes(4, "big")).rstrip(b"=").decode()
    assert len(text) <= LINK_CHARACTERS
    tracemalloc.start()
    opened(text, others)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * LINK_BYTES
    opened(seal(bytes(LINK_BYTES - 10)), others)


def loaded(content: str | bytes, others: Callable[[], None]) -> None:
    count("file")
    said = "nothing is wrong"
    try:
        Sheet.of(taskfile.loads(content))
    except TaskFileError as error:
        said = wrong("x.json", error)
    assert said
    others()


@SOME
@given(content=mutants(SMALL))
def test_files_that_were_tampered_with(content: Any, others: Callable[[], None]) -> None:
    loaded(json.dumps(content), others)


@SOME
@given(
    content=st.binary(max_size=100)
    | ANYTHING.map(lambda value: json.dumps(value).encode())
    | st.sampled_from(
        [
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b"[" * 900 + b"]" * 900,
            b'{"version": ' + b"9" * 5000 + b"}",
            b"\xff\xfe{\x00}",
            b"\xef\xbb\xbf[]",
        ]
    )
)
def test_any_bytes_as_a_file(content: bytes, others: Callable[[], None]) -> None:
    loaded(content, others)
