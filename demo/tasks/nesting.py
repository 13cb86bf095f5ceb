"""How deeply JSON nests, and how much is in it, known without reading it.

Readers take a stack frame for each level; and while Python makes a million lists, nothing else runs.
"""

from __future__ import annotations

import numpy as np

from demo.limits import JSON_DEPTH, JSON_LISTS


def holds_too_much(content: bytes) -> bool:
    """Whether JSON in UTF-8 has more than JSON_LISTS lists and objects; brackets in texts count as well."""
    return content.count(b"[") + content.count(b"{") > JSON_LISTS


def nests_too_deeply(content: bytes) -> bool:
    """Whether JSON in UTF-8, or in something around it, has more than JSON_DEPTH brackets open at once.

    Brackets in texts count as well.
    """
    if content.count(b"[") + content.count(b"{") <= JSON_DEPTH:
        return False
    level = np.cumsum(_CHANGE[np.frombuffer(content, np.uint8)], dtype=np.int32)
    lowest = np.minimum.accumulate(np.minimum(level, 0))  # what closes brackets that were never opened
    return bool((level - lowest).max() > JSON_DEPTH)


_CHANGE = np.zeros(256, np.int8)
_CHANGE[[ord("["), ord("{")]] = 1
_CHANGE[[ord("]"), ord("}")]] = -1
