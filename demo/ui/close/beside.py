"""Learners that a view compares its own with."""

from __future__ import annotations

import streamlit as st

from demo.learners import store
from demo.learners.gradient import GradientLearner


@st.cache_resource(show_spinner=False)
def load(name: str) -> GradientLearner:
    """Raises `demo.learners.store.WeightsError`."""
    return store.load_initialisation(name)
