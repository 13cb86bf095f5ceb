"""Files made by the server: they hold the figure's numbers and need nothing from elsewhere."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys

import numpy as np
import plotly.graph_objects as go
import pytest

from demo.ui.export import PAPER, comma_separated, interactive


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_table_comes_back_with_its_numbers() -> None:
    x, y = np.linspace(-1, 1, 4), np.array([0.1, 1 / 3, 1e-12])
    head, *rows = read(comma_separated({"x": x, "y, or so": y}))
    assert head == ["x", "y, or so"]
    assert [float(row[0]) for row in rows] == x.tolist()
    assert [float(row[1]) for row in rows[:3]] == y.tolist()
    assert rows[3][1] == ""


def test_excel_is_told_that_it_is_unicode() -> None:
    content = comma_separated({"均方误差": [1.0]})
    assert content.startswith(b"\xef\xbb\xbf")
    assert read(content)[0] == ["均方误差"]


def test_a_table_without_columns_is_empty() -> None:
    assert read(comma_separated({})) == [[]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_interactive_file_needs_no_other(theme: str) -> None:
    figure = go.Figure([{"type": "scatter", "y": [1, 2, 3], "name": "some trace"}])
    page = interactive(figure, theme).decode()
    assert "some trace" in page
    assert PAPER[theme] in page
    assert len(page) > 2e6  # all of Plotly
    assert re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page) == []
    assert figure.layout.paper_bgcolor is None  # the page's own figure is as it was


def test_several_figures_share_one_copy_of_plotly() -> None:
    figures = [go.Figure([{"type": "scatter", "y": [1, 2, 3], "name": f"trace {k}"}]) for k in range(3)]
    page = interactive(figures, "light").decode()
    assert all(f"trace {k}" in page for k in range(3))
    assert len(page) < 1.5 * len(interactive(figures[0], "light").decode())


def test_figures_of_plotly_are_loaded_only_for_the_interactive_file() -> None:
    script = "import sys, demo.ui.export; assert 'plotly.graph_objs._figure' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)
