"""One session's sine bench: the settings as its page had them last, and what the learners make of them.

The page asks it in a Streamlit run; while a slider is dragged its script asks by the line (`demo.ui.line`),
without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
import torch

from demo.learners import store
from demo.learners.gradient import GradientLearner
from demo.tasks.sine import DOMAIN
from demo.ui import line
from demo.ui.controls import Slider
from demo.ui.fit import fit_data
from demo.ui.settings import SINE
from demo.ui.sine_charts import colour, curves, reach
from demo.ui.sine_view import STEPS, Question, Run, run_all
from demo.ui.sine_words import headline
from demo.ui.trust import is_count, is_number
from demo.ui.words import DEFAULT, say

TWIN = "sine-random"  # what the chosen learner is compared with
DRAGGED = [key for key, setting in SINE.items() if isinstance(setting, Slider)]


@st.cache_resource(show_spinner=False)
def load(name: str) -> GradientLearner:
    return store.load_initialisation(name)


@st.cache_data(show_spinner=False, max_entries=64)
def compute(names: tuple[str, ...], question: Question, factor: float, steps: int = STEPS) -> list[Run]:
    """Every learner's run; the steps in view and the learner chosen change nothing here."""
    return adapted([load(name) for name in names], question, factor, steps)


def adapted(learners: Sequence[GradientLearner], question: Question, factor: float, steps: int) -> list[Run]:
    torch.set_num_threads(1)  # of this thread; networks this small lose time to a second one
    return run_all(learners, question, factor, steps)


def question(values: Mapping[str, Any]) -> Question:
    return Question(*(values[key] for key in ("amplitude", "phase", "points", "noise", "seed")))


def of(name: str, runs: Sequence[Run]) -> Run | None:
    """That learner's run, if it could be loaded."""
    return next((run for run in runs if run.name == name), None)


@dataclass(eq=False)
class Bench:
    """values: of SINE's settings by key. learners: the chosen one and its twin, those of them that load."""

    values: dict[str, Any] = field(default_factory=lambda: {key: setting.default for key, setting in SINE.items()})
    learners: tuple[GradientLearner, ...] = ()
    tongue: str = DEFAULT
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = line.offer(self)

    def picture(self, dragged: Mapping[str, float | int]) -> dict[str, Any]:
        """The fit's data; what is dragged wins over the settings."""
        values = {**self.values, **dragged}
        asked, step, tongue = question(values), values["sine_steps"], self.tongue
        runs = adapted(self.learners, asked, values["rate_factor"], step)
        mine = of(values["sine_learner"], runs)
        text = headline(mine, step, of(TWIN, runs), tongue) if mine else say("sine.headline.nobody", tongue)
        shown = curves(asked, mine, step, tongue)
        return fit_data(text, DOMAIN, shown, asked.support(), reach(asked), colour(values["sine_learner"]), tongue)

    def reply(self, message: Any) -> dict[str, Any] | None:
        """The answer to a message of the page's script, with the message's number."""
        match message:
            case {"number": number, "values": values} if is_count(number) and (dragged := checked(values)):
                return {"number": number, **self.picture(dragged)}
        return None


def checked(values: Any) -> dict[str, float | int]:
    """Values of sliders by setting key if all are numbers within their bounds, else nothing.

    What a browser sends is not trusted.
    """
    if not isinstance(values, Mapping) or not set(values) <= set(DRAGGED):
        return {}
    found: dict[str, float | int] = {}
    for key, value in values.items():
        setting = SINE[key]
        assert isinstance(setting, Slider)
        if not is_number(value) or not setting.low <= value <= setting.high:
            return {}
        found[key] = type(setting.default)(value)
    return found
