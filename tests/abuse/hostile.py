"""What a hostile browser could send in place of what a page's script sends."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from tests.abuse.conftest import CASES

LIGHT = settings(max_examples=1500)
MANY = settings(max_examples=900)
SOME = settings(max_examples=500)
FEW = settings(max_examples=60)

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style><b>bold</b>",
    "**bold** _it_ `code` # head",
    "[link](javascript:alert(1))",
    "$x^2$ :red[red] :material/home: :smile:",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c \u2066\u200b\u200e",
    "a\nb\r\nc\x00\x1b[31m",
    "../../etc/passwd",
    "%(x)s {0.__class__} {label}",
    "x" * 10_000,
    "\ud800",
    "\U0001f600" * 50,
]

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([-1, 2**31, 2**53 + 1, 2**64, 10**400, -(10**4000)]),
    st.floats(),
    st.sampled_from([float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 5e-324, 1e6 + 1]),
    st.text(max_size=20),
    st.sampled_from(MARKUP),
)

_HUGE: list[Any] = [[0] * 20_000, [[0, 0]] * 20_000, {str(k): k for k in range(2000)}, [[[]]] * 600]
HUGE = st.sampled_from([json.dumps(value) for value in _HUGE]).map(json.loads)  # another object every time
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
ANYTHING = st.one_of(SCALARS, JSON, HUGE, st.integers(1, 240).map(lambda depth: json.loads("[" * depth + "]" * depth)))


@st.composite
def mutants(draw: st.DrawFn, *honest: Any) -> Any:
    """One of the honest messages with one to three of its parts replaced, left out, or there several times."""
    root: list[Any] = [copy.deepcopy(draw(st.sampled_from(honest)))]
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = root
        key: Any = 0
        while isinstance(holder[key], dict | list) and holder[key] and draw(st.integers(0, 4)):
            holder = holder[key]
            last = len(holder) - 1
            key = list(holder)[draw(st.integers(0, last))] if isinstance(holder, dict) else draw(st.integers(0, last))
        match draw(st.integers(0, 5)):
            case 0 if holder is not root:
                del holder[key]
            case 1 if isinstance(holder, list) and holder is not root:
                holder.extend([holder[key]] * draw(st.sampled_from([1, 100, 100, 11_000])))
            case 2 if isinstance(holder, dict):
                holder[draw(st.text(max_size=8))] = holder.pop(key)
            case _:
                holder[key] = draw(ANYTHING)
    return root[0]


def count(door: str) -> None:
    """One more case has come by this door."""
    CASES[door] += 1
