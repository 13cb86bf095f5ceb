"""The file menu: the sheet as a task file to keep, and a task file to put on the sheet."""

from __future__ import annotations

import streamlit as st

from demo.limits import FEWEST, JSON_LISTS, MAX_IN_ALL, MEGABYTE, MOST, MOST_SHOTS, TASK_MEGABYTES
from demo.tasks import taskfile
from demo.tasks.drawing import DrawingError
from demo.tasks.nesting import holds_too_much
from demo.ui.photo import show_photo_import
from demo.ui.quoted import in_markdown
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
        upload(
            say("file.open"),
            say("file.choose"),
            key="import",
            type="json",
            max_upload_size=TASK_MEGABYTES,
            on_change=_open,
            args=(sketch,),
        )
        if message := st.session_state.get("import-error"):
            st.error(in_markdown(message), icon=":material/error:")
        places = sketch.sheet.places
        show_photo_import([name_of(place) for place in places], lambda k, drawing: sketch.put(places[k], drawing))


def _open(sketch: Sketch) -> None:
    """Puts the uploaded task on the sheet, or says what is wrong with the file and changes nothing."""
    st.session_state["import-error"] = None
    file = st.session_state["import"]
    if file is None:
        return
    try:
        if file.size > TASK_MEGABYTES * MEGABYTE or holds_too_much(file.getvalue()):
            raise LargeError(f"the file has more than {TASK_MEGABYTES} megabytes or {JSON_LISTS} lists")
        sketch.show(Sheet.of(taskfile.loads(file.getvalue())))
    except DrawingError as error:
        st.session_state["import-error"] = wrong(file.name, error)


class LargeError(taskfile.TaskFileError):
    """A file that is longer than any task."""


def wrong(name: str, error: DrawingError) -> str:
    """What is wrong with the file called `name`, and what to do."""
    if isinstance(error, taskfile.NoTaskFileError):
        return say("file.error.format", name=name)
    if isinstance(error, LargeError):
        return say("file.error.large", name=name, megabytes=TASK_MEGABYTES, points=MAX_IN_ALL)
    if isinstance(error, SizeError):
        return say("file.error.size", name=name, fewest=FEWEST, most=MOST, shots=MOST_SHOTS)
    return say("file.error.field", name=name, error=error)  # which field of the JSON, in JSON's terms
