"""The kinds of settings: each shows itself as a widget, and keeps what is chosen in the session and in the URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from demo.limits import SEARCH_CHARACTERS
from demo.ui import words
from demo.ui.words import say


@dataclass(frozen=True)
class Setting:
    key: str
    default: Any

    @property
    def label(self) -> str:
        return say(f"setting.{self.key}")

    @property
    def help(self) -> str | None:
        key = f"setting.{self.key}.help"
        return say(f"setting.{self.key}.help") if key in words.table() else None

    def said(self, option: Any) -> str:
        """What the control calls an option."""
        return str(option)

    @property
    def value(self) -> Any:
        """As this session has it now, where its widget may not have been shown yet."""
        return st.session_state.get(self.key, self.default)

    def fits(self, value: Any) -> bool:
        """Whether this could be its value: what a browser sends is not trusted."""
        raise NotImplementedError

    def widget(self, **options: Any) -> Any:
        """Shows the control, with `options` of Streamlit's; returns its value."""
        raise NotImplementedError

    def _write_address(self, text: str, is_default: bool) -> None:
        if not is_default:
            st.query_params[self.key] = text
        elif self.key in st.query_params:
            del st.query_params[self.key]


@dataclass(frozen=True)
class Slider(Setting):
    default: float | int
    low: float | int
    high: float | int
    step: float | int

    def fits(self, value: Any) -> bool:
        return type(value) is type(self.default) and self.low <= value <= self.high

    def widget(self, **options: Any) -> Any:
        return st.slider(
            self.label,
            self.low,
            self.high,
            self.default,
            self.step,
            key=self.key,
            help=self.help,
            bind="query-params",
            **options,
        )


@dataclass(frozen=True)
class Choice(Setting):
    options: Sequence[Any]
    title: Callable[[Any], str] = lambda option: _title(option)

    def said(self, option: Any) -> str:
        return self.title(option)

    @property
    def value(self) -> Any:
        named = {str(option): option for option in self.options}
        return st.session_state.get(self.key, named.get(st.query_params.get(self.key, ""), self.default))

    def fits(self, value: Any) -> bool:
        return any(type(value) is type(option) and value == option for option in self.options)

    def widget(self, **options: Any) -> Any:
        st.session_state[self.key] = self.value
        value = self._control(key=self.key, help=self.help, format_func=self.title, persist_state="session", **options)
        # Not `bind`: that puts the option's title into the URL, which is another one in every language.
        self._write_address(str(value), value == self.default)
        return value

    def _control(self, **options: Any) -> Any:
        return st.selectbox(self.label, self.options, **options)


@dataclass(frozen=True)
class Few(Choice):
    """A choice whose options are all in sight."""

    def _control(self, **options: Any) -> Any:
        return st.segmented_control(self.label, self.options, required=True, **options)


@dataclass(frozen=True)
class Among(Choice):
    """A choice among those of its options that are there now; the default if what was chosen is there no more."""

    def among(self, there: Sequence[Any], **options: Any) -> Any:
        """Shows the control; the first there is the default where the usual one is missing."""
        default = self.default if self.default in there else there[0]
        here = replace(self, default=default, options=[option for option in self.options if option in there])
        if here.value not in there:
            st.session_state[self.key] = default
        return here.widget(**options)


@dataclass(frozen=True)
class Text(Setting):
    default: str

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and value.isprintable() and len(value) <= SEARCH_CHARACTERS

    def widget(self, **options: Any) -> Any:
        return st.text_input(
            self.label,
            self.default,
            max_chars=SEARCH_CHARACTERS,
            key=self.key,
            help=self.help,
            type="search",
            placeholder=self.label,
            bind="query-params",
            **options,
        )


@dataclass(frozen=True)
class Toggle(Setting):
    default: bool

    def fits(self, value: Any) -> bool:
        return isinstance(value, bool)

    def widget(self, **options: Any) -> Any:
        return st.toggle(self.label, self.default, key=self.key, help=self.help, bind="query-params", **options)


@dataclass(frozen=True)
class Kept(Setting):
    """A setting of the whole house, which lies in the session under its key and is changed by buttons and keys.

    A widget would not do: one in a closed menu is forgotten on the way to another page, and the browser does not
    hear when something else has changed it.
    """

    options: Sequence[Any]

    @property
    def value(self) -> Any:
        named = {_named(option): option for option in self.options}
        return st.session_state.get(self.key, named.get(st.query_params.get(self.key, ""), self.default))

    def keep(self) -> None:
        """Once a run: what the address said is the session's from now on, and the address says it on every page."""
        value = st.session_state[self.key] = self.value
        self._write_address(_named(value), value == self.default)

    def turn(self) -> None:
        """A callback: on to the next option."""
        place = list(self.options).index(self.value)
        st.session_state[self.key] = self.options[(place + 1) % len(self.options)]


def _named(option: Any) -> str:
    """As the URL has it."""
    return str(option).lower() if isinstance(option, bool) else str(option)


def _title(option: Any) -> str:
    if f"learner.{option}" in words.table():
        return say(f"learner.{option}")
    return str(words.LANGUAGES.get(option, option))
