"""Colours that mean the same wherever they are, safe for colour-blind eyes (Okabe and Ito), and what goes with them.

A colour never stands alone: classes have letters, learners have symbols.
"""

from __future__ import annotations

import streamlit as st

from demo.learners import ENTRIES

CLASSES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
"""Of the classes A to E, in order."""

_ON_CLASSES = ("#FFFFFF", "#000000", "#000000", "#000000", "#000000")

LEARNERS = {
    "maml": "#D55E00",
    "fomaml": "#E69F00",
    "reptile": "#0072B2",
    "pretrained": "#009E73",
    "random": "#CC79A7",
    "reptile-batchnorm": "#56B4E9",
    "caml": "#7B52AB",
    "metasgd": "#7B61D1",
    "imitation": "#A6761D",
    "gradient-agreement": "#9467BD",
}
SYMBOLS = {
    "maml": "circle",
    "fomaml": "pentagon",
    "reptile": "square",
    "pretrained": "diamond",
    "random": "triangle-up",
    "reptile-batchnorm": "star",
    "caml": "hexagon",
    "metasgd": "hexagon",
    "imitation": "cross",
    "gradient-agreement": "triangle-down",
}
"""By a rule's name; a sine regressor's is that without "sine-", a policy's without "nav-"."""

_FAMILIES = {
    "initialisation": ("#8C6D31", "hexagon"),
    "metric": ("#7B5AA6", "cross"),
    "memory": ("#B0486A", "x"),
    "optimiser": ("#3D7A78", "triangle-down"),
    "baseline": ("#7A7F87", "diamond-tall"),
}
"""Of the other learners: there are more than colours that eyes tell apart, so that those of a family share one."""

INK = {"light": "#31333F", "dark": "#FAFAFA"}
"""Streamlit's text colours by theme: Plotly needs them as values."""

PLOTLY = {"displayModeBar": False}


def on_class(i: int) -> str:
    """The colour of letters on CLASSES[i]."""
    return _ON_CLASSES[i]


def colour(learner: str) -> str:
    """Of any learner by its name, a sine regressor's, too."""
    rule = learner.removeprefix("sine-")
    return LEARNERS[rule] if rule in LEARNERS else _family(learner)[0]


def symbol(learner: str) -> str:
    """Plotly's, of any learner by its name."""
    rule = learner.removeprefix("sine-")
    return SYMBOLS[rule] if rule in SYMBOLS else _family(learner)[1]


def _family(learner: str) -> tuple[str, str]:
    return _FAMILIES[ENTRIES[learner].family if learner in ENTRIES else "baseline"]


def ink() -> str:
    """The text's colour in this session's theme."""
    return INK[st.context.theme.type or "light"]
