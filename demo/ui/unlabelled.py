"""A row of pads for drawings without a label: another hand's, a distractor, and one to draw on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import streamlit as st

from demo.tasks.distort import STEADY, redrawn
from demo.tasks.drawing import Drawing, DrawingError
from demo.ui import canvas, examples
from demo.ui.fabric import on_pad
from demo.ui.sheet import BLANK, Sheet, place_of, same
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "unlabelled.css"
PADS = 4
FIRST = 6  # of the others' drawings is the first distractor: a star, beside a house, a tree and a fish


@dataclass(eq=False)
class Unlabelled:
    """One session's row. As with `demo.ui.sketch`, a pad whose drawing something else than the pen changes is new."""

    drawings: list[Drawing] = field(default_factory=lambda: [BLANK] * PADS)
    initial: list[Drawing] = field(default_factory=lambda: [BLANK] * PADS)
    versions: list[int] = field(default_factory=lambda: [0] * PADS)
    fillings: int = 0

    def key(self, place: int) -> str:
        return f"pad-unlabelled-{place}-{self.versions[place]}"

    def put(self, place: int, drawing: Drawing) -> None:
        self.drawings[place] = self.initial[place] = drawing
        self.versions[place] += 1

    def reopen(self) -> None:
        """After a visit to another page the pads are new ones, with the drawings as they were."""
        for place, drawing in enumerate(self.drawings):
            self.put(place, drawing)

    def fill(self, sheet: Sheet) -> None:
        """The first two classes' drawings by another hand, a thing that is none of the classes, and an empty pad."""
        rng = np.random.default_rng(self.fillings)
        known = [[d for d in (sheet.drawings[place_of(i, k)] for k in range(sheet.shots)) if d.strokes] for i in (0, 1)]
        again = [redrawn(drawings[0], STEADY, rng) if drawings else BLANK for drawings in known]
        for place, drawing in enumerate([*again, distractor(sheet, self.fillings), BLANK]):
            self.put(place, on_pad(drawing) if drawing.strokes else drawing)
        self.fillings += 1

    def read(self, place: int) -> str:
        """Takes what is on the pad now; returns what is wrong with it, or nothing."""
        try:
            now = canvas.value(self.key(place))
        except DrawingError as error:
            return canvas.refusal(error, name(place))
        if now is not None and not same(now, self.drawings[place]):
            self.drawings[place] = now
        return ""


def distractor(sheet: Sheet, number: int) -> Drawing:
    """A drawing of an example that has none of the sheet's classes; another one for the next number."""
    others = [other for other in examples.sheets().values() if not set(other.names) & set(sheet.names)]
    drawings = [other.drawings[place_of(i)] for other in others for i in range(other.ways)]
    return drawings[(7 * number + FIRST) % len(drawings)] if drawings else BLANK


def opened(sheet: Sheet) -> Unlabelled:
    """This session's row, filled on the first visit."""
    row: Unlabelled | None = st.session_state.get("unlabelled")
    if row is None:
        row = st.session_state["unlabelled"] = Unlabelled()
        row.fill(sheet)
    elif not any(row.key(place) in st.session_state for place in range(PADS)):
        row.reopen()
    return row


def show_row(row: Unlabelled, captions: Mapping[int, str], wrong: Sequence[str]) -> None:
    """The pads, each with an eraser over it, what is wrong with it, if anything is, and its caption, if it has one."""
    st.html(STYLE)
    with st.container(key="unlabelled-row"):
        for place in range(PADS):
            with st.container(key=f"cell-unlabelled-{place}"):
                with st.container(key=f"head-unlabelled-{place}", horizontal=True, vertical_alignment="center"):
                    st.markdown(f"**{name(place)}**", width="stretch")
                    eraser = f"erase-unlabelled-{place}"
                    st.button(say("draw.erase"), key=eraser, on_click=row.put, args=(place, BLANK), type="tertiary")
                if wrong[place]:
                    st.warning(wrong[place])
                canvas.pad(row.key(place), row.initial[place])
                st.caption(captions.get(place, say("close-semi_prototypical.blank")))
    pads = [
        canvas.Pad(
            f"cell-unlabelled-{place}",
            say("close-semi_prototypical.pad", name=name(place)),
            say("draw.erase.one", name=name(place)),
        )
        for place in range(PADS)
    ]
    idle = {f"erase-unlabelled-{p}": not d.strokes for p, d in enumerate(row.drawings)}
    canvas.prepare_pads(canvas.pads_data(pads, idle))


def name(place: int) -> str:
    return f"U{place + 1}"
