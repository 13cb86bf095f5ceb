"""Sharing: the link says all there is to say, its QR code says the link, and opening it gives the same sheet."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from demo.limits import SHARED_CHARACTERS
from demo.tasks.drawing import Drawing
from demo.tasks.packing import LinkError
from demo.tasks.sharing import encode
from demo.tasks.taskfile import Query, Task
from demo.ui import examples
from demo.ui.share import qr_code
from demo.ui.share_link import is_local, link_to
from demo.ui.sheet import Sheet, same
from demo.ui.words import say

BASE = "http://192.168.1.20:8501/"
LINE = Drawing.of(280, 280, [[[40, 140], [240, 140]]])
SMALL = Task(("A", "B", "C"), ((LINE,),) * 3, (Query(LINE),))
NOISE = Drawing.of(280, 280, [np.random.default_rng(0).uniform(0, 280, (900, 2)).tolist()])
INKY = replace(SMALL, queries=(Query(NOISE),))
UNFINISHED = replace(INKY, drawings=((LINE,), (LINE,), (Drawing(280, 280),)))
ENORMOUS = replace(SMALL, drawings=((replace(NOISE, strokes=NOISE.strokes * 10),),) * 3)
UNNAMED = replace(SMALL, labels=("A", "A", "B"))


def test_a_link_says_settings_and_drawings() -> None:
    link = link_to(BASE, {"learner": "reptile", "note": "a&b 中", "task": "old", "example": "old"}, SMALL, None)
    asked = parse_qs(urlsplit(link).query)
    assert link.startswith(BASE + "?")
    assert asked == {"learner": ["reptile"], "note": ["a&b 中"], "task": [encode(SMALL)]}


def test_an_example_goes_by_its_name_and_settings_alone_need_no_drawings() -> None:
    assert link_to(BASE, {"lang": "zh"}, SMALL, "sun-moon-cloud") == BASE + "?lang=zh&example=sun-moon-cloud"
    assert link_to("http://here:8501/sine", {"seed": "3", "task": "old"}, None, None) == "http://here:8501/sine?seed=3"
    assert link_to("http://here:8501", {}, None, None) == "http://here:8501/"


@pytest.mark.parametrize(
    "address, local",
    [
        ("http://localhost:8501/", True),
        ("http://127.0.0.1:8501/", True),
        ("http://[::1]:8501/draw", True),
        (BASE, False),
        ("https://localhost.example.org/", False),
        ("", False),
    ],
)
def test_addresses_that_phones_cannot_open(address: str, local: bool) -> None:
    assert is_local(address) == local


def picture(svg: str, scale: int = 4) -> NDArray[np.uint8]:
    """The pixels of an SVG of horizontal lines one unit wide, as segno writes them; dark 0, light 255."""
    side = int(re.findall(r'viewBox="0 0 (\d+) \1"', svg)[0])
    modules = np.full((side, side), 255, np.uint8)
    x, y = 0.0, 0.0
    lines = re.findall(r'class="qrline" [^>]*?d="([^"]+)"', svg)[0]
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", lines):
        if command == "h":
            modules[int(y), int(x) : int(x) + int(first)] = 0
        x = float(first) + (0 if command == "M" else x)
        y = float(second) + (0 if command == "M" else y) if command != "h" else y
    return modules.repeat(scale, 0).repeat(scale, 1)


@pytest.mark.parametrize("task", [None, SMALL, examples.sheets()["cup-umbrella-lightning"].task()])
def test_the_code_says_the_link(task: Task | None) -> None:
    link = link_to(BASE, {"lang": "zh"}, task, None)
    svg = qr_code(link).decode()
    assert 'fill="#fff"' in svg
    assert 'stroke="#000"' in svg
    (found,) = zxingcpp.read_barcodes(picture(svg))
    assert found.text == link


def test_the_longest_link_still_makes_a_code() -> None:
    link = BASE + "?task=" + "Ab-9" * 492
    assert SHARED_CHARACTERS - 10 < len(link) <= SHARED_CHARACTERS
    assert zxingcpp.read_barcodes(picture(qr_code(link).decode()))[0].text == link


# --- On a page ---


def page() -> None:
    import streamlit as st

    from demo.ui import share

    st.session_state["found"] = share.opened_task(), share.opened_example()
    share.show_opening_error()
    share.show_share_menu(st.session_state["task"], st.session_state["example"])


@pytest.fixture
def shown() -> Callable[..., AppTest]:
    def show(task: Task | None = None, example: str | None = None, /, opened: bool = True, **query: str) -> AppTest:
        app = AppTest.from_function(page)
        app.session_state["task"], app.session_state["example"] = task, example
        app.session_state["share"] = opened
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return show


def test_the_menu_shows_the_link_and_its_code(shown: Callable[..., AppTest]) -> None:
    app = shown(SMALL, steps="9", task="old")
    assert app.code[0].value == f"/?steps=9&task={encode(SMALL)}"
    assert say("share.what", "en") in app.markdown[0].value
    shown_code = "".join(element.proto.body for element in app.get("html"))
    assert f'alt="{say("share.qr", "en")}"' in shown_code
    svg = base64.b64decode(re.findall(r"base64,([\w+/=]+)", shown_code)[0]).decode()
    assert zxingcpp.read_barcodes(picture(svg))[0].text == app.code[0].value


def test_nothing_is_computed_until_the_menu_is_opened(
    shown: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.ui.share.link_to", None)
    assert not shown(SMALL, opened=False).code


def test_without_drawings_the_settings_are_shared(shown: Callable[..., AppTest]) -> None:
    app = shown(None, lang="zh")
    assert app.code[0].value == "/?lang=zh"
    assert say("share.what.settings", "zh") in app.markdown[0].value


@pytest.mark.parametrize("task, whole", [(INKY, True), (UNFINISHED, False), (ENORMOUS, True)])
def test_too_much_ink_is_offered_as_a_file(shown: Callable[..., AppTest], task: Task, whole: bool) -> None:
    app = shown(task)
    assert not app.code
    assert "So much ink!" in app.markdown[0].value
    (button,) = app.get("download_button")
    assert button.proto.disabled != whole


def test_names_that_no_link_can_say_are_said(shown: Callable[..., AppTest]) -> None:
    with pytest.raises(LinkError):
        encode(UNNAMED)
    assert shown(UNNAMED).warning[0].value == say("share.error.names", "en")


def test_a_link_brings_its_drawings(shown: Callable[..., AppTest]) -> None:
    sheet = examples.sheets()["two-five-eight"]
    app = shown(opened=False, task=encode(sheet.task()))
    task, example = app.session_state["found"]
    assert example is None
    assert not app.error
    again = Sheet.of(task)
    assert again.labels == sheet.labels
    assert all(same(one, other) for one, other in zip(again.drawings, sheet.drawings, strict=True))
    app.query_params["task"] = "something else"  # read once a session
    app.run()
    assert app.session_state["found"][0] is task


def test_a_link_brings_a_stored_example(shown: Callable[..., AppTest]) -> None:
    task, example = shown(opened=False, example="sun-moon-cloud").session_state["found"]
    assert example == "sun-moon-cloud"
    assert task.labels == examples.sheets()["sun-moon-cloud"].names


def test_an_address_without_drawings_is_no_error(shown: Callable[..., AppTest]) -> None:
    app = shown(opened=False, steps="9")
    assert app.session_state["found"] == (None, None)
    assert not app.error


@pytest.mark.parametrize(
    "query, reason",
    [
        ({"task": "nonsense"}, "damaged"),
        ({"task": ""}, "damaged"),
        ({"task": encode(SMALL)[:-3]}, "damaged"),
        ({"task": "A" * 30_000}, "large"),
        ({"task": encode(replace(SMALL, labels=tuple("ABCDEF"), drawings=((LINE,),) * 6))}, "page"),
        ({"example": "../../etc/passwd"}, "example"),
        ({"example": ""}, "example"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_bad_link_is_said_in_words(
    shown: Callable[..., AppTest], query: dict[str, str], reason: str, lang: str
) -> None:
    app = shown(opened=False, lang=lang, **query)
    assert app.session_state["found"] == (None, None)
    assert app.error[0].value == say(f"share.error.{reason}", lang)
    app.query_params.clear()  # after a visit to another page
    app.run()
    assert not app.error
