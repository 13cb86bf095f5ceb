"""Which characters names may have: none that cannot be seen and that change how what stands around them is read.

Control characters, line breaks, and what turns the direction of writing (U+202E and its like) are left out of what
is typed, and refused in files and links. Emoji and scripts that need a joiner (U+200C, U+200D) keep it.
"""

from __future__ import annotations

import unicodedata

_KEPT = {"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))}  # the last: in flags
_REFUSED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_UNSEEN = {"Cf", "Mn", "Me", "Zs"}


def strange(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED and character not in _KEPT


def cleaned(text: str) -> str:
    """Without strange characters; a line of words with a space between any two."""
    return "".join(c for c in " ".join(text.split()) if not strange(c)).strip()


def is_name(text: str) -> bool:
    """Whether there is something to see, and nothing strange."""
    return any(unicodedata.category(c) not in _UNSEEN for c in text) and not any(map(strange, text))
