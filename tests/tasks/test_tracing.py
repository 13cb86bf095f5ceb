"""Pictures and strokes of the same drawing must look alike, whatever pen drew the picture."""

from __future__ import annotations

import numpy as np
import pytest

from demo.tasks.drawing import to_image
from demo.tasks.tracing import trace
from tests import doodles


@pytest.mark.parametrize("pen", [1, 3])
def test_both_routes_agree(pen: int) -> None:
    differences = []
    for character in range(30):
        drawn = doodles.drawing(character, drawer=1)
        differences.append(np.abs(to_image(drawn) - to_image(trace(doodles.picture(drawn, pen)))).mean())
    assert np.mean(differences) < 0.035, "of 1; ink covers about 0.2"


def test_other_drawings_do_not_agree() -> None:
    """The yardstick for the test above: another character's picture is several times as far away."""
    one, other = doodles.drawing(1, 1), doodles.drawing(2, 1)
    assert np.abs(to_image(one) - to_image(trace(doodles.picture(other)))).mean() > 0.1


def test_lone_pixel_is_a_dot() -> None:
    ink = np.zeros((105, 105), bool)
    ink[40, 60] = True
    (dot,) = trace(ink).strokes
    assert dot.tolist() == [[60.5, 40.5]]


def test_no_ink_is_no_stroke() -> None:
    assert trace(np.zeros((105, 105), bool)).strokes == ()
