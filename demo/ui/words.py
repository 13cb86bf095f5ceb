"""The app's words, in every language it speaks: `assets/words/*.toml`, one file a page, languages side by side.

A file's name and its tables make the key: `[pad.empty]` in draw.toml is "draw.pad.empty". Words may have
places to fill, as in "{count} strokes".
"""

from __future__ import annotations

import contextlib
import functools
import tomllib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import streamlit as st

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "words"
LANGUAGES = {"en": "English", "zh": "中文"}
DEFAULT = "en"
KEY = "lang"  # of the setting: in the session's state and in the URL

Words = Mapping[str, Mapping[str, str]]  # key -> language -> words


_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@contextlib.contextmanager
def speaking(tongue: str) -> Iterator[None]:
    """Everything is said in this language: for what is made outside of a session's run."""
    token = _spoken.set(tongue)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """This session's language."""
    if spoken := _spoken.get():
        return spoken
    chosen = st.session_state.get(KEY) or st.query_params.get(KEY)
    return chosen if chosen in LANGUAGES else DEFAULT


def say(key: str, /, tongue: str | None = None, **values: object) -> str:
    """The words of `key` in language `tongue`, the session's if none is given; KeyError if there are none."""
    words = table()[key][tongue or language()]
    return words.format(**values) if values else words


def many(key: str, count: int, tongue: str | None = None) -> str:
    """`key`.one or `key`.many, with the count in its place: "1 step", "5 steps"."""
    return say(f"{key}.{'one' if count == 1 else 'many'}", tongue, count=count)


def group(prefix: str, tongue: str | None = None) -> dict[str, str]:
    """All words under `prefix`, by the rest of their keys: what a component's script is given to say."""
    return dict(_group(prefix, tongue or language()))


@functools.cache
def _group(prefix: str, tongue: str) -> dict[str, str]:
    return {key.removeprefix(f"{prefix}."): say(key, tongue) for key in table() if key.startswith(f"{prefix}.")}


@functools.cache
def table() -> Words:
    return {
        key: words
        for path in sorted(FOLDER.glob("*.toml"))
        for key, words in _leaves(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    }


def _leaves(key: str, content: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    words = {name: value for name, value in content.items() if isinstance(value, str)}
    if words:
        yield key, words
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _leaves(f"{key}.{name}", value)
