"""The draw page: a few classes, a few drawings of each, queries, and what a few gradient steps make of them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from demo.limits import LONGEST_NAME, MAX_POINTS, MAX_STROKES, MOST_SHOTS
from demo.ui import canvas, examples, filing, frame, keep, pen, share, words
from demo.ui.answers import devices
from demo.ui.desk import Desk
from demo.ui.export import show_export
from demo.ui.keep import SHAPE
from demo.ui.palette import ink
from demo.ui.preview import show_images
from demo.ui.quoted import in_markdown
from demo.ui.settings import DRAW
from demo.ui.sheet import LETTERS, QUERY, Sheet, name_of, place_of
from demo.ui.sketch import Sketch
from demo.ui.trace import show_trace
from demo.ui.trace_tables import trace_figures, trace_table
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "draw.css"


def opening_sketch() -> Sketch:
    """What the link has brought along, else the opening example in the shape that the address asks for."""
    if task := share.opened_task():
        sheet = Sheet.of(task, share.opened_example())
        return Sketch(sheet, sheet)
    example = examples.sheets()[examples.OPENING]
    shape = tuple(DRAW[key].value for key in SHAPE)
    sheet = example if shape == example.shape else example.with_shape(*shape)
    return Sketch(sheet, sheet)


@st.fragment
def workbench(desk: Desk) -> None:
    """All of the page that changes with the drawings and the settings."""
    sketch, desk.tongue = desk.sketch, words.language()
    page = sketch.page
    if not any(sketch.key(place) in st.session_state for place in sketch.sheet.places):
        sketch.reopen()  # the first visit, or back from another page: new pads, with the drawings as they are
    with st.container(key="top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(say("draw.title"), anchor=False, width="content")
        with st.container(key="actions", horizontal=True, vertical_alignment="center", gap="small", width="content"):
            show_actions(sketch)
    st.markdown(say("draw.invitation"))
    share.show_opening_error()
    show_pads(sketch)
    answers = st.container(key="probabilities")
    offer_answers(desk)
    with st.container(key="settings", horizontal=True, vertical_alignment="bottom", gap="medium"):
        live = show_settings(desk)
    with answers:
        answer_live(desk, live, page)


def offer_answers(desk: Desk) -> None:
    """All in the files is asked of the desk when it is wanted: the pen makes nothing of this anew."""
    colour = ink()
    show_export(
        "probabilities",
        lambda: trace_figures(desk.says()["trace"], colour),
        lambda: trace_table(desk.says()["trace"]),
        ".st-key-probabilities",
    )


def show_actions(sketch: Sketch) -> None:
    """The buttons over the pads. `canvas.prepare_pads` greys those that would do nothing now."""
    with st.popover(say("draw.examples"), icon=":material/gallery_thumbnail:", key="examples"):
        for name, sheet in examples.sheets().items():
            st.button(examples.title(name), key=f"example-{name}", on_click=sketch.show, args=(sheet,), type="tertiary")
        st.button(
            say("draw.examples.next"),
            key="next-example",
            icon=":material/skip_next:",
            on_click=next_example,
            args=(sketch,),
        )
    filing.show_file_menu(sketch)
    share.show_share_menu(sketch.sheet.task(), sketch.sheet.example)
    st.button(say("draw.undo"), icon=":material/undo:", key="undo", on_click=sketch.undo, shortcut="Mod+Z")
    st.button(say("draw.redo"), icon=":material/redo:", key="redo", on_click=sketch.redo, shortcut="Mod+Shift+Z")
    st.button(say("draw.erase.all"), icon=":material/delete:", key="erase-all", on_click=erase_all, args=(sketch,))


def next_example(sketch: Sketch) -> None:
    sheets = examples.sheets()
    names = list(sheets)
    last = st.session_state.get("last-example", sketch.sheet.example or names[-1])
    st.session_state["last-example"] = following = names[(names.index(last) + 1) % len(names)]
    sketch.show(sheets[following])


def erase_all(sketch: Sketch) -> None:
    sketch.erase(sketch.sheet.places)


def show_settings(desk: Desk) -> bool:
    """The controls under the bars; returns whether the pen is followed."""
    desk.learner = DRAW["learner"].widget()
    desk.twin = DRAW["twin"].widget()
    desk.steps = DRAW["steps"].widget(disabled=not desk.loop)
    desk.device = DRAW["device"].widget() if len(devices()) > 1 else "cpu"
    for key, now in zip(SHAPE, desk.sketch.sheet.shape, strict=True):
        st.session_state[key] = now  # the sheet has it: an example, a file or an undo brings its own
        DRAW[key].widget(on_change=reshape, args=(desk.sketch,))
    live: bool = DRAW["live"].widget()
    desk.previews = DRAW["seen"].widget()
    return live


def reshape(sketch: Sketch) -> None:
    sketch.reshape(*(st.session_state[key] for key in SHAPE))


def show_pads(sketch: Sketch) -> None:
    """A column for each class, its drawings one under the other, and last a column of the queries."""
    sheet = sketch.sheet
    with st.container(key="canvases"):
        st.html(f"<style>.st-key-canvases {{ --columns: {sheet.ways + 1}; }}</style>")
        for i in range(sheet.ways):
            with st.container(key=f"class-{i + 1}"):
                for k in range(sheet.shots):
                    show_cell(sketch, place_of(i, k))
        with st.container(key="query"):
            for place in sheet.queries:
                show_cell(sketch, place)


def show_cell(sketch: Sketch, place: int) -> None:
    """One pad with its name over it and an eraser."""
    with st.container(key=f"cell-{place}"):
        with st.container(key=f"head-{place}", horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{name_of(place)}**", width="content")
            if place == QUERY:
                st.markdown(f":small[{say('draw.which')}]")
            elif place < QUERY and place % MOST_SHOTS == 0:
                show_name(sketch, place // MOST_SHOTS)
            st.button(say("draw.erase"), key=f"erase-{place}", on_click=sketch.erase, args=([place],), type="tertiary")
        if place == sketch.full:
            full = say("draw.full", name=name_of(place), strokes=MAX_STROKES, points=MAX_POINTS)
            st.warning(full, icon=":material/warning:")
        canvas.pad(sketch.key(place), sketch.initial[place], reports=False)


def show_name(sketch: Sketch, i: int) -> None:
    """The class's name, to be typed; the letter stands before it anyway."""
    key, shown = f"name-{i}", examples.labels(sketch.sheet)[i]
    st.session_state[key] = "" if shown == LETTERS[i] else shown
    st.text_input(
        say("draw.name", letter=LETTERS[i]),
        key=key,
        max_chars=LONGEST_NAME,
        placeholder=say("draw.name.here"),
        label_visibility="collapsed",
        on_change=rename,
        args=(sketch, i),
    )


def rename(sketch: Sketch, i: int) -> None:
    try:
        sketch.rename(i, st.session_state[f"name-{i}"])
    except ValueError:
        st.toast(say("draw.name.taken", name=in_markdown(st.session_state[f"name-{i}"])), icon=":material/warning:")


@st.fragment
def answer_live(desk: Desk, live: bool, page: int) -> None:
    """All that changes while the pen moves; what the pen reports by way of Streamlit reruns this and nothing else."""
    if desk.sketch.page != page:
        st.rerun()
    state, found = desk.state(), desk.says()
    if found["error"]:
        st.error(say("draw.learner.error", error=in_markdown(found["error"])), icon=":material/error:")
    if found["fallback"]:
        st.warning(say("draw.fallback", reason=in_markdown(found["fallback"])), icon=":material/memory:")
    if found["preview"]:
        show_images(found["preview"])
    show_trace("trace", found["trace"])
    canvas.prepare_pads(desk.pads())
    pen.watch(state, desk.token, live, desk.take)


@st.fragment
def go_deeper() -> None:
    """Empty until it is opened: formulas load half a megabyte, which the first paint does not wait for."""
    deeper = st.expander(say("draw.deeper.title"), icon=":material/function:", on_change="rerun", key="draw-deeper")
    if deeper.open:
        with deeper:
            for part in ("steps", "head", "start", "images"):
                st.markdown(say(f"draw.deeper.{part}"))
            frame.link("inside", say("draw.deeper.inside"))


st.html(STYLE)
if "sketch" not in st.session_state:
    st.session_state["sketch"] = opening_sketch()
workbench(st.session_state.setdefault("desk", Desk(st.session_state["sketch"], keeper=keep.keeper())))
go_deeper()
