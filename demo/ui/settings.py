"""Every setting of the app, declared once: the list drives widgets, defaults, URL parameters and tests.

A setting's key is its widget key and its URL parameter; what stands in the URL wins over the default,
and values that do not fit are ignored. Its name and help are words: `assets/words/setting.toml`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from demo.learners import CLASSIFIERS, REGRESSORS
from demo.learners.worker import TRANSDUCTIVE
from demo.lessons.look import SHOWN, STEPS
from demo.tasks import SOURCES
from demo.training import shelf
from demo.ui import words
from demo.ui.models_words import kind
from demo.ui.sheet import FEWEST, MOST, MOST_QUERIES, MOST_SHOTS
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

    @property
    def value(self) -> Any:
        """As this session has it now, where its widget may not have been shown yet."""
        return st.session_state.get(self.key, self.default)

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

    @property
    def value(self) -> Any:
        named = {str(option): option for option in self.options}
        return st.session_state.get(self.key, named.get(st.query_params.get(self.key, ""), self.default))

    def widget(self, **options: Any) -> Any:
        st.session_state[self.key] = self.value
        value = self._control(key=self.key, help=self.help, format_func=self.title, **options)
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
class Text(Setting):
    default: str

    def widget(self, **options: Any) -> Any:
        return st.text_input(
            self.label,
            self.default,
            max_chars=100,
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


_S = TypeVar("_S", bound=Setting)


def _listed(*settings: _S) -> dict[str, _S]:
    return {setting.key: setting for setting in settings}


ANSWERING = [entry.name for entry in CLASSIFIERS] + ["reptile-batchnorm" + TRANSDUCTIVE]
"""Who can answer on the draw page: the learner that mixes drawings also in the way that mixes them."""

HOUSE = _listed(
    Kept(words.KEY, words.DEFAULT, list(words.LANGUAGES)),
    Kept("present", False, (False, True)),
    Kept("controls", True, (True, False)),
)
"""Of every page."""

DRAW = _listed(
    Choice("learner", "maml", ANSWERING),
    Choice("twin", "none", ["none", *ANSWERING]),
    Slider("steps", 5, 0, 32, 1),
    Few("ways", 3, list(range(FEWEST, MOST + 1))),
    Few("shots", 1, list(range(1, MOST_SHOTS + 1))),
    Few("queries", 1, list(range(1, MOST_QUERIES + 1))),
    Choice("device", "cpu", ["cpu", "cuda"]),
    Toggle("live", True),
    Toggle("seen", False),
)

SINE = _listed(
    Slider("amplitude", 3.0, 0.1, 5.0, 0.1),
    Slider("phase", 1.0, 0.0, round(2 * math.pi, 2), 0.01),
    Choice("sine_learner", "sine-maml", [entry.name for entry in REGRESSORS]),
    Slider("sine_steps", 10, 0, 32, 1),
    Slider("rate_factor", 1.0, 0.1, 5.0, 0.1),
    Choice("points", 10, [5, 10, 20]),
    Slider("noise", 0.0, 0.0, 1.0, 0.05),
    Slider("seed", 0, 0, 999, 1),
)

INSIDE = _listed(
    Choice("inside_learner", "maml", [entry.name for entry in CLASSIFIERS]),
    Slider("inside_steps", 10, 1, 20, 1),
)

TASKS = _listed(
    Choice("task_source", "examples", SOURCES, lambda name: say(f"tasks.source.{name}")),
    Slider("task_ways", 5, 2, 20, 1),
    Slider("task_shots", 1, 1, 5, 1),
    Toggle("one_alphabet", False),
    Choice("task_learner", "maml", [entry.name for entry in CLASSIFIERS]),
    Slider("task_steps", 5, 0, 32, 1),
    Slider("task_seed", 0, 0, 999, 1),
)

MODELS = _listed(
    Text("model_search", ""),
    Choice("model_use", "all", ("all", *shelf.USES), lambda use: say(f"models.use.{use}")),
    Choice(
        "model_family", "all", ("all", *dict.fromkeys(shelf.FAMILIES.values())), lambda f: say(f"models.family.{f}")
    ),
    Choice("model_kind", "random_classes", ("random_classes",), kind),
)

WATCH = _listed(
    Slider("watch_seed", 0, 0, 999, 1),
    Slider("meta_steps", 4000, 500, 10000, 500),
    Slider("inner_steps", 5, 0, STEPS, 1),
    Slider("watch_sine", 1, 1, SHOWN, 1),
)

MOVES = _listed(
    Slider("moves_tasks", 2, 2, 5, 1),
    Slider("moves_steps", 3, 1, 8, 1),
    Slider("moves_rate", 0.4, 0.05, 0.95, 0.05),
    Slider("moves_meta", 1.0, 0.1, 1.0, 0.1),
    Slider("moves_seed", 29, 0, 99, 1),
    Toggle("moves_equal", False),
    Slider("moves_x", -3.0, -4.4, 4.4, 0.05),
    Slider("moves_y", -2.0, -2.9, 2.9, 0.05),
)

COMBINATIONS = _listed(
    Slider("mix_steps", 3000, 500, 10000, 500),
    Choice("mix_tasks", 3, [1, 3, 5]),
    Choice("mix_inner", 0.02, [0.005, 0.01, 0.02, 0.03]),
    Choice("mix_outer", 0.02, [0.005, 0.01, 0.02, 0.04]),
    Slider("mix_seed", 0, 0, 99, 1),
)

LUCK = _listed(
    Slider("luck_steps", 1500, 250, 3000, 250),
    Slider("luck_inner", 1, 1, 5, 1),
    Slider("luck_seed", 0, 0, 99, 1),
)
