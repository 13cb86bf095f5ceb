"""Finding, reading, checking and caching the data set."""

from __future__ import annotations

import hashlib
import http.server
import shutil
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from demo.tasks import omniglot
from demo.tasks.omniglot import DataError, find, load
from tests import doodles


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("SKETCHBOOK_CACHE", str(folder))
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    doodles.write_part(folder, "images_background", {"Loops": 2, "Zigzag": 1})
    return folder


def zipped(folder: Path, part: str, target: Path) -> Path:
    target.mkdir(exist_ok=True)
    shutil.make_archive(str(target / part), "zip", folder, part)
    return target / f"{part}.zip"


def test_folder_and_zip_give_the_same(tiny: Path, own_cache: Path, tmp_path: Path) -> None:
    from_folder = load(tiny, "images_background", official=False, progress=False)
    assert from_folder.images.shape == (3, 20, 28, 28)
    assert from_folder.names == ("Loops", "Zigzag")
    assert from_folder.alphabet.tolist() == [0, 0, 1]
    archive = zipped(tiny, "images_background", tmp_path / "zips")
    for source in (archive.parent, archive):
        from_zip = load(source, "images_background", official=False, progress=False)
        assert np.array_equal(from_zip.images, from_folder.images)


def test_second_load_is_from_the_cache(tiny: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(tiny, "images_background", official=False, progress=False)
    monkeypatch.setattr(omniglot, "_normalise", None)  # would raise if it were called
    second = load(tiny, "images_background", official=False, progress=False)
    assert np.array_equal(first.images, second.images)


def test_changed_data_is_not_answered_from_the_cache(tiny: Path, own_cache: Path) -> None:
    load(tiny, "images_background", official=False, progress=False)
    doodles.write_part(tiny, "images_background", {"Waves": 1}, first=50)
    assert len(load(tiny, "images_background", official=False, progress=False).images) == 4


def test_counts_of_the_official_set_are_checked(tiny: Path, own_cache: Path) -> None:
    with pytest.raises(DataError, match="30 with 964"):
        load(tiny, "images_background", progress=False)
    assert list(own_cache.glob("*")) == []


def test_missing_drawing_is_named(tiny: Path, own_cache: Path) -> None:
    next((tiny / "images_background" / "Zigzag" / "character01").glob("*_07.png")).unlink()
    with pytest.raises(DataError, match="Zigzag/character01 does not have 20"):
        load(tiny, "images_background", official=False, progress=False)
    assert list(own_cache.glob("*")) == []


def test_truncated_zip_is_refused(tiny: Path, own_cache: Path, tmp_path: Path) -> None:
    archive = zipped(tiny, "images_background", tmp_path / "zips")
    archive.write_bytes(archive.read_bytes()[:-500])
    with pytest.raises(DataError, match="not a whole zip file"):
        load(archive.parent, "images_background", official=False, progress=False)


def test_corrupt_zip_entry_is_refused(tiny: Path, own_cache: Path, tmp_path: Path) -> None:
    archive = zipped(tiny, "images_background", tmp_path / "zips")
    with zipfile.ZipFile(archive) as opened:
        entry = next(e for e in opened.infolist() if e.filename.endswith("_03.png"))
        offset = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    raw = bytearray(archive.read_bytes())
    raw[offset] ^= 0xFF
    archive.write_bytes(raw)
    with pytest.raises(DataError, match=r"damaged|not a whole picture"):
        load(archive.parent, "images_background", official=False, progress=False)
    assert list(own_cache.glob("*")) == []


def test_broken_picture_is_named(tiny: Path, own_cache: Path) -> None:
    broken = next((tiny / "images_background" / "Loops" / "character02").glob("*_11.png"))
    broken.write_bytes(broken.read_bytes()[:60])
    with pytest.raises(DataError, match=f"character02/{broken.name}"):
        load(tiny, "images_background", official=False, progress=False)


def test_folder_without_the_data_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"images_background\.zip"):
        load(tmp_path, "images_background")
    with pytest.raises(DataError, match="does not exist"):
        find(tmp_path / "nowhere")


def test_argument_wins_over_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNIGLOT_DIR", str(tmp_path / "nowhere"))
    assert find(tmp_path) == tmp_path
    with pytest.raises(DataError, match="nowhere"):
        find(None)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def home(tiny: Path, tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A "official home" on this machine: its address, and its archives' MD5s."""
    served = tmp_path / "served"
    archive = zipped(tiny, "images_background", served)
    handler = partial(Quiet, directory=str(served))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        digest = hashlib.md5(archive.read_bytes()).hexdigest()
        yield f"http://127.0.0.1:{server.server_port}/", {"images_background": digest}
        server.shutdown()


def test_download(home: tuple[str, dict[str, str]], own_cache: Path) -> None:
    address, md5 = home
    folder = omniglot.download(own_cache, address, md5)
    assert len(load(folder, "images_background", official=False, progress=False).images) == 3


def test_damaged_download_leaves_nothing_behind(home: tuple[str, dict[str, str]], own_cache: Path) -> None:
    address, _ = home
    with pytest.raises(DataError, match="damaged"):
        omniglot.download(own_cache, address, {"images_background": "0" * 32})
    assert [path for path in own_cache.rglob("*") if path.is_file()] == []


def test_unreachable_home_says_what_to_do(home: tuple[str, dict[str, str]], own_cache: Path) -> None:
    address, _ = home
    with pytest.raises(DataError, match="--omniglot"):
        omniglot.download(own_cache, address, {"images_nowhere": "0" * 32})
    assert [path for path in own_cache.rglob("*") if path.is_file()] == []
