"""The share menu: one link for settings and drawings, with its QR code; and what a link has brought along."""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path

import segno
import streamlit as st

from demo.limits import SHARED_CHARACTERS
from demo.tasks import taskfile
from demo.tasks.packing import LinkError
from demo.tasks.taskfile import Task
from demo.ui.share_link import is_local, link_to, opened, still_there
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "share.css"


def show_share_menu(task: Task | None, example: str | None) -> None:
    """The menu for a task, which may be unfinished, or for the stored example that it is; or for settings alone.

    Opening the menu reruns the script, or the fragment, that it is in: `task` must be what is drawn by then.
    """
    menu = st.popover(say("share.menu"), icon=":material/qr_code_2:", key="share", on_change="rerun")
    if menu.open:
        with menu, st.container(key="share-body"):
            st.html(STYLE)
            _show(task, example)


def _show(task: Task | None, example: str | None) -> None:
    base = st.context.url or ""
    try:
        link = link_to(base, st.query_params.to_dict(), task, example)
    except LinkError as error:
        if error.reason == "names":
            st.warning(say("share.error.names"), icon=":material/edit:")
            return
        link = ""
    if task is not None and (not link or len(link) > SHARED_CHARACTERS):
        _offer_file(task, len(link))
        return
    st.markdown(say("share.what") if task is not None else say("share.what.settings"))
    st.code(link, language=None)
    if is_local(base):
        st.info(say("share.local"), icon=":material/wifi:")
    source = base64.b64encode(qr_code(link)).decode("ascii")  # st.html takes no SVG but as a picture
    st.html(f'<img class="qr" alt="{html.escape(say("share.qr"))}" src="data:image/svg+xml;base64,{source}">')


def _offer_file(task: Task, length: int) -> None:
    """Instead of a link that is too long."""
    st.markdown(say("share.long", length=length) if length else say("share.long.far"))
    whole = not any(drawing.empty for drawing in [*sum(task.drawings, ()), *(q.drawing for q in task.queries)])
    st.download_button(
        say("file.save"),
        data=lambda: taskfile.dumps(task),
        file_name="task.json",
        mime="application/json",
        on_click="ignore",
        icon=":material/download:",
        disabled=not whole,
        help=None if whole else say("file.save.help"),
        key="share-file",
    )


def qr_code(link: str) -> bytes:
    """The link's QR code as SVG, dark on white with the quiet zone that readers need."""
    out = io.BytesIO()
    code = segno.make_qr(link, error="l")
    code.save(out, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return out.getvalue()


def opened_task() -> Task | None:
    """The task that this session's link brought along, if it did and this page can show it.

    `Sheet.of(opened_task(), opened_example())` is its sheet. What is wrong with a link `show_opening_error` says.
    """
    return opened().task


def opened_example() -> str | None:
    """The stored example's name, if the link asked for one."""
    return opened().example


def show_opening_error() -> None:
    """Says what is wrong with the link, for as long as it stands in the address; shows nothing if all is well."""
    if (reason := opened().error) and still_there():
        st.error(say(f"share.error.{reason}"), icon=":material/link_off:")
