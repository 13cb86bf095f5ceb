"""Bytes as short texts that fit into a link: `seal` and `unseal`.

    base64url( version | packing | packed content | CRC-32 of all before it )

Packed is with what makes it shortest: nothing, deflate or LZMA. What a link says is not trusted: the check
sum finds accidents, and what unpacks to more than LINK_BYTES is refused before it is unpacked.
"""

from __future__ import annotations

import base64
import lzma
import re
import zlib
from collections.abc import Callable, Sequence

from demo.limits import LINK_BYTES, LINK_CHARACTERS
from demo.tasks.taskfile import TaskFileError

VERSION = 1
_CHECK = 4  # bytes
_LZMA = [{"id": lzma.FILTER_LZMA1, "dict_size": 2**16, "lc": 0, "lp": 0, "pb": 0}]  # small numbers, no words

Pack = Callable[[bytes], bytes]


class LinkError(TaskFileError):
    """A text that is no task, or a task that makes no text. `reason`: damaged, newer, large or names."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def seal(content: bytes) -> str:
    """The content as letters, digits, - and _; raises `LinkError` if that is more than LINK_CHARACTERS."""
    packed = min((bytes([number]) + pack(content) for number, (pack, _) in enumerate(_PACKINGS)), key=len)
    body = bytes([VERSION]) + packed
    text = base64.urlsafe_b64encode(body + _sum(body)).rstrip(b"=").decode("ascii")
    if len(text) > LINK_CHARACTERS or len(content) > LINK_BYTES:
        raise LinkError("large", f"the task makes {len(text)} characters; at most {LINK_CHARACTERS} are allowed")
    return text


def unseal(text: str) -> bytes:
    """The content of a text that `seal` made; raises `LinkError` for any other."""
    if len(text) > LINK_CHARACTERS:
        raise LinkError("large", f"the text has {len(text)} characters; at most {LINK_CHARACTERS} are allowed")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text) or len(text) % 4 == 1:
        raise LinkError("damaged", "the text is incomplete, or has characters that are in no link")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    if len(body) < 2 or _sum(body) != check:
        raise LinkError("damaged", "the text is incomplete or has been changed: its check sum does not fit")
    if body[0] != VERSION or body[1] >= len(_PACKINGS):
        raise LinkError("newer", f"the text is of version {body[0]}.{body[1]}, which is not known here")
    return _PACKINGS[body[1]][1](body[2:])


def _sum(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(_CHECK, "big")


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    return packer.compress(content) + packer.flush()


def _inflate(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, LINK_BYTES + 1)
    except zlib.error as error:
        raise LinkError("damaged", f"the text cannot be unpacked: {error}") from error
    return _bounded(content, unpacker.eof and not unpacker.unused_data)


def _squeeze(content: bytes) -> bytes:
    return lzma.compress(content, lzma.FORMAT_RAW, filters=_LZMA)


def _unsqueeze(packed: bytes) -> bytes:
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=_LZMA)
    try:
        content = unpacker.decompress(packed, LINK_BYTES + 1)
    except lzma.LZMAError as error:
        raise LinkError("damaged", f"the text cannot be unpacked: {error}") from error
    return _bounded(content, unpacker.eof and not unpacker.unused_data)


def _bounded(content: bytes, whole: bool = True) -> bytes:
    if len(content) > LINK_BYTES:
        raise LinkError("large", f"the text unpacks to more than {LINK_BYTES} bytes")
    if not whole:
        raise LinkError("damaged", "the text cannot be unpacked: it does not end where it should")
    return content


_PACKINGS: Sequence[tuple[Pack, Pack]] = ((bytes, _bounded), (_deflate, _inflate), (_squeeze, _unsqueeze))
"""Both ways. Their places are part of the format."""
