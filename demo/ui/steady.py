"""Keeps a Plotly figure in sight while a run replaces it: without this the page blinks at each change."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "sketchbook_steady", html="<span></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def keep_in_sight(key: str) -> None:
    """key: of the container around the figure. The container is to be `position: relative`."""
    _component(key=f"steady-{key}", data={"place": f".st-key-{key}"}, height=1)
