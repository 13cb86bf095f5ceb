"""Opening a page without a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).resolve().parents[2] / "demo" / "pages"


def opened(page: str, state: Mapping[str, object] | None = None, /, **query: str) -> AppTest:
    """The page `page` as it is after its first run, at an address with `query`, in a session with `state`."""
    app = AppTest.from_file(PAGES / f"{page}.py", default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    for key, content in (state or {}).items():
        app.session_state[key] = content
    return sound(app.run())


def plain(markdown: str) -> str:
    """What is read of a text that `in_markdown` has quoted."""
    return re.sub(r"\\(\W)", r"\1", markdown).replace("\u2060", "")


def sound(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app
