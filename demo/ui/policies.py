"""The navigation page's policies, loaded once, and what they answer."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
import torch

from demo.learners.store import WeightsError
from demo.lessons.clones import Clone, clones
from demo.lessons.walks import Question, Walks, walks
from demo.models import Weights
from demo.tasks.demonstrations import Demonstrations
from demo.training import apart
from demo.ui.planes import Place
from demo.ui.quoted import in_markdown
from demo.ui.words import say

Names = tuple[str, ...]


@st.cache_resource(show_spinner=False)
def load(name: str) -> Weights:
    return apart.load(name)


def sound(names: Iterable[str]) -> Names:
    """Those whose weights load; the page says what is wrong with the others and goes on without."""
    found = []
    for name in names:
        try:
            load(name)
        except WeightsError as error:
            st.error(say("navigate.missing", policy=say(f"learner.{name}"), error=in_markdown(str(error))))
        else:
            found.append(name)
    return tuple(found)


@st.cache_data(show_spinner=False, max_entries=64)
def walked(names: Names, asked: Question) -> dict[str, Walks]:
    torch.set_num_threads(1)  # of this thread; networks this small lose time to a second one
    return walks(asked, {name: load(name) for name in names})


def cloned(names: Names, shown: Demonstrations, start: Place, steps: int) -> dict[str, Clone]:
    torch.set_num_threads(1)
    return clones(shown, start, {name: load(name) for name in names}, steps)
