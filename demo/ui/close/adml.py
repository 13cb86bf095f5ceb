"""ADML up close: an attack on the query, what it does to ADML's answer and to MAML's, and to their accuracy."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from demo.learners import store
from demo.learners.gradient import GradientLearner
from demo.lessons.drawn import Drawn
from demo.lessons.under_attack import Attacked, attack
from demo.training.robustness import BESIDE
from demo.ui.close import Close
from demo.ui.close.beside import load
from demo.ui.export import show_export
from demo.ui.palette import PLOTLY, colour, ink, symbol
from demo.ui.pictures import picture
from demo.ui.quoted import in_figure, with_labels
from demo.ui.settings import ADML
from demo.ui.words import say


def show(close: Close) -> None:
    assert isinstance(close.learner, GradientLearner)
    epsilon = ADML["attack_epsilon"].widget()
    found = {
        learner.name: attack(learner, close.episodes, epsilon) for learner in (load(BESIDE), close.learner)
    }  # the one to beat first
    drawings, query = close.drawings, close.drawings.images[len(close.drawings.support)]
    robust = store.read_card(close.learner.name)["attack"]
    figures = [bars_figure(drawings, found, ink()), curve_figure(robust, found, epsilon, ink())]
    with st.container(key="close-attack"):
        st.html(pictures(query, found))
        alts = [say("close-adml.alt.bars", changed=changed(found)), say("close-adml.alt.curve")]
        for n, (column, figure) in enumerate(zip(st.columns(2, gap="medium"), figures, strict=True)):
            with column:
                st.markdown(say("close-adml.bars" if n == 0 else "close-adml.curve"))
                st.plotly_chart(figure, key=f"close-adml-{n}", height=330, config=PLOTLY, alt=alts[n])
    st.code(robust["command"], language="bash")
    show_export("adml", figures, answers_table(drawings, found), ".st-key-close-attack")


def pictures(query: Any, found: dict[str, Attacked]) -> str:
    """The first query as it was drawn, and as each learner's attack leaves it."""
    shown = [(query, say("close-adml.clean"))]
    shown += [(one.images[0], say("close-adml.moved", learner=say(f"learner.{name}"))) for name, one in found.items()]
    each = "".join(
        f"<figure>{picture(image, alt=words)}<figcaption>{html.escape(words)}</figcaption></figure>"
        for image, words in shown
    )
    return f'<div class="attack">{each}</div>'


def changed(found: dict[str, Attacked]) -> str:
    """The names of those whose answer the attack has turned."""
    names = [say(f"learner.{n}") for n, one in found.items() if one.before[0].argmax() != one.after[0].argmax()]
    return say("close-adml.comma").join(names) or say("learner.none")


def bars_figure(drawings: Drawn, found: dict[str, Attacked], ink: str) -> go.Figure:
    """The first query's probabilities, a group of bars for each class: each learner's before (hatched) and after."""
    drawings = with_labels(drawings, in_figure)
    traces = []
    for name, one in found.items():
        for when, values in (("before", one.before[0]), ("after", one.after[0])):
            legend = f"{say(f'learner.{name}')}, {say(f'close-adml.{when}')}"
            traces.append(
                {
                    "type": "bar",
                    "x": list(drawings.labels),
                    "y": values.astype(float).round(4).tolist(),
                    "name": legend,
                    "marker": {
                        "color": colour(name),
                        "pattern": {"shape": "/" if when == "before" else "", "fgopacity": 0.75},
                    },
                    "hovertemplate": f"%{{x}}: %{{y:.1%}}<extra>{legend}</extra>",
                }
            )
    return go.Figure(traces, {**_layout(ink), "yaxis": {"range": [0, 1], "tickformat": ".0%"}, "barmode": "group"})


def curve_figure(robust: dict[str, Any], found: Iterable[str], epsilon: float, ink: str) -> go.Figure:
    """Accuracy of the learners `found` against epsilon, as the card has it, the slider's epsilon marked."""
    traces = [
        {
            "type": "scatter",
            "x": robust["epsilon"],
            "y": robust[name],
            "name": say(f"learner.{name}"),
            "mode": "lines+markers",
            "line": {"color": colour(name), "width": 3},
            "marker": {"symbol": symbol(name), "size": 9},
            "hovertemplate": "ε %{x}: %{y:.1%}",
        }
        for name in found
    ]
    mark = {"type": "line", "x0": epsilon, "x1": epsilon, "y0": 0, "y1": 1, "line": {"color": ink, "dash": "dot"}}
    return go.Figure(
        traces,
        {
            **_layout(ink),
            "shapes": [mark],
            "xaxis": {"title": {"text": "ε"}, "range": [-0.005, 0.205]},
            "yaxis": {"range": [0, 1], "tickformat": ".0%"},
        },
    )


def answers_table(drawings: Drawn, found: dict[str, Attacked]) -> dict[str, list[Any]]:
    """A row for each query and class; a column for each learner before and after."""
    names = drawings.names[len(drawings.support) :]
    table: dict[str, list[Any]] = {
        say("close-adml.query"): [name for name in names for _ in drawings.labels],
        say("close-adml.class"): list(drawings.labels) * len(names),
    }
    for name, one in found.items():
        for when, values in (("before", one.before), ("after", one.after)):
            head = f"{say(f'learner.{name}')}, {say(f'close-adml.{when}')}"
            table[head] = values.ravel().astype(float).round(4).tolist()
    return table


def _layout(ink: str) -> dict[str, Any]:
    return {
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "font": {"size": 14, "color": ink},
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top"},
    }
