"""What takes a while on the tasks page: accuracy over many tasks, and against N and K. It can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from demo.learners import CLASSICS
from demo.lessons.jobs import Job
from demo.lessons.tasks import TASKS, Measured, Question, Size
from demo.ui.export import show_export, titled
from demo.ui.palette import PLOTLY, ink
from demo.ui.quoted import in_markdown
from demo.ui.tasks_charts import size_figure
from demo.ui.tasks_jobs import POLL, jobs, stop
from demo.ui.tasks_tables import size_table
from demo.ui.words import say

SCORES = "tasks-scores"  # all that this session has measured to the end: {Question: Measured}
AVERAGE = "tasks-average-job"
SIZES = "tasks-sizes-job"


def show_average(question: Question) -> None:
    """Accuracy over many tasks like the one in sight."""
    job = st.session_state.get(AVERAGE)
    if job is not None and job.questions != (question,):
        stop(st.session_state.pop(AVERAGE))
    _live(_average, AVERAGE, question)


def show_sizes(question: Question) -> None:
    """Accuracy against N and against K: of the learner chosen, and of all."""
    job = st.session_state.get(SIZES)
    if job is not None and _rest(job.questions[0]) != _rest(question):
        stop(st.session_state.pop(SIZES))
    _live(_sizes, SIZES, question)


def _live(show: Callable[[Question], None], key: str, question: Question) -> None:
    """A panel that looks after its job again and again while that is under way."""
    job = st.session_state.get(key)
    running = job is not None and job.running
    st.session_state[f"{key}-polled"] = running
    st.fragment(show, run_every=POLL if running else None)(question)


def _average(question: Question) -> None:
    job = _gathered(AVERAGE)
    score = _scores().get(question) or (job.scores.get(question) if job else None)
    with st.container(key="tasks-average-controls", horizontal=True, vertical_alignment="center"):
        _controls(AVERAGE, "average", {say("tasks.average.measure", tasks=TASKS): [question]})
    if score is not None:
        st.html(_headline(score, question))
        st.caption(_remark(score, question))


def _headline(score: Measured, question: Question) -> str:
    chance = say("tasks.average.chance", chance=f"{100 / question.ways:.0f}")
    return (
        f'<div class="task-score" role="status"><b>{100 * score.accuracy:.1f}&thinsp;%</b>'
        f"<span>± {100 * score.ci95:.1f}</span><small>{chance}</small></div>"
    )


def _remark(score: Measured, question: Question) -> str:
    said = say(
        "tasks.average.protocol",
        learner=say(f"learner.{question.learner}"),
        tasks=score.done,
        first=question.seed,
        last=question.seed + score.done - 1,
        queries=question.ways,
        ece=f"{100 * score.ece:.1f}",
        confidence=f"{100 * score.mean_confidence:.0f}",
    )
    if score.accuracy == 1:
        said += " " + say("tasks.average.faultless", bound=f"{300 / score.done:.0f}")
    return said


def _sizes(question: Question) -> None:
    job = _gathered(SIZES)
    both = list(dict.fromkeys([*question.against_ways(), *question.against_shots()]))
    others = [entry.name for entry in CLASSICS if entry.name != question.learner]
    everyone = [*both, *(replace(q, learner=name) for name in others for q in both)]
    with st.container(key="tasks-sizes-controls", horizontal=True, vertical_alignment="center"):
        one = say("tasks.sizes.measure", learner=say(f"learner.{question.learner}"))
        _controls(SIZES, "sizes", {one: both, say("tasks.sizes.all", count=len(others)): everyone})
    if job is None and not any(_rest(known) == _rest(question) for known in _scores()):
        return
    left, right = st.columns(2, gap="medium")
    with left:
        ways = _against("ways", say("tasks.sizes.ways", shots=question.shots), question)
    with right:
        shots = _against("shots", say("tasks.sizes.shots", ways=question.ways), question)
    table = partial(size_table, _scores(), question)
    show_export("tasks-sizes", (ways, shots), table, ".st-key-tasks-against-ways, .st-key-tasks-against-shots")


def _against(size: Size, words: str, question: Question) -> go.Figure:
    with st.container(key=f"tasks-against-{size}"):
        st.markdown(words)
        figure = size_figure(_scores(), question, size, ink())
        st.plotly_chart(figure, key=f"tasks-figure-{size}", height=360, config=PLOTLY, alt=words)
    return titled(figure, words)


def _controls(key: str, name: str, offers: dict[str, Sequence[Question]]) -> None:
    """Buttons that start a job; while one is under way, how far it is, and a button that stops it."""
    job = st.session_state.get(key)
    if job is not None and job.running:
        st.progress(min(job.progress, 1.0), text=_under_way(job))
        if st.button(say("tasks.stop"), icon=":material/stop:", key=f"tasks-{name}-stop"):
            stop(job)
            st.rerun()
        return
    if st.session_state[f"{key}-polled"]:  # it has just ended: no more looking after it
        st.rerun()
    for number, (words, questions) in enumerate(offers.items()):
        if st.button(words, icon=":material/play_arrow:", key=f"tasks-{name}-{number}"):
            st.session_state[key] = jobs().measure(questions)
            st.rerun()
    if job is not None and job.error:
        st.error(say("tasks.failed", error=in_markdown(job.error)), icon=":material/error:")
    elif job is not None and job.stopped:
        st.caption(say("tasks.stopped"))


def _under_way(job: Job) -> str:
    if not job.scores:
        return say("tasks.starting")
    done = sum(score.done for score in job.scores.values())
    return say("tasks.under-way", done=done, tasks=job.tasks * len(job.questions))


def _gathered(key: str) -> Job | None:
    """The job, once what it has measured to the end is among the session's scores."""
    job: Job | None = st.session_state.get(key)
    if job is not None:
        found = {question: score for question in job.questions if (score := job.finished(question))}
        st.session_state[SCORES] = {**_scores(), **found}
    return job


def _scores() -> dict[Question, Measured]:
    scores: dict[Question, Measured] = st.session_state.setdefault(SCORES, {})
    return scores


def _rest(question: Question) -> Question:
    """What both figures have in common."""
    return replace(question, learner="", ways=0, shots=0)
