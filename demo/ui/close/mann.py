"""The memory up close: drawings pass by one after another, and rows light up as they are written and read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from demo.learners.mann import Mann
from demo.learners.mann_sequence import arranged, in_turns
from demo.lessons.drawn import Drawn
from demo.ui.close import Close
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.preview import Preview, preview_data, show_images
from demo.ui.quoted import in_figure, in_markdown, with_labels
from demo.ui.settings import MEMORY
from demo.ui.words import many, say

LIT = 0.05  # rows that are never written or read with more weight than this are left out
COLOURS = {"written": CLASSES[1], "read": CLASSES[0]}
ROW = 26  # pixels
WIDE, FRAME = 8, 100  # of the film: pictures beside each other, and pixels of one


@dataclass(frozen=True, eq=False)
class Passing:
    """A sequence of L drawings: which they are, and weights (L, R) with which each step wrote and read the rows.

    order: places among the drawings; asked: the classes' probabilities (N,) at the last, which is the query.
    """

    order: list[int]
    written: NDArray[np.float32]
    read: NDArray[np.float32]
    asked: NDArray[np.float32]

    @property
    def rows(self) -> NDArray[np.int64]:
        """Those that ever light up, in the order in which they are first written."""
        lit = np.flatnonzero(np.maximum(self.written, self.read).max(axis=0) > LIT)
        return lit[np.argsort((self.written[:, lit] > LIT).argmax(axis=0), kind="stable")]


@torch.no_grad()
def passed(close: Close) -> Passing:
    """The support set, classes taking turns, then the first query, whose label never comes."""
    episodes, network, theta = close.episodes, close.learner.network, close.learner.theta
    assert isinstance(network, Mann)
    turns = in_turns(episodes.labels)
    seen = arranged(network.seen(theta, episodes.support), turns)
    states = [state for state, _ in network.walk(theta, seen, arranged(episodes.labels, turns))]
    last, _ = network.step(theta, states[-1], network.seen(theta, episodes.queries[:, 0]))
    memories = [state.memory for state in (*states, last)]
    asked = close.learner.adapt_all(episodes)[1][-1, 0, 0].numpy()
    written, read = (torch.cat([getattr(m, name) for m in memories]).numpy() for name in ("written", "read"))
    return Passing([*turns[0].tolist(), turns.shape[1]], written, read, asked)


def show(close: Close) -> None:
    passing, drawings = passed(close), close.drawings
    length = len(passing.order)
    step: int = replace(MEMORY["memory_step"], default=length, high=length).widget()
    show_film(drawings, passing, step)
    st.markdown(story(with_labels(drawings, in_markdown), passing, step))
    figure, table = memory_figure(drawings, passing, step, ink()), memory_table(drawings, passing)
    with st.container(key="close-memory"):
        height = 130 + 2 * ROW * len(passing.rows)
        st.plotly_chart(figure, key="close-mann", height=height, config=PLOTLY, alt=story(drawings, passing, step))
    hidden = passing.written.shape[1] - len(passing.rows)
    st.caption(many("close-mann.hidden", hidden))
    show_export("mann", figure, table, ".st-key-close-memory")


def story(drawings: Drawn, passing: Passing, step: int) -> str:
    """What happens at `step`, which counts from 1."""
    place, last = passing.order[step - 1], step == len(passing.order)
    label = None if step == 1 else drawings.labels[_class(drawings, passing.order[step - 2])]
    name = drawings.names[place]
    row = int(passing.read[step - 1].argmax())
    seen = np.flatnonzero(passing.rows == row)
    where = int(seen[0]) + 1 if len(seen) else row + 1
    parts = [say("close-mann.comes", step=step, name=name)]
    parts.append(say("close-mann.first") if label is None else say("close-mann.late", label=label))
    parts.append(say("close-mann.reads", row=where, share=f"{passing.read[step - 1, row]:.0%}"))
    if last:
        best = int(passing.asked.argmax())
        parts.append(say("close-mann.answers", label=drawings.labels[best], share=f"{passing.asked[best]:.0%}"))
    return " ".join(parts)


def memory_figure(drawings: Drawn, passing: Passing, step: int, ink: str) -> go.Figure:
    """Two heat maps over the sequence: written above, read below; what is still to come is blank."""
    drawings = with_labels(drawings, in_figure)
    figure = make_subplots(
        2,
        1,
        shared_xaxes=True,
        vertical_spacing=0.14,
        subplot_titles=[say("close-mann.written"), say("close-mann.read")],
    )
    rows = passing.rows
    time = list(range(1, len(passing.order) + 1))
    numbers = list(range(1, len(rows) + 1))
    for panel, (name, colour) in enumerate(COLOURS.items(), start=1):
        weights = getattr(passing, name)[:, rows].T.astype(float).round(4)
        weights[:, step:] = np.nan
        title = say(f"close-mann.{name}")
        hover = say("close-mann.hover") + f"<extra>{title}</extra>"
        brightest = float(getattr(passing, name).max())  # reading is soft: no row has all of it
        scale = [[share, f"rgba{(*bytes.fromhex(colour[1:]), opacity)}"] for share, opacity in ((0, 0.07), (1, 1.0))]
        heat = {"x": time, "y": numbers, "z": weights.tolist(), "zmin": 0, "zmax": brightest, "colorscale": scale}
        figure.add_heatmap(**heat, showscale=False, xgap=3, ygap=3, hovertemplate=hover, row=panel, col=1)
        box = {"x0": step - 0.5, "x1": step + 0.5, "y0": 0.5, "y1": len(rows) + 0.5}
        figure.add_shape(type="rect", line={"color": ink, "width": 2}, **box, row=panel, col=1)
    held = [f"{n}: {name}" for n, name in zip(numbers, kept(drawings, passing), strict=True)]
    figure.update_yaxes(range=[len(rows) + 0.5, 0.5], tickvals=numbers, ticktext=held, showgrid=False)
    figure.update_yaxes(title=say("close-mann.row"), zeroline=False)
    figure.update_xaxes(range=[0.5, len(time) + 0.5], tickvals=time, showgrid=False)
    figure.update_xaxes(ticktext=ticks(drawings, passing), tickangle=0, row=2, col=1)
    own = {
        "tickfont": {"color": ink},
        "title_font": {"color": ink},
    }  # Streamlit's theme knows the first panel's axes only
    figure.update_xaxes(**own).update_yaxes(**own)
    return figure.update_layout(margin={"l": 0, "r": 8, "t": 28, "b": 0}, font={"size": 14, "color": ink})


def ticks(drawings: Drawn, passing: Passing) -> list[str]:
    """Under each step the drawing, and the label that comes with it: its predecessor's."""
    before = ["–", *(drawings.labels[_class(drawings, place)] for place in passing.order[:-1])]
    short = len(passing.order) > 8
    return [
        drawings.names[place] if short else f"<b>{drawings.names[place]}</b><br>{say('close-mann.label', label=label)}"
        for place, label in zip(passing.order, before, strict=True)
    ]


def kept(drawings: Drawn, passing: Passing) -> list[str]:
    """For each row, the drawing that was first written there: the one before the step at which it was."""
    steps = (passing.written[:, passing.rows] > LIT).argmax(axis=0)
    return ["–" if t == 0 else drawings.names[passing.order[t - 1]] for t in steps.tolist()]


def show_film(drawings: Drawn, passing: Passing, step: int) -> None:
    """The drawings that have come by until `step`, one beside the other."""
    film = [
        Preview(drawings.names[place], drawings.images[place] if t < step else None, t % WIDE, t // WIDE)
        for t, place in enumerate(passing.order)
    ]
    with st.container(key="close-film", width=FRAME * min(WIDE, len(film))):
        show_images(preview_data(film))


def memory_table(drawings: Drawn, passing: Passing) -> dict[str, list[Any]]:
    """A row for each step: the drawing, and every row's weights."""
    table: dict[str, list[Any]] = {say("close-mann.drawing"): [drawings.names[place] for place in passing.order]}
    for name in ("written", "read"):
        for n, row in enumerate(passing.rows, start=1):
            head = f"{say(f'close-mann.{name}')}, {say('close-mann.row')} {n}"
            table[head] = getattr(passing, name)[:, row].astype(float).round(4).tolist()
    return table


def _class(drawings: Drawn, place: int) -> int:
    """Of a drawing of the support set."""
    return drawings.support[place]
