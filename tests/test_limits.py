"""Limits that must agree with each other, with Streamlit's settings, and with what SECURITY.md tells."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from demo import limits
from demo.limits import MEGABYTE

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]
NAMES = [name for name in vars(limits) if name.isupper() and name != "MEGABYTE"]


def test_streamlit_is_told_the_same() -> None:
    assert CONFIG["maxWidgetStateSize"] == limits.WIDGETS_MEGABYTES
    assert CONFIG["maxUploadSize"] == limits.UPLOAD_MEGABYTES  # the server refuses by this, whatever a widget says


def test_what_is_inside_fits_into_what_is_outside() -> None:
    assert limits.WIDGETS_MEGABYTES * MEGABYTE < limits.MESSAGE_BYTES
    assert limits.WIDGETS_MEGABYTES * MEGABYTE <= limits.FRAMES_BURST
    assert limits.LINE_CHARACTERS < limits.MESSAGE_BYTES
    assert limits.SHARED_CHARACTERS < limits.LINK_CHARACTERS
    assert limits.LONGEST_NAME <= limits.MAX_LABEL
    assert limits.PADS <= limits.REPORTED_PADS
    assert limits.MAX_STROKES <= limits.MAX_POINTS <= limits.MAX_IN_ALL
    assert limits.SESSIONS <= limits.LINES <= limits.CONNECTIONS - limits.SESSIONS
    assert limits.UPLOAD_MEGABYTES * limits.UPLOADS_AT_ONCE < limits.UPLOADS_MEGABYTES


def test_every_limit_says_what_it_bounds() -> None:
    lines = (ROOT / "demo" / "limits.py").read_text().splitlines()
    told = {name for line in lines if "#" in line for name in re.findall(r"[A-Z_]{3,}", line.partition("=")[0])}
    plain = {
        "PADS",
        "MIN_CLASSES",
        "MAX_CLASSES",
        "UPLOAD_MEGABYTES",
        "PHOTO_MEGAPIXELS",
        "MAX_QUERIES",
        "MOST_QUERIES",
    }
    assert set(NAMES) - told <= plain


def test_nothing_else_in_the_app_has_a_limit_of_its_own() -> None:
    """A constant called MAX_... is there once."""
    named = re.compile(r"^(MAX_\w+|LONGEST\w*|\w+_MEGABYTES)\b.*=", re.MULTILINE)
    found = {
        (path.name, name)
        for path in (ROOT / "demo").rglob("*.py")
        for name in named.findall(path.read_text())
        if path.name != "limits.py"
    }
    assert found == {("__init__.py", "LONGEST_COPY")}  # of a lesson's sequences: nobody sends longer ones


def test_the_security_page_lists_every_limit_as_it_is() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", (ROOT / "SECURITY.md").read_text(), re.MULTILINE))
    assert told == {name: f"{getattr(limits, name):,}" for name in NAMES}
