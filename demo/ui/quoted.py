"""What people typed or uploaded, put into what is shown: it shows just what it says, and does nothing.

Names come from whoever made a link or a file; cards of weights, and what errors say of them, from whoever trained
them. Everywhere they stand apart from what is around them, whichever way
their script runs (Unicode's isolates).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from demo.lessons.drawn import Drawn
from demo.tasks.names import cleaned

_ISOLATE, _END, _JOINER = "\u2068", "\u2069", "\u2060"


def in_markdown(text: str) -> str:
    """For Streamlit's Markdown, that of buttons and tables included."""
    escaped = re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$&])", r"\\\1", cleaned(text))
    # Streamlit looks for :emoji:, and Markdown for links, after backslashes have been taken out.
    return isolated(escaped.replace(":", f"\\:{_JOINER}").replace("@", f"@{_JOINER}").replace("www", f"w{_JOINER}ww"))


def in_code(text: str) -> str:
    """Between backticks of Markdown, where only a backtick would do something: it becomes an apostrophe."""
    return isolated(cleaned(text).replace("`", "'"))


def in_figure(text: str) -> str:
    """For Plotly's texts, which know some HTML and places to fill."""
    plain = html.escape(cleaned(text), quote=False).replace("%{", f"%{_JOINER}{{").replace("$", f"${_JOINER}")
    return isolated(plain)


def isolated(text: str) -> str:
    """Right-to-left text within does not turn round what stands beside it; other text stays as it is."""
    turns = any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text)
    return f"{_ISOLATE}{text}{_END}" if turns else text


def with_labels(drawings: Drawn, quote: Callable[[str], str]) -> Drawn:
    """The same drawings, their classes' names quoted."""
    return replace(drawings, labels=tuple(map(quote, drawings.labels)))
