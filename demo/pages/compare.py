"""Compare: every classifier on the same drawings at once, and how they stand on the same tasks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from demo.learners.crowd import Round
from demo.lessons.drawn import Drawn
from demo.lessons.opinions import agreement, arranged
from demo.ui import frame
from demo.ui.close import VIEWS
from demo.ui.compare import asked, chosen, compare_data, opinions, show_compare
from demo.ui.compare_charts import opinions_figure, opinions_table
from demo.ui.controls import Choice
from demo.ui.export import show_export
from demo.ui.palette import ink
from demo.ui.quoted import in_markdown
from demo.ui.settings import COMPARE
from demo.ui.standings import show_standings
from demo.ui.subject import show_missing, show_source, subject
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "compare.css"
PATIENCE = 0.3  # seconds until those who have answered are shown without the others
LOOK_SECONDS = 0.25


@st.fragment
def workbench() -> None:
    """Settings and table: moving a setting reruns this and nothing else."""
    drawings, example = subject()
    with st.container(key="compare-source", horizontal=True, vertical_alignment="center", gap="medium"):
        show_source(example)
    if drawings.missing:
        show_missing(drawings)
        return
    with st.container(key="compare-settings", horizontal=True, vertical_alignment="bottom", gap="medium"):
        query = which_query(drawings)
        steps = COMPARE["compare_steps"].widget()
        order, family = (COMPARE[key].widget() for key in ("compare_order", "compare_family"))
        dissent = COMPARE["compare_dissent"].widget()
    task = asked(drawings, steps)
    task.wait(PATIENCE)
    running = not task.complete
    st.fragment(look, run_every=LOOK_SECONDS if running else None)(
        drawings, query, task, running, order, family, dissent
    )


def which_query(drawings: Drawn) -> int:
    """The query that is looked at, from 0; a control for it where there are several."""
    setting, count = COMPARE["compare_query"], len(drawings.names) - len(drawings.support)
    assert isinstance(setting, Choice)
    if count == 1:
        return 0
    names = drawings.names[len(drawings.support) :]
    if setting.value > count:
        st.session_state[setting.key] = 1
    one = replace(setting, options=setting.options[:count], title=lambda option: names[option - 1])
    return int(one.widget()) - 1


def look(drawings: Drawn, query: int, task: Round, running: bool, order: str, family: str, dissent: bool) -> None:
    """The answers so far; while some are missing, again and again."""
    if name := chosen():
        go_to(name)
    complete = task.complete  # before its replies are read: then these are all
    everybody = opinions(task, query)
    found = agreement(everybody, len(drawings.labels))
    rows = arranged(everybody, order, found.majority, family, dissent)
    with st.container(key="compare-table"):
        show_compare(compare_data(drawings, query, rows, found, sum(one.pending for one in everybody)))
    for one in everybody:
        if one.error:
            words = say("inside.broken", learner=say(f"learner.{one.name}"), error=in_markdown(one.error))
            st.error(words, icon=":material/error:")
    colour = ink()
    show_export(
        "compare",
        lambda: opinions_figure(drawings, rows, colour),
        lambda: opinions_table(drawings, rows),
        ".st-key-compare-table",
    )
    if running and complete:
        st.rerun()  # nobody needs to look again


def go_to(learner: str) -> None:
    """Up close where the learner has a view of its own, else on the draw page."""
    page, key = ("close", "close_learner") if learner in VIEWS else ("draw", "learner")
    st.session_state[key] = learner
    frame.go(page)


st.html(STYLE)
st.title(say("compare.title"), anchor=False)
st.markdown(say("compare.invitation"))
workbench()
show_standings()
