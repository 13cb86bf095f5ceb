"""Where the heads of the copying machine were: rows of the memory against time."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from demo.lessons.copying import Copied
from demo.ui.palette import CLASSES
from demo.ui.words import say

COLOURS = {"write": CLASSES[1], "read": CLASSES[0]}


def head_figure(head: str, copy: Copied, ink: str) -> go.Figure:
    """The weights of a head, "write" or "read": a column a time, a row a row of the memory; the end mark is a line."""
    weights: NDArray[np.float32] = getattr(copy, head)
    length, (times, rows) = len(copy.given), weights.shape
    heat = {
        "type": "heatmap",
        "z": weights.T.astype(float).round(4).tolist(),
        "x": np.arange(times),
        "y": np.arange(rows),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, _clear(COLOURS[head])], [1, COLOURS[head]]],
        "showscale": False,
        "hovertemplate": f"{say('copy.heads.time')} %{{x}}, {say('copy.heads.row')} %{{y}}: %{{z:.2f}}<extra></extra>",
    }
    mark = {"type": "line", "x0": length + 0.5, "x1": length + 0.5, "yref": "paper", "y0": 0, "y1": 1}
    note = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False, "font": {"color": ink, "size": 13}}
    layout = {
        "margin": {"l": 0, "r": 8, "t": 52, "b": 0},
        "title": {"text": say(f"copy.heads.{head}"), "font": {"size": 16}, "x": 0, "xref": "paper", "y": 0.98},
        "font": {"size": 14},
        "shapes": [{**mark, "line": {"color": ink, "width": 2, "dash": "dot"}}],
        "annotations": [
            {**note, "x": (length + 1) / 2, "text": say("copy.heads.shown")},
            {**note, "x": length + 1 + (length + 1) / 2, "text": say("copy.heads.said")},
        ],
        "xaxis": {"title": {"text": say("copy.heads.time")}, "zeroline": False, "showgrid": False, "nticks": 8},
        "yaxis": {
            "title": {"text": say("copy.heads.row")},
            "range": [rows - 0.5, -0.5],
            "zeroline": False,
            "showgrid": False,
            "dtick": 4,
        },
    }
    return go.Figure([heat], layout)


def copy_table(copy: Copied) -> dict[str, list[Any]]:
    """Both heads' weights, a line a time and row; then the bits given and the probabilities said."""
    times, rows = copy.write.shape
    length, bits = copy.said.shape
    given = np.array(copy.given)
    return {
        say("copy.heads.time"): np.repeat(np.arange(times), rows).tolist(),
        say("copy.heads.row"): np.tile(np.arange(rows), times).tolist(),
        say("copy.heads.write"): copy.write.ravel().astype(float).round(4).tolist(),
        say("copy.heads.read"): copy.read.ravel().astype(float).round(4).tolist(),
        say("copy.table.vector"): np.repeat(np.arange(1, length + 1), bits).tolist(),
        say("copy.table.bit"): np.tile(np.arange(1, bits + 1), length).tolist(),
        say("copy.grid.given"): given.ravel().tolist(),
        say("copy.grid.said"): copy.said.ravel().astype(float).round(4).tolist(),
    }


def _clear(colour: str) -> str:
    """The same colour, to be seen through."""
    return f"rgba({', '.join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))}, 0)"
