"""What stands around every page: the pages' list, the menu in the corner, presenter mode, keys and the tour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from demo.ui import keep, keys, tour
from demo.ui.settings import HOUSE
from demo.ui.words import KEY, LANGUAGES, language, say

PAGES = Path(__file__).resolve().parents[1] / "pages"
ASSETS = Path(__file__).resolve().parents[2] / "assets"

GROUPS: dict[str, dict[str, str]] = {  # group -> page -> icon; the group without a name stands in the bar itself
    "": {"draw": "draw", "sine": "show_chart"},
    "learners": {"compare": "leaderboard", "close": "zoom_in"},
    "look": {"inside": "animation", "moves": "moving", "luck": "trending_down"},
    "beyond": {"copy": "memory", "optimise": "speed", "navigate": "explore"},
    "workshop": {"watch": "visibility", "tasks": "casino", "models": "inventory_2"},
}
FIRST = "draw"  # the page that a visitor meets

LANGUAGE, PRESENT, CONTROLS = (HOUSE[key] for key in ("lang", "present", "controls"))


def pages() -> dict[str, list[StreamlitPage]]:
    """Every page by its group, as the bar shows them."""
    return {
        group and say(f"page.group.{group}"): [_page(name, icon) for name, icon in names.items()]
        for group, names in GROUPS.items()
    }


def link(name: str, words: str) -> None:
    """A way to page `name`."""
    icon = next(names[name] for names in GROUPS.values() if name in names)
    st.page_link(_page(name, icon), label=words, icon=f":material/{icon}:")


def go(name: str) -> None:
    """To page `name`, at once."""
    # Told the address's parameters: without, it refuses to leave while settings are bound to it.
    st.switch_page(f"pages/{name}.py", query_params={KEY: language()} if KEY in st.query_params else {})


def _page(name: str, icon: str) -> StreamlitPage:
    return st.Page(
        PAGES / f"{name}.py",
        title=say(f"page.{name}"),
        icon=f":material/{icon}:",
        url_path=name,
        default=name == FIRST,
    )


def position() -> Literal["top", "hidden"]:
    """Of the pages' bar: on stage, the corner's menu has the pages."""
    return "hidden" if PRESENT.value else "top"


def show(page: StreamlitPage) -> None:
    """The corner of the page, and what listens there."""
    here, presenting = page.url_path or FIRST, PRESENT.value
    for setting in HOUSE.values():
        setting.keep()
    st.html(ASSETS / "frame.css")
    with st.container(key="keep-unseen"):
        keep.begin()
    if presenting:
        st.html(ASSETS / "presenter.css")
        if not CONTROLS.value:
            st.html(ASSETS / "bare.css")
    with st.container(key="frame", horizontal=True, vertical_alignment="center", gap="small"):
        show_corner(here, presenting)
    with st.container(key="frame-unseen"):
        start = tour.progress().resume
        keys.listen({"present": turn_stage, "controls": CONTROLS.turn, "tour": start}, presenting)
        tour.show({name: _page(name, icon) for names in GROUPS.values() for name, icon in names.items()}, here)


def show_corner(here: str, presenting: bool) -> None:
    if not presenting:
        if not tour.progress().met:
            words, start = say("frame.invitation"), tour.progress().resume
            st.button(words, key="tour-invitation", type="tertiary", on_click=start)
        show_languages()
    # A key of its own on every page: the menu closes on the way to another.
    with st.popover(say("frame.menu"), icon=":material/settings:", type="tertiary", key=f"menu-{here}"):
        show_menu(presenting)
    if presenting:
        st.button(say("frame.leave"), icon=":material/close:", type="tertiary", key="leave", on_click=turn_stage)


def show_menu(presenting: bool) -> None:
    if presenting:
        with st.container(key="menu-pages"):
            for page in (page for group in pages().values() for page in group):
                st.page_link(page)
        show_languages()
        words = say("frame.controls.hide") if CONTROLS.value else say("frame.controls.show")
        show_entry("turn-bare", words, "H", "tune", CONTROLS.turn)
    else:
        show_entry("turn-present", say("frame.present"), "F", "slideshow", turn_stage)
    show_entry("take-tour", say("frame.tour"), "T", "tour", tour.progress().resume)
    show_entry("show-keys", say("frame.keys"), "?", "keyboard", keys.show_help)
    st.caption(say("frame.theme"))


def show_languages() -> None:
    """A way to the other language, named in that language."""
    for tongue in LANGUAGES:
        if tongue != language():
            icon = ":material/translate:"
            st.button(LANGUAGES[tongue], key=f"lang-{tongue}", icon=icon, type="tertiary", on_click=LANGUAGE.turn)


def show_entry(key: str, words: str, shortcut: str, icon: str, act: Callable[[], None]) -> None:
    """One of the menu, with the key on the keyboard that does the same."""
    st.button(f"{words} :gray[{shortcut}]", key=key, icon=f":material/{icon}:", type="tertiary", on_click=act)


def turn_stage() -> None:
    """A callback: presenter mode, with all its controls, or out of it."""
    PRESENT.turn()
    if not CONTROLS.value:
        CONTROLS.turn()
