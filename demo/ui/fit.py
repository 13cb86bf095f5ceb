"""Curves over one axis that follow a hand: an SVG whose nodes are made once and then only changed.

Plotly's node is replaced at each Streamlit run, 50 to 80 ms in the browser; this one takes half a millisecond.
`fit.js` is the figure, `class Fit`; the page that shows it adds the script that feeds it (see `demo.ui.sine_live`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.ui.sine_charts import Curve
from demo.ui.words import group

HTML = '<figure class="fit"></figure>'

Values = NDArray[np.float64]
DIGITS = 4  # after the point, of every value: a pixel is 0.03 units


def fit_data(
    headline: str,
    domain: tuple[float, float],
    curves: Sequence[Curve],
    points: tuple[Values, Values],
    reach: float,
    colour: str,
    tongue: str | None = None,
) -> dict[str, Any]:
    """What `Fit.show` draws.

    headline: over the figure, **strong** where Markdown has it. domain: ends of the place axis, over which each
    curve's values lie evenly. points: places and values (K,). reach: the value axis is [-reach, reach].
    colour: of all curves but the truth. tongue: language, the session's if none is given.
    """
    x, y = points
    return {
        "headline": headline,
        "domain": list(domain),
        "curves": [{"kind": c.kind, "name": c.name, "y": _plain(c.y), "opacity": round(c.opacity, 3)} for c in curves],
        "points": {"x": _plain(x), "y": _plain(y)},
        "reach": round(reach, 2),
        "colour": colour,
        "words": group("sine.fit", tongue) | group("sine.curve", tongue),
    }


def _plain(values: Values) -> list[float]:
    return [round(value, DIGITS) for value in values.tolist()]
