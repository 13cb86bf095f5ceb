"""Every setting of the app, declared once: the list drives widgets, defaults, URL parameters and tests.

A setting's key is its widget key and its URL parameter; what stands in the URL wins over the default,
and values that do not fit are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from demo.learners import CLASSIFIERS, ENTRIES, REGRESSORS


@dataclass(frozen=True)
class Slider:
    key: str
    label: str
    default: float | int
    low: float | int
    high: float | int
    step: float | int
    help: str = ""

    def widget(self) -> Any:
        return st.slider(
            self.label,
            self.low,
            self.high,
            self.default,
            self.step,
            key=self.key,
            help=self.help or None,
            bind="query-params",
        )


@dataclass(frozen=True)
class Choice:
    key: str
    label: str
    default: Any
    options: Sequence[Any]
    help: str = ""

    def widget(self) -> Any:
        return st.selectbox(
            self.label,
            self.options,
            self.options.index(self.default),
            format_func=_title,
            key=self.key,
            help=self.help or None,
            bind="query-params",
        )


@dataclass(frozen=True)
class Toggle:
    key: str
    label: str
    default: bool
    help: str = ""

    def widget(self) -> Any:
        return st.toggle(self.label, self.default, key=self.key, help=self.help or None, bind="query-params")


Setting = Slider | Choice | Toggle


def _title(option: Any) -> str:
    return ENTRIES[option].title if option in ENTRIES else str(option)


DRAW: dict[str, Setting] = {
    s.key: s
    for s in (
        Choice("learner", "Learner", "maml", [entry.name for entry in CLASSIFIERS], "Who adapts to your drawings."),
        Slider("steps", "Inner steps", 5, 0, 32, 1, "Gradient steps on the three drawings."),
        Toggle("compare", "Compare with random", False, "The same steps from weights that never learnt."),
        Choice("device", "Runs on", "cpu", ["cpu", "cuda"], "Where the gradient steps are computed."),
        Toggle("live", "Follow the pen", True, "Answer while you draw, not only after each stroke."),
        Toggle("seen", "What the network sees", False, "The 28 × 28 images made from the drawings."),
    )
}

SINE: dict[str, Setting] = {
    s.key: s
    for s in (
        Slider("amplitude", "Amplitude", 3.0, 0.1, 5.0, 0.1),
        Slider("phase", "Phase", 1.0, 0.0, round(2 * math.pi, 2), 0.01, "In radians, from 0 to 2π."),
        Choice("sine_learner", "Learner", "sine-maml", [entry.name for entry in REGRESSORS]),
        Slider("sine_steps", "Inner steps", 10, 0, 32, 1, "Gradient steps on the points."),
        Slider(
            "rate_factor",
            "Inner rate, × as trained",
            1.0,
            0.1,
            5.0,
            0.1,
            "How far each gradient step goes. 1 is the rate that each learner was trained with.",
        ),
        Choice("points", "Points", 10, [5, 10, 20], "Points of the sine that the learner may see."),
        Slider("noise", "Noise", 0.0, 0.0, 1.0, 0.05, "Standard deviation of the points' error."),
        Slider("seed", "Seed", 0, 0, 999, 1, "Chooses the points and their noise: same seed, same view."),
    )
}
