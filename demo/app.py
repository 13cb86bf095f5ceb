"""The Streamlit entry: pages, theme and warm-up. `demo.server` serves it; `streamlit run demo/app.py` could."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:  # `streamlit run` puts only demo/ there; and this runs for every page that anybody looks at
    sys.path.insert(0, ROOT)

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
