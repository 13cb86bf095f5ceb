"""The inner loop as an animation, shown by a component that gets every step at once: scrubbing asks nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from demo.lessons.drawn import Drawn, letter
from demo.ui.inside_data import pixels
from demo.ui.palette import CLASSES
from demo.ui.words import group, language

_HERE = Path(__file__).parent
_SCRIPTS = ("inside_nodes.js", "inside_numbers.js", "inside_map.js", "inside_filters.js", "inside.js")
_component = st.components.v2.component(
    "sketchbook_inside",
    html='<div class="inside"></div>',
    css=(_HERE / "inside.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


def inside_data(drawings: Drawn, packed: dict[str, Any]) -> dict[str, Any]:
    """Everything the component shows and says: `packed` (see `inside_data.pack`) with whose it is."""
    ways = len(drawings.labels)
    return {
        **packed,
        "words": group("inside.view"),
        "language": language(),
        "letters": [letter(i) for i in range(ways)],
        "labels": list(drawings.labels),
        "colours": [CLASSES[i % len(CLASSES)] for i in range(ways)],
        "drawings": [
            {"name": name, "class": -1 if i is None else i, "pixels": image}
            for name, i, image in zip(drawings.names, drawings.classes, pixels(drawings.images), strict=True)
        ],
    }


def show_inside(data: dict[str, Any]) -> None:
    _component(key="inside", data=data)
