"""A grid of bits that are turned by hand, above what came of them: a small component.

`bits.js` turns a bit at once and reports the whole sequence; reports are numbered, so that an answer to an older one
turns nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from demo.lessons.copying import BITS, Bits, Copied
from demo.ui.component import component
from demo.ui.trust import is_count
from demo.ui.words import group

_KEY = "copy-bits"
_REPORT = "copy-bits-report"
_component = component("bits", '<div class="bits"></div>', "nodes", "bits", styles=["bits"])


def show_bits(copy: Copied, turned: Callable[[Bits], None]) -> None:
    """Shows both grids; `turned` is called with the sequence when a bit has been turned."""

    def take() -> None:
        reported = checked(st.session_state[_KEY].get("turned"), len(copy.given))
        if reported:
            bits, st.session_state[_REPORT] = reported
            turned(bits)

    data = bits_data(copy) | {"report": st.session_state.get(_REPORT, 0)}
    _component(key=_KEY, data=data, on_turned_change=take)


def bits_data(copy: Copied) -> dict[str, Any]:
    """What the script draws: vectors as they were given and as they were said, the latter as probabilities of 1."""
    return {
        "given": [list(vector) for vector in copy.given],
        "said": [[round(float(p), 3) for p in vector] for vector in copy.said],
        "words": group("copy.grid"),
    }


def checked(message: Any, length: int) -> tuple[Bits, int] | None:
    """The sequence in a report, and its number, if it is one: what a browser sends is not trusted."""
    number = message.get("report") if isinstance(message, Mapping) else None
    if not isinstance(message, Mapping) or not isinstance(number, int) or not is_count(number):
        return None
    bits = message.get("bits")
    if not isinstance(bits, list) or len(bits) != length or not all(map(_is_vector, bits)):
        return None
    return tuple(tuple(vector) for vector in bits), number


def _is_vector(vector: Any) -> bool:
    return isinstance(vector, list) and len(vector) == BITS and all(type(b) is int and b in (0, 1) for b in vector)
