"""A figure to take away: as it is drawn (SVG, PNG), to play with (HTML), and its numbers (CSV).

Images are made in the browser from what it has drawn, so that the server needs no browser and nobody a
network; the interactive file holds all of Plotly (5 MB) and needs none either.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from demo.ui.words import group, say

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "sketchbook_export",
    html='<div class="export"></div>',
    css=(_HERE / "export.css").read_text(encoding="utf-8"),
    js=(_HERE / "export.js").read_text(encoding="utf-8"),
)

PAPER = {"light": "#FFFFFF", "dark": "#171614"}
"""Streamlit's backgrounds by theme."""

CONFIG = {"responsive": True, "displaylogo": False}
PAGE = """<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><style>body {{ margin: 0; background: {paper}; }}</style></head>
<body>{drawn}</body>
</html>
"""

Table = Mapping[str, Iterable[Any]]


def show_export(key: str, figure: go.Figure | Callable[[], go.Figure] | None, table: Table, selector: str) -> None:
    """A menu of files called `key`.

    figure: for the interactive file, or what makes it when it is asked for (in a thread without a session);
    None if there is none. table: columns by name, of any lengths. selector: CSS, of what holds the drawn
    figure: Plotly's, or an SVG of a component of ours.
    """
    theme = st.context.theme.type or "light"
    with (
        st.container(key=f"export-{key}", horizontal=True, horizontal_alignment="right"),
        st.popover(say("export.menu"), icon=":material/download:", key=f"export-{key}-menu", type="tertiary"),
    ):
        drawn = {"name": key, "selector": selector, "words": group("export.drawn")}
        _component(key=f"export-{key}-drawn", data=drawn)
        if figure is not None:
            st.download_button(
                say("export.html"),
                lambda: interactive(figure, theme),
                f"{key}.html",
                "text/html",
                key=f"export-{key}-html",
                on_click="ignore",
                width="stretch",
            )
        st.download_button(
            say("export.csv"),
            lambda: comma_separated(table),
            f"{key}.csv",
            "text/csv",
            key=f"export-{key}-csv",
            on_click="ignore",
            width="stretch",
        )


def interactive(figure: go.Figure | Callable[[], go.Figure], theme: str) -> bytes:
    """One HTML file that needs no other, in the theme that the figure was made for ("light" or "dark")."""
    made = go.Figure(figure() if callable(figure) else figure)
    made.update_layout(
        template="plotly_dark" if theme == "dark" else "plotly_white",
        paper_bgcolor=PAPER[theme],
        plot_bgcolor=PAPER[theme],
        margin={"l": 60, "r": 30, "t": 60, "b": 60},
    )
    drawn = made.to_html(include_plotlyjs=True, full_html=False, default_height="100vh", config=CONFIG)
    return PAGE.format(paper=PAPER[theme], drawn=drawn).encode()


def comma_separated(table: Table) -> bytes:
    """CSV with a head line, short columns ending in empty cells.

    Begins with a byte order mark: without one, Excel takes Chinese heads for something else.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table)
    writer.writerows(zip_longest(*table.values(), fillvalue=""))
    return text.getvalue().encode("utf-8-sig")
