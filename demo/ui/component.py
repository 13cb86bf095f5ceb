"""Components of ours: HTML, style and scripts that stand in files beside this one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def component(name: str, html: str, *scripts: str, styles: Sequence[str] = ()) -> ComponentRenderer:
    """The component called `name`.

    scripts: names of files without ".js", joined in this order into one module, so that later ones may use what
    earlier ones declare; one of them has the default export. styles: names of files without ".css".
    """
    return st.components.v2.component(
        f"sketchbook_{name}",
        html=html,
        css="\n".join(_read(f"{style}.css") for style in styles) or None,
        js="\n".join(_read(f"{script}.js") for script in scripts),
    )


def _read(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8")
