"""Every string in every language; every key that the code says is there, and every one that is there is said."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from demo.ui import words

ROOT = Path(__file__).parents[2]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "demo").rglob("*.py")))
SAID = set(re.findall(r'\b(?:say|many)\(\s*"([\w.-]+)"', SOURCE))
SHAPED = [  # keys with a part that is computed: say(f"learner.{name}"), group("draw.trace")
    *(re.sub(r"\\\{.*?\\\}", ".+", re.escape(key)) for key in re.findall(r'\b(?:say|many)\(\s*f"([^"]+)"', SOURCE)),
    *(re.escape(key) + r"\..+" for key in re.findall(r'\bgroup\(\s*"([\w.-]+)"', SOURCE)),
]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(words.table()))
def test_every_language_has_every_string_with_the_same_places_to_fill(key: str) -> None:
    said = words.table()[key]
    assert set(said) == set(words.LANGUAGES), key
    assert all(text.strip() for text in said.values())
    if not any("$" in text for text in said.values()):  # formulas have braces of their own
        assert len({frozenset(places(text)) for text in said.values()}) == 1


@pytest.mark.parametrize("key", sorted(words.table()))
def test_chinese_words_are_chinese(key: str) -> None:
    said = words.table()[key]
    if re.search(r"[A-Za-z]{2,} [a-z]{2,}", re.sub(r"\$.*?\$|`.*?`|\{.*?\}", "", said["en"])):
        assert re.search(r"[\u4e00-\u9fff]", said["zh"]), said["zh"]


def test_what_the_code_says_is_there() -> None:
    for key in SAID:
        assert key in words.table() or {f"{key}.one", f"{key}.many"} <= set(words.table()), key


@pytest.mark.parametrize("key", sorted(words.table()))
def test_what_is_there_is_said(key: str) -> None:
    plain = re.sub(r"\.(one|many)$", "", key)
    assert {key, plain} & SAID or any(re.fullmatch(shape, name) for shape in SHAPED for name in (key, plain))
