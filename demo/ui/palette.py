"""Colours that mean the same wherever they are, safe for colour-blind eyes (Okabe and Ito), and what goes with them.

A colour never stands alone: classes have letters, learners have symbols.
"""

from __future__ import annotations

import streamlit as st

CLASSES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
"""Of the classes A to E, in order."""

LEARNERS = {
    "maml": "#D55E00",
    "fomaml": "#E69F00",
    "reptile": "#0072B2",
    "pretrained": "#009E73",
    "random": "#CC79A7",
    "reptile-batchnorm": "#56B4E9",
    "caml": "#7B52AB",
    "adml": "#A3333D",
    "concepts": "#5B6C8F",
    "cactus": "#7A8B2A",
}
SYMBOLS = {
    "maml": "circle",
    "fomaml": "pentagon",
    "reptile": "square",
    "pretrained": "diamond",
    "random": "triangle-up",
    "reptile-batchnorm": "star",
    "caml": "cross",
    "adml": "x",
    "concepts": "hexagon",
    "cactus": "star-square",
}
"""By a rule's name; a sine regressor's is that without "sine-"."""

INK = {"light": "#31333F", "dark": "#FAFAFA"}
"""Streamlit's text colours by theme: Plotly needs them as values."""

PLOTLY = {"displayModeBar": False}


def ink() -> str:
    """The text's colour in this session's theme."""
    return INK[st.context.theme.type or "light"]
