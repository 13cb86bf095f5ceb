"""Names that would like to be more than names, on every page that shows some: they are texts there."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1.element_tree import Block, Element

from demo.limits import LONGEST_NAME
from demo.tasks import taskfile
from demo.tasks.names import cleaned, is_name
from demo.tasks.packing import LinkError
from demo.tasks.sharing import encode
from demo.ui.examples import OPENING, sheets
from demo.ui.export import comma_separated, interactive
from demo.ui.quoted import in_figure, in_markdown
from demo.ui.sheet import LETTERS, Sheet
from demo.ui.sketch import Sketch
from tests.abuse.hostile import LIGHT, MARKUP, count
from tests.pages.opening import opened
from tests.ui.test_desk import CROSS, LINE

LABELS = ("<img src=boo onerror=boo()>", "[a](javascript:b) $q^9$ :red[c] :smile:", "=cmd|' /C calc'!A0 **qq** %{zz}")
MARKDOWN = re.compile(r"(?<!\\)(<img src=boo|\*\*qq|\$q|\]\(java|:red\[c|:smile:)")
FIGURE = re.compile(r"<img|\$q\^9|%\{zz")
"""What of these names would do something in Markdown or HTML, and in Plotly's texts."""

CLOSE = (
    "prototypical",
    "siamese",
    "relation",
    "matching",
    "gauss-prototypical",
    "semi-prototypical",
    "mann",
    "adml",
)
PAGES = [("draw", {}), ("compare", {}), ("inside", {}), *(("close", {"close_learner": name}) for name in CLOSE)]
TEXTS = {"text_input", "dataframe", "code", "bidi_component"}
"""Elements that show a text as it is: our components set `textContent`."""


def sketch() -> Sketch:
    """With names that no door would let in, or that all would."""
    return Sketch(replace(sheets()[OPENING], labels=(*LABELS, "D", "E"), typed=frozenset(range(3)), example=None))


def elements(node: Any) -> Iterator[Element]:
    if isinstance(node, Block):
        for child in node.children.values():
            yield from elements(child)
    elif isinstance(node, Element):
        yield node


def live(element: Element) -> list[str]:
    """What would do something, of all that is sent of it."""
    if element.type == "plotly_chart":
        return FIGURE.findall(json.dumps(json.loads(element.proto.spec), ensure_ascii=False))
    text = str(element.proto).encode().decode("unicode_escape", "replace")
    return [] if element.type in TEXTS else MARKDOWN.findall(text)


@pytest.mark.parametrize(("page", "query"), PAGES)
def test_names_are_shown_and_do_nothing(page: str, query: dict[str, str]) -> None:
    count("name")
    app = opened(page, {"sketch": sketch()}, **query)
    found = [element for root in (app.main, app.sidebar) for element in elements(root)]
    assert len(found) > 5
    assert [(element.type, parts) for element in found if (parts := live(element))] == []


def test_toast_quotes_the_name() -> None:
    app = opened("draw", {"sketch": sketch()})
    app.text_input(key="name-1").set_value(LABELS[0]).run()
    (toast,) = app.toast
    assert MARKDOWN.findall(toast.value) == []
    assert "img" in toast.value


@LIGHT
@given(text=(st.text(max_size=80) | st.sampled_from(MARKUP)).filter(lambda text: cleaned(text) not in LETTERS[1:]))
def test_what_is_typed_or_opened_is_a_name_or_is_refused(text: str) -> None:
    count("name")
    label = Sheet().with_label(0, text).labels[0]
    assert is_name(label)
    assert len(label) <= LONGEST_NAME
    task = Sheet.row(LINE, CROSS, LINE, labels=(text, "B")).task()
    try:
        encode(task)
        assert is_name(text)
    except LinkError as error:
        refused = error.reason == "names"
        assert refused
    content = json.loads(taskfile.dumps(Sheet.row(LINE, CROSS, LINE).task()))
    content["classes"][0]["label"] = text
    try:
        assert is_name(taskfile.parse(content).labels[0])
    except taskfile.TaskFileError as error:
        field = "classes[0].label" in str(error)
        assert field
    for quoted in (in_markdown(text), in_figure(text)):
        assert not any(ord(character) < 32 for character in quoted)
        assert "<" not in quoted.replace("\\<", "")


FAMILY, FLAG = "👨\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e007f"
UNSEEN = ["\u202egnp.exe", "a\u2066b", "\u200b", "\u200d", "a\nb", "a\x00", "\ufeffa", "\u2028", "\ud800"]


@pytest.mark.parametrize("name", ["שלום", FAMILY, FLAG, "می\u200cخواهم", "鱼", "é", "C++ & co. <3"])
def test_honest_names_of_every_script_are_left_alone(name: str) -> None:
    assert Sheet().with_label(0, name).labels[0] == name == cleaned(name)
    assert is_name(name)


@pytest.mark.parametrize("name", UNSEEN)
def test_what_cannot_be_seen_is_no_name(name: str) -> None:
    assert not is_name(name)


def test_right_to_left_names_keep_to_themselves() -> None:
    assert in_markdown("שלום") == "\u2068שלום\u2069" == in_figure("שלום")
    assert in_markdown("fish") == "fish" == in_figure("fish")


def test_a_spreadsheet_runs_nothing() -> None:
    column = ["=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "\tx", "fish", -2.5, 3]
    text = comma_separated({"=1+1": column}).decode("utf-8-sig")
    cells = [row[0] for row in csv.reader(io.StringIO(text))]
    assert cells == ["'=1+1", "'=cmd|' /C calc'!A0", "'+1", "'-2", "'@SUM(A1)", "'\tx", "fish", "-2.5", "3"]


def test_an_exported_page_has_no_script_of_anybodys() -> None:
    import plotly.graph_objects as go

    name = "</script><script>boo()</script>"
    page = interactive(go.Figure([{"type": "bar", "x": [name], "y": [1], "name": in_figure(name)}]), "light").decode()
    assert name not in page
    assert "<script>boo" not in page
