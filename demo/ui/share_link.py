"""Links to what is on the page: the settings, and the drawings as a text or, for a stored example, its name.

    http://host/page?learner=reptile&steps=9&task=AQJ...     or    ...&example=house-tree-fish

Opening one is opening the app: settings take their values from the address by themselves
(`demo.ui.settings`), and `opened` finds the drawings, once a session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from demo.tasks.drawing import DrawingError
from demo.tasks.packing import LinkError
from demo.tasks.sharing import decode, encode
from demo.tasks.taskfile import Task
from demo.ui import examples
from demo.ui.sheet import Sheet

TASK, EXAMPLE = "task", "example"  # in the address

_OPENED = "opened-link"


@dataclass(frozen=True)
class Opened:
    """What the address asked for. `error`: why it could not be had, a key under "share.error"."""

    task: Task | None = None
    example: str | None = None
    error: str | None = None


def link_to(base: str, settings: Mapping[str, str], task: Task | None, example: str | None) -> str:
    """The link from the app's address at `base`; raises `LinkError` if the task is too large for any."""
    kept = {key: value for key, value in settings.items() if key not in (TASK, EXAMPLE)}
    if example is not None:
        kept[EXAMPLE] = example
    elif task is not None:
        kept[TASK] = encode(task)
    address = urlsplit(base)
    return urlunsplit(address._replace(path=address.path or "/", query=urlencode(kept)))


def is_local(address: str) -> bool:
    """Whether the address means something to this machine only."""
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def opened() -> Opened:
    """What the address asked for when this session began."""
    if _OPENED not in st.session_state:
        st.session_state[_OPENED] = _open(st.query_params.get(TASK), st.query_params.get(EXAMPLE))
    found: Opened = st.session_state[_OPENED]
    return found


def still_there() -> bool:
    """Whether the address still asks for drawings: no longer after a visit to another page."""
    return TASK in st.query_params or EXAMPLE in st.query_params


def _open(text: str | None, example: str | None) -> Opened:
    if text is None and example is None:
        return Opened()
    if text is None:
        sheet = examples.sheets().get(str(example))
        return Opened(sheet.task(), example) if sheet else Opened(error="example")
    try:
        task = decode(text)
        Sheet.of(task)
    except LinkError as error:
        return Opened(error=error.reason)
    except DrawingError:
        return Opened(error="page")
    return Opened(task)
