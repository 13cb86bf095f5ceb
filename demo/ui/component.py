"""Components of ours: HTML, style and scripts that stand in files beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def component(name: str, html: str, *scripts: str, styles: Sequence[str] = ()) -> Callable[..., Any]:
    """The component called `name`: a function of its `data`, a mapping, and of Streamlit's options for components.

    scripts: names of files without ".js", joined in this order into one module, so that later ones may use what
    earlier ones declare; one of them has the default export. styles: names of files without ".css".
    """
    mount = st.components.v2.component(
        f"sketchbook_{name}",
        html=html,
        css="\n".join(_read(f"{style}.css") for style in styles) or None,
        js="\n".join(_read(f"{script}.js") for script in scripts),
    )

    def show(data: Mapping[str, Any], **options: Any) -> Any:
        # Half a millisecond goes into whether a list of strings is a data frame; a tuple is none.
        plain = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        return mount(data=plain, **options)

    return show


def _read(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8")
