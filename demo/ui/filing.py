"""The file menu: the sheet as a task file to keep, and a task file to put on the sheet."""

from __future__ import annotations

import re

import streamlit as st

from demo.limits import FEWEST, MOST, MOST_SHOTS
from demo.tasks import taskfile
from demo.tasks.drawing import DrawingError
from demo.ui.photo import show_photo_import
from demo.ui.sheet import Sheet, SizeError, name_of
from demo.ui.sketch import Sketch
from demo.ui.upload import upload
from demo.ui.words import say


def show_file_menu(sketch: Sketch) -> None:
    with st.popover(say("file.menu"), icon=":material/folder_open:", key="file"):
        st.download_button(
            say("file.save"),
            data=lambda: taskfile.dumps(sketch.sheet.task()),  # written when it is asked for
            file_name="task.json",
            mime="application/json",
            on_click="ignore",
            help=say("file.save.help"),
            icon=":material/download:",
            key="export",
        )
        upload(say("file.open"), say("file.choose"), key="import", type="json", on_change=_open, args=(sketch,))
        if message := st.session_state.get("import-error"):
            st.error(plain(message), icon=":material/error:")
        places = sketch.sheet.places
        show_photo_import([name_of(place) for place in places], lambda k, drawing: sketch.put(places[k], drawing))


def _open(sketch: Sketch) -> None:
    """Puts the uploaded task on the sheet, or says what is wrong with the file and changes nothing."""
    st.session_state["import-error"] = None
    file = st.session_state["import"]
    if file is None:
        return
    try:
        sketch.show(Sheet.of(taskfile.loads(file.getvalue())))
    except DrawingError as error:
        st.session_state["import-error"] = wrong(file.name, error)


def wrong(name: str, error: DrawingError) -> str:
    """What is wrong with the file called `name`, and what to do."""
    if isinstance(error, taskfile.NoTaskFileError):
        return say("file.error.format", name=name)
    if isinstance(error, SizeError):
        return say("file.error.size", name=name, fewest=FEWEST, most=MOST, shots=MOST_SHOTS)
    return say("file.error.field", name=name, error=error)  # which field of the JSON, in JSON's terms


def plain(text: str) -> str:
    """A text from a user as Markdown that shows just this text."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])", r"\\\1", text)
