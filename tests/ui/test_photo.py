"""Photographs: a picture is shown as it is understood, and goes where it is told to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from demo.limits import PHOTO_MEGABYTES
from demo.tasks.drawing import to_image
from demo.ui import examples
from demo.ui.words import say
from tests.photos import encoded, photograph

SHEET = examples.sheets()["house-tree-fish"]
HOUSE = SHEET.drawings[SHEET.places[0]]
PHOTO = encoded(photograph(HOUSE))


def page() -> None:
    import streamlit as st

    from demo.ui import photo

    def use(place: int, drawing: object) -> None:
        st.session_state["used"] = place, drawing

    photo.show_photo_import(["A", "B2", "?"], use)


@pytest.fixture
def shown() -> Callable[..., AppTest]:
    def show(content: bytes | None = None, lang: str = "en") -> AppTest:
        app = AppTest.from_function(page)
        app.query_params["lang"] = lang
        app.run()
        if content is not None:
            app.file_uploader(key="photo-upload").set_value(("mine.png", content, "image/png")).run()
        assert not app.exception
        return app

    return show


def test_without_a_picture_there_is_only_a_place_for_one(shown: Callable[..., AppTest]) -> None:
    app = shown()
    assert str(PHOTO_MEGABYTES) in app.caption[0].value
    assert not app.button
    assert not app.error


def test_the_picture_is_shown_as_it_is_understood(shown: Callable[..., AppTest]) -> None:
    app = shown(PHOTO)
    captions = [image.proto.imgs[0].caption for image in app.get("image")]
    assert captions == [say(f"photo.{name}", "en") for name in ("picture", "ink", "seen")]
    assert [button.label for button in app.button] == [say("photo.use", "en", name=name) for name in ("A", "B2", "?")]


def test_it_goes_where_it_is_told_to(shown: Callable[..., AppTest]) -> None:
    app = shown(PHOTO)
    app.button(key="photo-use-2").click().run()
    place, drawing = app.session_state["used"]
    assert place == 1
    assert np.abs(to_image(drawing) - to_image(HOUSE)).mean() < 0.03
    assert app.button  # and may go to another place, too


def test_it_is_read_once(shown: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    app = shown(PHOTO)
    monkeypatch.setattr("demo.tasks.photo.read", None)
    app.button(key="photo-use-1").click().run()
    assert not app.exception


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "content, reason",
    [
        (b"no picture", "format"),
        (encoded(np.full((200, 200), 255, np.uint8), "PNG"), "blank"),
        (encoded(np.full((8, 200), 255, np.uint8), "PNG"), "small"),
    ],
)
def test_what_cannot_be_used_is_said(shown: Callable[..., AppTest], content: bytes, reason: str, lang: str) -> None:
    app = shown(content, lang)
    assert app.error[0].value == say(f"photo.error.{reason}", lang, megabytes=12, megapixels=50, pixels=16)
    assert not app.button
    app.file_uploader(key="photo-upload").set_value(("mine.jpg", PHOTO, "image/jpeg")).run()
    assert not app.error
    assert app.button
