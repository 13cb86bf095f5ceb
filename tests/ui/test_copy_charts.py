"""The heads' heat maps and their table hold the weights as they are."""

from __future__ import annotations

import numpy as np
import pytest

from demo.lessons.copying import BITS, Copied
from demo.ui.copy_charts import copy_table, head_figure

RANDOM = np.random.default_rng(0)
LENGTH, ROWS = 3, 5


@pytest.fixture
def copy() -> Copied:
    given = tuple(tuple(int(bit) for bit in vector) for vector in RANDOM.integers(0, 2, (LENGTH, BITS)))
    write, read = (RANDOM.dirichlet(np.ones(ROWS), 2 * LENGTH + 2).astype(np.float32) for _ in range(2))
    return Copied(given, RANDOM.random((LENGTH, BITS)).astype(np.float32), write, read)


@pytest.mark.parametrize("head", ["write", "read"])
def test_a_column_is_a_time_and_the_line_is_the_end_mark(copy: Copied, head: str) -> None:
    figure = head_figure(head, copy, "#123456")
    [heat] = figure.data
    np.testing.assert_allclose(np.array(heat.z, float).T, getattr(copy, head), atol=1e-4)
    [line] = figure.layout.shapes
    assert line.x0 == line.x1 == LENGTH + 0.5, "between the last vector, at time 3, and the end mark, at time 4"
    assert len(figure.layout.annotations) == 2


def test_the_table_has_every_weight_and_every_bit(copy: Copied) -> None:
    table = copy_table(copy)
    assert len(table["time"]) == len(table["row of the memory"]) == (2 * LENGTH + 2) * ROWS
    at = list(zip(table["time"], table["row of the memory"], strict=True)).index((4, 2))
    assert table["Write head"][at] == pytest.approx(float(copy.write[4, 2]), abs=1e-4)
    assert table["Read head"][at] == pytest.approx(float(copy.read[4, 2]), abs=1e-4)
    place = list(zip(table["vector"], table["bit"], strict=True)).index((2, 4))
    columns = list(table.values())
    assert columns[6][place] == copy.given[1][3]
    assert columns[7][place] == pytest.approx(float(copy.said[1, 3]), abs=1e-4)
