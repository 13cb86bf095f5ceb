"""A figure to take away: as it is drawn (SVG, PNG), to play with (HTML), and its numbers (CSV).

Images are made in the browser from what it has drawn, so that the server needs no browser and nobody a
network; the interactive file holds all of Plotly (5 MB) and needs none either.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union

import plotly.graph_objects as go
import streamlit as st

from demo.ui.component import component
from demo.ui.words import group, language, say, speaking

if TYPE_CHECKING:  # Plotly loads its figures when they are first named, and the draw page's first paint does without
    Figures: TypeAlias = go.Figure | Sequence[go.Figure]

_component = component("export", '<div class="export"></div>', "export_paint", "export", styles=["export"])

PAPER = {"light": "#FFFFFF", "dark": "#171614"}
"""Streamlit's backgrounds by theme."""

CONFIG = {"responsive": True, "displaylogo": False}
PAGE = """<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><style>
body {{ margin: 0; background: {paper}; display: grid; grid-template-columns: repeat({columns}, minmax(0, 1fr)); }}
section {{ height: calc(100vh / {rows}); min-height: 18rem; }}
@media (max-width: 640px) {{ body {{ display: block; }} }}
</style></head>
<body>{drawn}</body>
</html>
"""

Table = Mapping[str, Iterable[Any]]
"""Columns by name, of any lengths."""

T = TypeVar("T")
Lazy = Union[T, Callable[[], T]]  # noqa: UP007 - so that it can be said of a T


def show_export(key: str, figures: Lazy[Figures], table: Lazy[Table], selector: str) -> None:
    """A menu of files called `key`.

    figures: of Plotly, for the interactive file. Like the table, they may be what makes them when they are asked
    for: in a thread without a session, but with its language. selector: CSS, of what holds all that images show.
    """
    theme, tongue = st.context.theme.type or "light", language()
    with (
        st.container(key=f"export-{key}", horizontal=True, horizontal_alignment="right"),
        st.popover(say("export.menu"), icon=":material/download:", key=f"export-{key}-menu", type="tertiary"),
    ):
        drawn = {"name": key, "selector": selector, "words": group("export.drawn")}
        _component(key=f"export-{key}-drawn", data=drawn)
        st.download_button(
            say("export.html"),
            lambda: interactive(_made(figures, tongue), theme),
            f"{key}.html",
            "text/html",
            key=f"export-{key}-html",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            say("export.csv"),
            lambda: comma_separated(_made(table, tongue)),
            f"{key}.csv",
            "text/csv",
            key=f"export-{key}-csv",
            on_click="ignore",
            width="stretch",
        )


def _made(what: Lazy[T], tongue: str) -> T:
    if not callable(what):
        return what
    with speaking(tongue):
        return what()


def titled(figure: go.Figure, words: str) -> go.Figure:
    """With what stands over it on the page, of which Plotly knows only what is bold."""
    return figure.update_layout(title={"text": re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", words), "font": {"size": 15}})


def interactive(figures: Figures, theme: str) -> bytes:
    """One HTML file that needs no other, in the theme that the figures were made for ("light" or "dark").

    Several figures stand in rows of two; three, in one row.
    """
    made = [figures] if isinstance(figures, go.Figure) else list(figures)
    columns = 3 if len(made) == 3 else min(2, len(made))
    drawn = [_drawn(figure, theme, first=k == 0) for k, figure in enumerate(made)]
    rows = -(-len(made) // columns)
    return PAGE.format(paper=PAPER[theme], columns=columns, rows=rows, drawn="\n".join(drawn)).encode()


def _drawn(figure: go.Figure, theme: str, first: bool) -> str:
    """A figure as HTML; the first brings Plotly along."""
    copy = go.Figure(figure)
    copy.update_layout(
        template="plotly_dark" if theme == "dark" else "plotly_white",
        paper_bgcolor=PAPER[theme],
        plot_bgcolor=PAPER[theme],
        margin={
            "l": 60,
            "r": max(30, copy.layout.margin.r or 0),
            "t": 120 if copy.layout.xaxis.side == "top" else 60,
            "b": 60,
        },
    )
    drawn: str = copy.to_html(include_plotlyjs=first, full_html=False, default_height="100%", config=CONFIG)
    return f"<section>{drawn}</section>"


def comma_separated(table: Table) -> bytes:
    """CSV with a head line, short columns ending in empty cells.

    Begins with a byte order mark: without one, Excel takes Chinese heads for something else.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_cell, table))
    writer.writerows(map(_cell, row) for row in zip_longest(*table.values(), fillvalue=""))
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
