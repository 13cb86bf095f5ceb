"""Every string in every language; every key that the code says is there, and every one that is there is said."""

from __future__ import annotations

import re
import string
from pathlib import Path

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


def test_every_language_has_every_string_with_the_same_places_to_fill() -> None:
    for key, said in words.table().items():
        assert set(said) == set(words.LANGUAGES), key
        assert all(text.strip() for text in said.values()), key
        if not any("$" in text for text in said.values()):  # formulas have braces of their own
            assert len({frozenset(places(text)) for text in said.values()}) == 1, key


def test_chinese_words_are_chinese() -> None:
    for key, said in words.table().items():
        if re.search(r"[A-Za-z]{2,} [a-z]{2,}", re.sub(r"\$.*?\$|`.*?`|\{.*?\}", "", said["en"])):
            assert re.search(r"[\u4e00-\u9fff]", said["zh"]), key


def test_what_the_code_says_is_there() -> None:
    for key in SAID:
        assert key in words.table() or {f"{key}.one", f"{key}.many"} <= set(words.table()), key


def test_what_is_there_is_said() -> None:
    for key in words.table():
        plain = re.sub(r"\.(one|many)$", "", key)
        said = {key, plain} & SAID or any(re.fullmatch(shape, name) for shape in SHAPED for name in (key, plain))
        assert said, key
