"""Semi-supervised prototypes up close: unlabelled drawings pull the prototypes; what fits no class is masked."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from demo.learners.prototypical import squared_distances
from demo.learners.semi_prototypical import Refined, SemiPrototypical
from demo.lessons.drawn import Drawn
from demo.lessons.projection import project
from demo.tasks.drawing import to_image
from demo.ui import examples, unlabelled
from demo.ui.close import Close
from demo.ui.close.prototypical import HEIGHT, map_figure, points
from demo.ui.export import show_export
from demo.ui.palette import CLASSES, PLOTLY, ink
from demo.ui.quoted import in_markdown, with_labels
from demo.ui.words import say

FAINTEST = 0.15  # opacity of a drawing that is masked altogether


@torch.no_grad()
def show(close: Close) -> None:
    episodes, network, theta = close.episodes, close.learner.network, close.learner.theta
    assert isinstance(network, SemiPrototypical)
    sketch = st.session_state.get("sketch")
    sheet = sketch.sheet if sketch else examples.sheets()[examples.OPENING]
    row = unlabelled.opened(sheet)
    wrong = [row.read(place) for place in range(unlabelled.PADS)]
    seen = [place for place, drawing in enumerate(row.drawings) if not drawing.empty]
    images = np.stack([to_image(row.drawings[p]) for p in seen]) if seen else np.zeros((0, 28, 28), np.float32)

    support, queries = network.embed(theta, episodes.support), network.embed(theta, episodes.queries)
    u = network.embed(theta, torch.from_numpy(images)[None, :, None]) if seen else support[:, :0]
    refined = network.refined(theta, support, episodes.labels, u)
    features = torch.cat([support, queries, refined.after, refined.before, u], dim=1)
    places = project(features.numpy()).places[0]

    names, shares = [unlabelled.name(place) for place in seen], refined.shares[0].numpy()
    with st.container(key="close-unlabelled"):
        captions = dict(zip(seen, (caption(with_labels(close.drawings, in_markdown), z) for z in shares), strict=True))
        unlabelled.show_row(row, captions, wrong)
        words = say("close-semi_prototypical.others")
        st.button(words, icon=":material/shuffle:", key="unlabelled-fill", on_click=row.fill, args=(sheet,))
    table = answers_table(close, queries, refined)
    figure = refined_figure(close.drawings, places, names, shares[:, -1], ink())
    with st.container(key="close-map"):
        alt = say("close-semi_prototypical.alt", nearest=", ".join(table[say("close-semi_prototypical.with")]))
        st.plotly_chart(figure, key="close-semi", height=HEIGHT, config=PLOTLY, alt=alt)
        st.dataframe(table, hide_index=True)
    further = shares_table(close.drawings, names, shares)
    show_export("semi-prototypical", figure, {**table, **further}, ".st-key-close-map")


def caption(drawings: Drawn, shares: NDArray[Any]) -> str:
    """Whom an unlabelled drawing goes to: the class with the largest share (N + 1,), or nobody."""
    best = int(shares.argmax())
    if best == len(drawings.labels):
        return say("close-semi_prototypical.masked", share=f"{shares[best]:.0%}")
    return say("close-semi_prototypical.pulls", label=drawings.labels[best], share=f"{shares[best]:.0%}")


def refined_figure(
    drawings: Drawn, places: NDArray[Any], names: list[str], masked: NDArray[Any], ink: str
) -> go.Figure:
    """places (P + 2N + U, 2): of the drawings, of the prototypes after and before, and of unlabelled drawings, which
    are the fainter, the more they are masked (U,)."""
    known, ways = len(drawings.names), len(drawings.labels)
    after, before, free = np.split(places[known:], [ways, 2 * ways])
    figure = map_figure(drawings, places[: known + ways], ink)
    for i, ((x0, y0), (x1, y1)) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
        tail = {"x": x1, "y": y1, "ax": x0, "ay": y0, "xref": "x", "yref": "y", "axref": "x", "ayref": "y"}
        figure.add_annotation(**tail, showarrow=True, arrowhead=2, arrowwidth=2.5, arrowcolor=CLASSES[i], text="")
    old = {"color": [CLASSES[i] for i in range(ways)], "symbol": "x-open", "size": 13}
    figure.add_trace(points(before, [""] * ways, say("close-semi_prototypical.old"), old))
    opacity = np.maximum(FAINTEST, 1 - masked).round(3).tolist()
    marker = {"color": ink, "size": 13, "symbol": "diamond", "opacity": opacity}
    own = points(free, names, say("close-semi_prototypical.unlabelled"), marker)
    figure.add_trace({**own, "textposition": "bottom center"})
    return figure


def answers_table(close: Close, queries: Tensor, refined: Refined) -> dict[str, list[Any]]:
    """A row for each query: the answer and its probability without the unlabelled drawings and with them."""
    drawings = close.drawings
    table = {say("close-prototypical.query"): list(drawings.names[len(drawings.support) :])}
    for key, c in (("without", refined.before), ("with", refined.after)):
        p = close.learner.objective.answer(-squared_distances(queries, c))[0]
        best = [(drawings.labels[int(row.argmax())], float(row.max())) for row in p]
        table[say(f"close-semi_prototypical.{key}")] = [f"{label} {share:.1%}" for label, share in best]
    return table


def shares_table(drawings: Drawn, names: list[str], shares: NDArray[Any]) -> dict[str, list[Any]]:
    """Every unlabelled drawing's shares (U, N + 1)."""
    heads = [*drawings.labels, say("close-semi_prototypical.nobody")]
    return {
        say("close-semi_prototypical.unlabelled"): names,
        **{
            say("close-semi_prototypical.share", label=head): shares[:, i].astype(float).round(4).tolist()
            for i, head in enumerate(heads)
        },
    }
