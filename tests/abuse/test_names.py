"""Names that would like to be more than names, on every page that shows some: they are texts there."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import LONGEST_NAME
from demo.tasks import taskfile
from demo.tasks.names import cleaned, is_name
from demo.tasks.packing import LinkError
from demo.tasks.sharing import encode
from demo.ui import filing
from demo.ui.close import VIEWS
from demo.ui.export import comma_separated, interactive
from demo.ui.quoted import in_figure, in_markdown
from demo.ui.share_link import link_to
from demo.ui.sheet import LETTERS, Sheet
from tests.abuse.hostile import LIGHT, MARKUP, count
from tests.abuse.quoting import LABELS, MARKDOWN, live, sketch
from tests.pages.opening import opened, plain
from tests.ui.test_desk import CROSS, LINE

PAGES = [("draw", {}), ("compare", {}), ("inside", {}), *(("close", {"close_learner": name}) for name in VIEWS)]


@pytest.mark.parametrize(("page", "query"), PAGES)
def test_names_are_shown_and_do_nothing(page: str, query: dict[str, str]) -> None:
    count("name")
    assert live(opened(page, {"sketch": sketch()}, **query)) == []


def test_toast_quotes_the_name() -> None:
    app = opened("draw", {"sketch": sketch()})
    app.text_input(key="name-1").set_value(LABELS[0]).run()
    (toast,) = app.toast
    assert MARKDOWN.findall(toast.value) == []
    assert "img" in toast.value


@pytest.mark.parametrize("name", LABELS)
@pytest.mark.parametrize("content", [b"no", b"[" * 200_000, b'{"version": 1, "classes": ["**qq**"], "queries": []}'])
def test_the_name_of_a_file_is_quoted_with_what_is_wrong_with_it(name: str, content: bytes) -> None:
    with pytest.raises(taskfile.TaskFileError) as refusal:
        taskfile.loads(content)
    app = opened("draw", {"import-error": filing.wrong(f"{name}.json", refusal.value)})
    assert live(app) == []
    assert f"{name}.json" in plain(app.error[0].value)


def test_an_address_asks_for_nothing_but_what_there_is() -> None:
    """Whatever it says is a setting, a search, or nothing; and the link to share is a link still."""
    hostile = dict.fromkeys(
        ("lang", "model_search", "model_use", "model_kind", "present", "controls", "boo"), LABELS[0]
    )
    app = opened("models", None, **hostile)
    assert live(app) == []
    assert app.text_input(key="model_search").value == LABELS[0]
    link = link_to("http://localhost/models", hostile, None, None)
    assert re.fullmatch(r"http://localhost/models\?[\w=&%+.-]+", link)
    assert parse_qs(urlsplit(link).query)["boo"] == [LABELS[0]]


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
