"""TAML by entropy up close: bars before adapting, which should say nothing, and after, which should be sure."""

from __future__ import annotations

import math

import streamlit as st
import torch

from demo.learners.taml import entropies
from demo.ui.close import Close
from demo.ui.close.steps import show_steps, steps_figure, steps_table
from demo.ui.export import show_export
from demo.ui.palette import ink
from demo.ui.words import many, say


def show(close: Close) -> None:
    p = close.learner.adapt_all(close.episodes)[1][:, 0]
    ends = torch.stack([p[0], p[-1]])
    names = [say("close-entropy.before"), many("close-entropy.after", close.learner.steps)]
    figure = steps_figure(close.drawings, ends.numpy(), ink(), names)
    with st.container(key="close-steps"):
        show_steps("close-entropy", figure, close.drawings)
    table = steps_table(close.drawings, ends.numpy(), names)
    h = entropies(ends)
    table[say("close-entropy.entropy")] = [round(float(h[k, q]), 4) for q in range(h.shape[1]) for k in range(2)]
    before, after = h.mean(dim=1).tolist()
    most = math.log(p.shape[2])
    words = {"before": f"{before:.3f}", "after": f"{after:.3f}", "most": f"{most:.3f}"}
    st.markdown(say("close-entropy.said", **words))
    show_export("taml-entropy", figure, table, ".st-key-close-steps")
