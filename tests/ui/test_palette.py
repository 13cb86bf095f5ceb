"""Colours: everybody has one, and letters can be read on them."""

from __future__ import annotations

from itertools import pairwise

import plotly.graph_objects as go
import pytest

from demo.learners import ENTRIES, FAMILIES
from demo.ui import palette


def luminance(colour: str) -> float:
    """Relative, as the Web Content Accessibility Guidelines 2.2 define it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("i", range(len(palette.CLASSES)))
def test_letters_can_be_read_on_their_class(i: int) -> None:
    assert contrast(palette.CLASSES[i], palette.on_class(i)) >= 4.5


def test_every_learner_has_a_colour_and_a_symbol_that_plotly_knows() -> None:
    for name in [*ENTRIES, "nobody"]:
        go.Scatter(marker={"color": palette.colour(name), "symbol": palette.symbol(name)})
        assert min(contrast(palette.colour(name), paper) for paper in ("#FFFFFF", "#0E1117")) > 1.5
    assert palette.colour("sine-maml") == palette.LEARNERS["maml"]
    assert palette.symbol("sine-random") == palette.SYMBOLS["random"]


def test_families_look_different() -> None:
    looks = sorted(palette._FAMILIES[family] for family in FAMILIES)
    assert all(one != other for one, other in pairwise(looks))
