"""All of a sheet as a text that its tab of the browser keeps, and the sheet again from what a browser gives back.

    {"began": "", "example": null, "shape": [3, 1, 1], "labels": ["A", ...], "typed": [0], "pads": {"0": "...", ...}}

Every pad is in it, those out of sight as well; pads without strokes are left out, and so are those of a stored
example, which its name says. `began` is what the tab's address had asked for. What comes back is not trusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from demo.limits import FEWEST, KEPT_CHARACTERS, MAX_LABEL, MOST, MOST_QUERIES, MOST_SHOTS, PADS
from demo.tasks.drawing import Drawing
from demo.tasks.names import is_name
from demo.tasks.packing import LinkError
from demo.tasks.sharing import decode_drawing, encode_drawing
from demo.ui import examples
from demo.ui.fabric import SIDE
from demo.ui.pen import parsed
from demo.ui.sheet import BLANK, Sheet
from demo.ui.sketch import holds

_PAD = re.compile(r"pad-([0-9]{1,2})-[0-9]+")  # as `Sketch.key` has it


def written(sheet: Sheet, began: str, text: Callable[[int, Drawing], str] = lambda _, one: encode_drawing(one)) -> str:
    """The sheet as a text. text: of the drawing at a place, which is hardly ever a new one."""
    content: dict[str, Any] = {"began": began, "example": sheet.example, "shape": sheet.shape}
    if sheet.example is None:
        drawn = {place: drawing for place, drawing in enumerate(sheet.drawings) if drawing.strokes}
        content |= {"labels": sheet.labels, "typed": sorted(sheet.typed)}
        content["pads"] = {place: text(place, drawing) for place, drawing in drawn.items()}
    return json.dumps(content, separators=(",", ":"))


def read(text: Any) -> tuple[Sheet, str]:
    """The sheet in a text, and what it `began` from; raises `LinkError` for what `written` did not make."""
    if not isinstance(text, str):
        raise LinkError("damaged", "a sheet is a text")
    if len(text) > KEPT_CHARACTERS:
        raise LinkError("large", f"the text has {len(text)} characters; at most {KEPT_CHARACTERS} are allowed")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LinkError("damaged", f"the text is not JSON: {error}") from error
    match content:
        case {"began": str(began), "example": str(name)} if name in examples.sheets():
            return examples.sheets()[name], began
        case {
            "began": str(began),
            "example": None,
            "shape": [ways, shots, asked],
            "labels": list(labels),
            "typed": list(typed),
            "pads": dict(pads),
        } if (
            _is_count(ways, FEWEST, MOST)
            and _is_count(shots, 1, MOST_SHOTS)
            and _is_count(asked, 1, MOST_QUERIES)
            and _are_names(labels)
            and all(_is_count(i, 0, MOST - 1) for i in typed)
        ):
            return Sheet(_drawings(pads), tuple(labels), ways, shots, asked, frozenset(typed)), began
    raise LinkError("damaged", "the text says no sheet")


def inked(sheet: Sheet, ink: Any) -> Sheet:
    """The sheet with the strokes, by pads, that `pen.js` had not seen answered; those that cannot be are left out."""
    report = parsed({"number": 0, "open": None, "pads": ink})
    for key, strokes in report.ink.items() if report else ():
        place = int(found[1]) if (found := _PAD.fullmatch(key)) else PADS
        if place < PADS and strokes is not None:
            before = sheet.drawings[place].strokes
            drawing = Drawing(SIDE, SIDE, (*before, *strokes.new(len(before))))
            if holds(drawing):
                sheet = sheet.with_drawing(place, drawing)
    return sheet


def _drawings(pads: Mapping[str, Any]) -> tuple[Drawing, ...]:
    known = {str(place) for place in range(PADS)}
    if not pads.keys() <= known or not all(isinstance(text, str) for text in pads.values()):
        raise LinkError("damaged", "the text has drawings for pads that there are not")
    return tuple(decode_drawing(pads[str(place)]) if str(place) in pads else BLANK for place in range(PADS))


def _is_count(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _are_names(labels: list[Any]) -> bool:
    """One for each class, each its own, as they may be in files and links."""
    return len(labels) == MOST == len({label for label in labels if _is_label(label)})


def _is_label(label: Any) -> bool:
    return isinstance(label, str) and len(label) <= MAX_LABEL and is_name(label)
