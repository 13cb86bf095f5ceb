"""The Streamlit entry: pages, theme and warm-up. `demo.server` serves it; `streamlit run demo/app.py` could."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # `streamlit run` puts only demo/ there

import streamlit as st

from demo.ui import frame, keep
from demo.ui.answers import settle
from demo.ui.settings import DRAW

st.set_page_config(page_title="Few-Shot Sketchbook", page_icon="✏️", layout="wide")
page = st.navigation(frame.pages(), position=frame.position())
frame.show(page)
page.run()
keep.end()
settle(str(DRAW["learner"].default))  # last, so that the first paint does not wait for it
