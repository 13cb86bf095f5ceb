"""The inner loop as an animation, shown by a component that gets every step at once: scrubbing asks nobody."""

from __future__ import annotations

from typing import Any

from demo.lessons.drawn import Drawn, letter
from demo.ui.component import component
from demo.ui.inside_data import pixels
from demo.ui.palette import CLASSES
from demo.ui.quoted import isolated
from demo.ui.words import group, language

_SCRIPTS = ("nodes", "inside_parts", "inside_numbers", "inside_map", "inside_filters", "inside")
_component = component("inside", '<div class="inside"></div>', *_SCRIPTS, styles=["scrubber", "inside"])


def inside_data(drawings: Drawn, packed: dict[str, Any]) -> dict[str, Any]:
    """Everything the component shows and says: `packed` (see `inside_data.pack`) with whose it is."""
    ways = len(drawings.labels)
    return {
        **packed,
        "words": group("inside.view"),
        "language": language(),
        "letters": [letter(i) for i in range(ways)],
        "labels": [isolated(label) for label in drawings.labels],
        "colours": [CLASSES[i % len(CLASSES)] for i in range(ways)],
        "drawings": [
            {"name": name, "class": -1 if i is None else i, "pixels": image}
            for name, i, image in zip(drawings.names, drawings.classes, pixels(drawings.images), strict=True)
        ],
    }


def show_inside(data: dict[str, Any]) -> None:
    _component(key="inside", data=data)
