"""Names that would like to be more than names, and what of a page's elements would let them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
from streamlit.proto.PlotlyChart_pb2 import PlotlyChart
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from demo.ui.examples import OPENING, sheets
from demo.ui.sketch import Sketch

LABELS = ("<img src=boo onerror=boo()>", "[a](javascript:b) $q^9$ :red[c] :smile:", "=cmd|' /C calc'!A0 ` **qq** %{zz}")
MARKDOWN = re.compile(r"(?<!\\)(<img src=boo|\*\*qq|\$q|\]\(java|:red\[c|:smile:)")
CODE = re.compile(r"(?<!\\)`[^`]*`")
FIGURE = re.compile(r"<img|\$q\^9|%\{zz")
HTML = re.compile(r"<img src=boo")
"""What of these names would do something: in Markdown (in its code nothing does), in Plotly's texts, in our HTML."""

TEXTS = {"text_input", "selectbox", "dataframe", "code", "bidi_component"}
"""Elements that show a text as it is: our components set `textContent`."""


def sketch() -> Sketch:
    """With names that no door would let in, or that all would."""
    return Sketch(replace(sheets()[OPENING], labels=(*LABELS, "D", "E"), typed=frozenset(range(3)), example=None))


def live(app: AppTest) -> list[tuple[str, list[str]]]:
    """What would do something, of all that is sent of a page, by the kinds of elements."""
    found = [node for root in (app.main, app.sidebar) for node in _nodes(root)]
    assert len(found) > 5
    return [(node.type, parts) for node in found if (parts := _live(node.type, node.proto))]


def live_in(figure: go.Figure) -> list[str]:
    """What would do something in a figure of Plotly's."""
    return _live("plotly_chart", PlotlyChart(spec=figure.to_json()))


def _nodes(node: Any) -> Iterator[Any]:
    """Elements, and the blocks that they are in, which have labels too."""
    if node.proto is not None:
        yield node
    for child in node.children.values() if isinstance(node, Block) else ():
        yield from _nodes(child)


def _live(kind: str, proto: Any) -> list[str]:
    if kind in TEXTS:
        return []
    if kind == "plotly_chart":
        return FIGURE.findall(json.dumps(json.loads(proto.spec), ensure_ascii=False))
    if kind == "html":
        return HTML.findall(proto.body)
    text = re.sub(r'(?m)^ *(id|element_id): ".*"$', "", str(proto)).encode().decode("unicode_escape", "replace")
    return MARKDOWN.findall(CODE.sub("", text))
