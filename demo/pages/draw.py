"""The draw page: three classes, one query, and what a few gradient steps make of them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from demo.tasks.drawing import DrawingError
from demo.ui import canvas, examples, filing, pen
from demo.ui.answers import devices
from demo.ui.desk import NAMES, Desk
from demo.ui.preview import show_images
from demo.ui.settings import DRAW
from demo.ui.sketch import CLASSES, LETTERS, PADS, QUERY, Sheet, Sketch
from demo.ui.trace import show_trace

STYLE = Path(__file__).resolve().parents[2] / "assets" / "draw.css"
CELLS = [*(f"class-{i + 1}" for i in range(CLASSES)), "query"]


def opening_sketch() -> Sketch:
    return Sketch(examples.sheets()[examples.OPENING])


@st.fragment
def workbench(desk: Desk) -> None:
    """All of the page that changes with the drawings and the settings."""
    sketch = desk.sketch
    if not any(sketch.key(place) in st.session_state for place in range(PADS)):
        sketch.reopen()  # the first visit, or back from another page: new pads, with the drawings as they are
    with st.container(key="top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Draw three, recognise the fourth", anchor=False, width="content")
        with st.container(key="actions", horizontal=True, vertical_alignment="center", gap="small", width="content"):
            show_actions(sketch)
    st.markdown(
        "Draw a picture for each of **A**, **B** and **C**, then one more under **?**:"
        " after a few gradient steps the network says which of the three it is most like."
    )
    with st.container(key="canvases"):
        for place in range(PADS):
            show_cell(sketch, place)
    answers = st.container(key="probabilities")
    with st.container(key="settings", horizontal=True, vertical_alignment="bottom", gap="medium"):
        desk.learner = DRAW["learner"].widget()
        desk.steps = DRAW["steps"].widget()
        desk.device = DRAW["device"].widget() if len(devices()) > 1 else "cpu"
        desk.compare = DRAW["compare"].widget()
        live = DRAW["live"].widget()
        desk.previews = DRAW["seen"].widget()
    with answers:
        answer_live(desk, live)


def show_actions(sketch: Sketch) -> None:
    """The buttons over the pads. `canvas.prepare_pads` greys those that would do nothing now."""
    with st.popover("Examples", icon=":material/gallery_thumbnail:", key="examples"):
        for name, sheet in examples.sheets().items():
            st.button(examples.title(name), key=f"example-{name}", on_click=sketch.show, args=(sheet,), type="tertiary")
    filing.show_file_menu(sketch)
    st.button("Undo", icon=":material/undo:", key="undo", on_click=sketch.undo, shortcut="Mod+Z")
    st.button("Redo", icon=":material/redo:", key="redo", on_click=sketch.redo, shortcut="Mod+Shift+Z")
    st.button("Erase all", icon=":material/delete:", key="erase-all", on_click=sketch.erase, args=(range(PADS),))


def show_cell(sketch: Sketch, place: int) -> None:
    """One pad with its name over it and an eraser."""
    with st.container(key=CELLS[place]):
        with st.container(key=f"head-{place + 1}", horizontal=True, vertical_alignment="center", gap="small"):
            label = sketch.sheet.labels[place] if place < CLASSES else "which one is it?"
            note = "" if label == NAMES[place] else label
            st.markdown(f"**{NAMES[place]}**" + (f" :small[{filing.plain(note)}]" if note else ""))
            st.button(
                "Erase",
                key=f"erase-{place + 1}",
                on_click=sketch.erase,
                args=([place],),
                type="tertiary",
            )
        if st.session_state.get("live", DRAW["live"].default):
            show_pad_alone(sketch, place)
        else:
            show_pad(sketch, place)


def show_pad(sketch: Sketch, place: int) -> bool:
    """The pad, once what was drawn on it is in the sketch; True if that is news to the pen's companion, too."""
    news = False
    try:
        drawing = canvas.value(sketch.key(place))
    except DrawingError as error:
        st.warning(f"Pad {NAMES[place]} is full: {error}. Undo or erase to go on.", icon=":material/warning:")
    else:
        news = drawing is not None and sketch.drawn(place, drawing)
    canvas.pad(sketch.key(place), sketch.initial[place])
    return news


@st.fragment
def show_pad_alone(sketch: Sketch, place: int) -> None:
    """The pad beside the companion: what that has seen is answered already, and its next report sees to the rest."""
    if show_pad(sketch, place):
        st.rerun()


@st.fragment
def answer_live(desk: Desk, live: bool) -> None:
    """All that changes while the pen moves; what the pen's companion reports reruns this and nothing else."""
    sketch, found = desk.sketch, desk.says()
    if found["error"]:
        st.error(f"{found['error']}. The other learners still work.", icon=":material/error:")
    if found["preview"]:
        show_images(found["preview"])
    show_trace("trace", found["trace"])
    canvas.prepare_pads(
        [canvas.Pad(cell, pad_name(sketch.sheet, place), f"Erase {NAMES[place]}") for place, cell in enumerate(CELLS)],
        idle(sketch),
    )
    if live:
        known = {sketch.key(place): len(drawing.strokes) for place, drawing in enumerate(sketch.sheet.drawings)}
        pen.watch(known, found["number"], desk.token, desk.take)


def idle(sketch: Sketch) -> dict[str, bool]:
    """Buttons, by their keys, and whether they would do nothing."""
    blank = [not drawing.strokes for drawing in sketch.sheet.drawings]
    erasers = {f"erase-{place + 1}": nothing for place, nothing in enumerate(blank)}
    history = {"undo": not sketch.past, "redo": not sketch.future}
    return {**history, "erase-all": all(blank), "export": bool(sketch.sheet.empty), **erasers}


def pad_name(sheet: Sheet, place: int) -> str:
    """What assistive technology calls a pad."""
    name = "the query" if place == QUERY else f"class {LETTERS[place]}"
    strokes = len(sheet.drawings[place].strokes)
    return f"Drawing pad for {name}: {'empty' if not strokes else '1 stroke' if strokes == 1 else f'{strokes} strokes'}"


st.html(STYLE)
sketch = st.session_state.setdefault("sketch", opening_sketch())
workbench(st.session_state.setdefault("desk", Desk(sketch)))
