"""Omniglot (Lake, Salakhutdinov, Tenenbaum 2015): 1,623 characters of 50 alphabets, 20 drawings each.

Found as a folder, or as the two official zip files in a folder, or downloaded from its official home.
The 32,460 pictures are normalised once (`demo.tasks.tracing`, `demo.tasks.drawing`) and cached.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image
import pooch
from numpy.typing import NDArray
from tqdm import tqdm

from demo.tasks import cache, drawing, tracing

HOME = "https://github.com/brendenlake/omniglot/raw/master/python/"
MD5 = {
    "images_background": "68d2efa1b9178cc56df9314c21c6e718",
    "images_evaluation": "6b91aef0f799c5bb55b94e3f2daec811",
}
ALPHABETS = {"images_background": 30, "images_evaluation": 20}
CHARACTERS = {"images_background": 964, "images_evaluation": 659}
DRAWERS = 20
SIDE = 105

_PICTURE = re.compile(r"(?:^|/)(images_\w+)/([^/]+)/(character\d+)/\d+_(\d+)\.png$")


class DataError(RuntimeError):
    """The data set is missing, damaged or not Omniglot. The message says what to do."""


@dataclass(frozen=True)
class Part:
    """Characters of one or more alphabets, normalised.

    images: (C, 20, 28, 28) uint8, paper 0, ink 255; alphabet: (C,) int, an index into names;
    hands: (C, 20, H, 28, 28), each drawing by H other hands (`demo.tasks.gallery`), where there are any.
    """

    images: NDArray[np.uint8]
    alphabet: NDArray[np.int64]
    names: tuple[str, ...]
    hands: NDArray[np.uint8] | None = None

    def choose(self, characters: NDArray[np.int64] | NDArray[np.bool_]) -> Part:
        hands = None if self.hands is None else self.hands[characters]
        return Part(self.images[characters], self.alphabet[characters], self.names, hands)


def home() -> Path:
    """Where the data set is looked for when nobody says: $OMNIGLOT_DIR, else the cache."""
    wanted = os.environ.get("OMNIGLOT_DIR")
    return Path(wanted).expanduser() if wanted else cache.folder()


def there(part: str) -> Path | None:
    """`home`, if it holds `part`; nothing is downloaded."""
    folder = home()
    return folder if (folder / part).is_dir() or (folder / f"{part}.zip").is_file() else None


def find(given: str | os.PathLike[str] | None) -> Path:
    """The folder that holds Omniglot: `given`, else $OMNIGLOT_DIR, else the cache, downloaded if need be."""
    wanted = given or os.environ.get("OMNIGLOT_DIR")
    if wanted:
        folder = Path(wanted).expanduser()
        if not folder.exists():
            raise DataError(f"{folder} does not exist: give --omniglot the folder that holds images_background")
        return folder
    return download(cache.folder())


def download(folder: Path, home: str = HOME, md5: dict[str, str] | None = None) -> Path:
    """Fetches both zip files into `folder`, each checked against its published MD5 before it appears there."""
    for name, digest in (md5 or MD5).items():
        try:
            pooch.retrieve(f"{home}{name}.zip", f"md5:{digest}", f"{name}.zip", folder, progressbar=True)
        except ValueError as error:
            raise DataError(
                f"{home}{name}.zip arrived damaged (its MD5 is not {digest}) and was thrown away: try again"
            ) from error
        except OSError as error:
            raise DataError(
                f"{home}{name}.zip cannot be downloaded ({error}). Fetch it by hand and say where it is:"
                " --omniglot FOLDER or OMNIGLOT_DIR=FOLDER"
            ) from error
    return folder


def load(source: Path, part: str, official: bool = True, progress: bool = True) -> Part:
    """All characters of `part` (images_background or images_evaluation) in `source`, normalised.

    `source` holds the part as a folder or as a zip file, or is that folder or zip file itself. With
    `official`, counts other than Omniglot's are an error. The result is cached: the second call is quick.
    """
    opened, pictures = _open(source, part)
    stored = cache.kept(part, _recipe(opened), lambda: _normalise(pictures, part, source, official, progress))
    return Part(
        stored["images"].astype(np.uint8, copy=False),
        stored["alphabet"].astype(np.int64, copy=False),
        tuple(stored["names"].astype(str).tolist()),
    )


def ready(source: Path, part: str) -> bool:
    """Whether `part` has been normalised before, so that loading it is quick."""
    return cache.path(part, _recipe(digest(source, part))).exists()


def _recipe(contents: str) -> str:
    return f"{contents} {drawing.IMAGE_SIDE} {drawing.INK_SIDE} {drawing.PEN_WIDTH} {drawing.SMALLEST_INK} v2"


def digest(source: Path, part: str) -> str:
    """Changes whenever the part's contents do."""
    return _open(source, part)[0]


def pictures(source: Path, part: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """(ALPHABET/characterNN/IIII_DD, ink) of every picture of a part; ink (105, 105) is True where there is ink."""
    for path, png in _open(source, part)[1]:
        place = _PICTURE.search(path)
        if place is not None and place[1] == part:
            yield path.rsplit(part + "/", 1)[1].removesuffix(".png"), _ink(path, png, source)


def chosen_pictures(
    source: Path, part: str, places: Collection[tuple[int, int]]
) -> dict[tuple[int, int], NDArray[np.bool_]]:
    """The ink (105, 105) of single pictures by their (character, drawer), both numbered as in `load`'s arrays."""
    names: dict[tuple[str, str], list[tuple[int, str]]] = {}

    def note(path: str) -> bool:
        place = _PICTURE.search(path)
        if place is not None and place[1] == part:
            names.setdefault((place[2], place[3]), []).append((int(place[4]), path))
        return False

    list(_open(source, part, note)[1])
    drawers = [sorted(names[character]) for character in sorted(names)]
    wanted = {drawers[character][drawer][1]: (character, drawer) for character, drawer in places}
    return {wanted[path]: _ink(path, png, source) for path, png in _open(source, part, wanted.__contains__)[1]}


def _anything(path: str) -> bool:
    return True


def _open(source: Path, part: str, only: Callable[[str], bool] = _anything) -> tuple[str, Iterator[tuple[str, bytes]]]:
    """A digest of the part's contents, and its pictures as (path, PNG bytes), those of which `only` says so."""
    archive = source if source.suffix == ".zip" else source / f"{part}.zip"
    folder = source if source.name == part and source.suffix != ".zip" else source / part
    if folder.is_dir():
        files = sorted(folder.rglob("*.png"))
        listing = [(f"{part}/{file.relative_to(folder).as_posix()}", file) for file in files]
        stamps = [f"{name} {file.stat().st_size} {file.stat().st_mtime_ns}" for name, file in listing]
        return "\n".join(stamps), ((name, file.read_bytes()) for name, file in listing if only(name))
    if not archive.is_file():
        raise DataError(
            f"{source} holds neither a folder {part} nor {part}.zip: give --omniglot the folder that holds"
            " images_background and images_evaluation (or their zip files)"
        )
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = sorted(opened.infolist(), key=lambda entry: entry.filename)
    except (zipfile.BadZipFile, OSError) as error:
        raise DataError(f"{archive} is not a whole zip file ({error}): fetch it again") from error
    return "\n".join(f"{entry.filename} {entry.CRC}" for entry in entries), _unzip(archive, only)


def _unzip(archive: Path, only: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(opened.namelist()):
                if name.endswith(".png") and only(name):
                    yield name, opened.read(name)  # checks the entry's CRC
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise DataError(f"{archive} is damaged ({error}): fetch it again") from error


def _normalise(
    pictures: Iterator[tuple[str, bytes]], part: str, source: Path, official: bool, progress: bool
) -> cache.Arrays:
    characters: dict[tuple[str, str], dict[int, drawing.Image]] = {}
    expected = CHARACTERS[part] * DRAWERS if official else None
    for path, png in tqdm(pictures, f"Normalising {part}", total=expected, disable=not progress, unit=" drawings"):
        place = _PICTURE.search(path)
        if place is None or place[1] != part:
            continue
        try:
            image = drawing.to_image(tracing.trace(_ink(path, png, source)))
        except drawing.DrawingError as error:
            raise DataError(f"{path} in {source} has no ink: fetch it again") from error
        characters.setdefault((place[2], place[3]), {})[int(place[4])] = image
    names = tuple(sorted({alphabet for alphabet, _ in characters}))
    counts = (len(names), len(characters))
    if official and counts != (ALPHABETS[part], CHARACTERS[part]):
        raise DataError(
            f"{part} in {source} has {counts[0]} alphabets with {counts[1]} characters, not {ALPHABETS[part]}"
            f" with {CHARACTERS[part]}: it is incomplete or not the official data set"
        )
    incomplete = [key for key, drawings in characters.items() if len(drawings) != DRAWERS]
    if incomplete or not characters:
        where = "/".join(incomplete[0]) if incomplete else "it"
        raise DataError(f"{part} in {source} is incomplete: {where} does not have {DRAWERS} drawings")
    keys = sorted(characters)
    images = np.stack([np.stack([characters[key][n] for n in sorted(characters[key])]) for key in keys])
    alphabet = np.array([names.index(key[0]) for key in keys], np.int64)
    return {"images": (images * 255).round().astype(np.uint8), "alphabet": alphabet, "names": np.array(names)}


def _ink(path: str, png: bytes, source: Path) -> NDArray[np.bool_]:
    """Where the ink is, (105, 105)."""
    try:
        with PIL.Image.open(io.BytesIO(png)) as opened:
            ink = ~np.asarray(opened.convert("1"))
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for a broken file
        raise DataError(f"{path} in {source} is not a whole picture ({error}): fetch it again") from error
    if ink.shape != (SIDE, SIDE):
        raise DataError(f"{path} in {source} is {ink.shape[1]}x{ink.shape[0]}, not {SIDE}x{SIDE}: not Omniglot?")
    return ink
