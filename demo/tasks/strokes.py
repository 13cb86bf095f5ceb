"""Omniglot's pen strokes: the same drawings as its pictures, as the pen drew them.

The official archives `strokes_background_small1.zip` and `..._small2.zip` hold eight of the thirty
background alphabets. A line is x,y,milliseconds in the picture's 105x105 frame, y downwards *negative*;
START opens a drawing and BREAK ends a stroke.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from demo.tasks.drawing import Drawing
from demo.tasks.omniglot import SIDE, DataError

ARCHIVES = ("strokes_background_small1", "strokes_background_small2")

_FILE = re.compile(r"(?:^|/)([^/]+/character\d+/\d+_\d+)\.txt$")


def parse(text: str) -> Drawing:
    """The drawing in one stroke file; raises ValueError for anything else."""
    strokes: list[list[list[float]]] = [[]]
    for line in text.split():
        if line == "BREAK":
            strokes.append([])
        elif line != "START":
            x, y, _ = line.split(",")
            strokes[-1].append([float(x), -float(y)])
    return Drawing.of(SIDE, SIDE, [stroke for stroke in strokes if stroke])


def load(source: Path) -> Iterator[tuple[str, Drawing]]:
    """(ALPHABET/characterNN/IIII_DD, drawing) of every stroke file in `source`, folders or zip files."""
    found = False
    for name in ARCHIVES:
        archive, folder = source / f"{name}.zip", source / name
        if folder.is_dir():
            found = True
            for path in sorted(folder.rglob("*.txt")):
                yield from _drawing(path.as_posix(), path.read_text(), source)
        elif archive.is_file():
            found = True
            try:
                with zipfile.ZipFile(archive) as opened:
                    for entry in sorted(opened.namelist()):
                        if not entry.startswith("__MACOSX"):
                            yield from _drawing(entry, opened.read(entry) if entry.endswith(".txt") else b"", source)
            except zipfile.BadZipFile as error:
                raise DataError(f"{archive} is not a whole zip file ({error}): fetch it again") from error
    if not found:
        raise DataError(f"{source} holds neither {ARCHIVES[0]}.zip nor {ARCHIVES[1]}.zip, Omniglot's strokes")


def _drawing(path: str, content: str | bytes, source: Path) -> Iterator[tuple[str, Drawing]]:
    match = _FILE.search(path)
    if match is None:
        return
    text = content.decode() if isinstance(content, bytes) else content
    try:
        yield match[1], parse(text)
    except ValueError as error:
        raise DataError(f"{path} in {source} is not a stroke file ({error}): fetch it again") from error
