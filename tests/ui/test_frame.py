"""The frame without a browser: what the address asks for, and what the corner's buttons change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from demo.ui.words import say


def _page() -> None:
    """The frame around a page that is not run."""
    import streamlit as st

    from demo.ui import frame

    frame.show(st.navigation(frame.pages()))
    st.markdown(frame.position())


@pytest.fixture
def shown() -> Callable[..., AppTest]:
    def show(**query: str) -> AppTest:
        app = AppTest.from_function(_page)
        for key, value in query.items():
            app.query_params[key] = value
        return sound(app.run())

    return show


def sound(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    return sound(app.button(key=key).click().run())


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def test_a_newcomer_is_invited_once(shown: Callable[..., AppTest]) -> None:
    app = shown()
    assert app.button(key="tour-invitation").label == say("frame.invitation", "en")
    press(app, "tour-invitation")
    assert "tour-invitation" not in keys(app)
    assert {"tour-skip", "tour-show", "tour-next"} <= keys(app)
    press(app, "tour-skip")
    assert not {"tour-invitation", "tour-next"} & keys(app)


def test_presenter_mode_has_the_pages_in_its_menu_and_a_way_out(shown: Callable[..., AppTest]) -> None:
    app = shown(present="true")
    assert app.markdown[-1].value == "hidden"
    assert {"leave", "turn-bare", "take-tour", "show-keys"} <= keys(app)
    press(app, "leave")
    assert app.markdown[-1].value == "top"
    assert "present" not in app.query_params
    assert "leave" not in keys(app)
    press(app, "turn-present")
    assert app.query_params["present"] == "true"


def test_who_comes_back_to_presenter_mode_finds_the_controls(shown: Callable[..., AppTest]) -> None:
    app = shown(present="true", controls="false")
    assert say("frame.controls.show", "en") in app.button(key="turn-bare").label
    press(app, "leave")
    assert "controls" not in app.query_params
    press(app, "turn-present")
    assert say("frame.controls.hide", "en") in app.button(key="turn-bare").label
    press(app, "turn-bare")
    assert app.query_params["controls"] == "false"


@pytest.mark.parametrize("nonsense", [{"present": "1"}, {"lang": "tlh"}, {"controls": ""}])
def test_what_the_address_cannot_mean_is_ignored(shown: Callable[..., AppTest], nonsense: dict[str, str]) -> None:
    app = shown(**nonsense)
    assert app.markdown[-1].value == "top"
    assert app.button(key="lang-zh").label == "中文"
    assert not set(nonsense) & set(app.query_params)


def test_the_other_language_is_one_press_away(shown: Callable[..., AppTest]) -> None:
    app = press(shown(), "lang-zh")
    assert app.query_params["lang"] == "zh"
    assert app.button(key="tour-invitation").label == say("frame.invitation", "zh")
    press(app, "lang-en")
    assert "lang" not in app.query_params
