"""What stands around every page: the pages' list and the few controls that all of them share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from demo.ui.settings import HOUSE
from demo.ui.words import say

PAGES = Path(__file__).resolve().parents[1] / "pages"
STYLE = Path(__file__).resolve().parents[2] / "assets" / "frame.css"

GROUPS: dict[str, dict[str, str]] = {  # group -> page -> icon; the group without a name stands in the bar itself
    "": {"draw": "draw", "sine": "show_chart"},
    "look": {"inside": "animation", "moves": "moving", "luck": "trending_down"},
    "workshop": {"watch": "visibility", "tasks": "casino", "models": "inventory_2"},
}


def pages() -> dict[str, list[st.Page]]:
    """Every page by its group; the first is the one that a visitor meets."""
    return {
        group and say(f"page.group.{group}"): [_page(name, icon) for name, icon in names.items()]
        for group, names in GROUPS.items()
    }


def link(name: str, words: str) -> None:
    """A way to page `name`."""
    icon = next(names[name] for names in GROUPS.values() if name in names)
    st.page_link(_page(name, icon), label=words, icon=f":material/{icon}:")


def _page(name: str, icon: str) -> st.Page:
    return st.Page(
        PAGES / f"{name}.py",
        title=say(f"page.{name}"),
        icon=f":material/{icon}:",
        url_path=name,
        default=name == "draw",
    )


def show() -> None:
    """The controls of every page, in its top corner."""
    st.html(STYLE)
    with st.container(key="frame", horizontal=True, vertical_alignment="center", gap="small"):
        HOUSE["lang"].widget()
