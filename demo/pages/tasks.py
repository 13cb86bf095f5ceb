"""The page of random tasks: one to look at, many to measure, and all sizes to compare."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from demo.lessons.jobs import Job, JobError
from demo.lessons.tasks import TASKS as MANY
from demo.lessons.tasks import Answer, Question
from demo.tasks import making
from demo.tasks.making import Made
from demo.tasks.omniglot import DataError, home
from demo.tasks.taskfile import TaskFileError
from demo.training.standings import takes_steps
from demo.ui import frame
from demo.ui.controls import Slider
from demo.ui.export import show_export, titled
from demo.ui.palette import PLOTLY, ink
from demo.ui.quoted import in_code, in_markdown
from demo.ui.settings import TASKS
from demo.ui.sheet import Sheet
from demo.ui.sketch import Sketch
from demo.ui.tasks_cards import FEW, cards
from demo.ui.tasks_charts import steps_figure, table_figure
from demo.ui.tasks_jobs import POLL, answer, jobs
from demo.ui.tasks_runs import show_average, show_sizes
from demo.ui.tasks_tables import answer_table
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "tasks.css"
PREPARING = "tasks-preparing"


@st.fragment
def bench() -> None:
    """Everything below the title: a setting reruns this and nothing else."""
    with st.container(key="tasks-bench"):
        left, right = st.columns([1, 3], gap="medium")
        with left, st.container(key="tasks-settings"):
            question = controls()
        with right, st.container(key="tasks-task"):
            shown = missing() if question is None else show_task(question)
    if question is not None and shown:
        st.subheader(say("tasks.average.title"), anchor=False)
        show_average(question)
        st.subheader(say("tasks.sizes.title"), anchor=False)
        show_sizes(question)
        show_deeper(question)


def controls() -> Question | None:
    """Draws every control that means something now; None if there is nothing to make tasks of."""
    name = TASKS["task_source"].widget()
    if name == "omniglot" and not making.omniglot_ready():
        return None
    source = making.opened(name)
    alphabet = TASKS["one_alphabet"].widget() if source.alphabets else False
    limit, ways = source.limit(alphabet), TASKS["task_ways"]
    assert isinstance(ways, Slider)
    if ways.key in st.session_state:  # said anew: with another end the slider is another one, and forgets
        st.session_state[ways.key] = min(ways.value, limit)
    return Question(
        source=name,
        one_alphabet=alphabet,
        ways=replace(ways, high=limit).widget(),
        shots=TASKS["task_shots"].widget(),
        learner=(learner := TASKS["task_learner"].widget()),
        steps=TASKS["task_steps"].widget(disabled=not takes_steps(learner)),
        seed=TASKS["task_seed"].widget(),
    )


def missing() -> bool:
    """Says that Omniglot is not there, or offers to normalise it; no task is shown."""
    if making.omniglot_folder() is None:
        st.info(say("tasks.missing", folder=in_code(str(home()))), icon=":material/folder_off:")
        return False
    job: Job | None = st.session_state.get(PREPARING)
    if job is None or not job.running:
        if job is not None and job.error:
            st.error(say("tasks.failed", error=in_markdown(job.error)), icon=":material/error:")
        st.markdown(say("tasks.prepare.why"))
        if not st.button(say("tasks.prepare"), key="tasks-prepare", type="primary"):
            return False
        st.session_state[PREPARING] = jobs().prepare()
    prepare()
    return False


@st.fragment(run_every=POLL)
def prepare() -> None:
    """Waits for Omniglot to be normalised."""
    if st.session_state[PREPARING].running:
        st.markdown(f":material/hourglass_top: {say('tasks.preparing')}")
    else:
        st.rerun()


def answer_now(question: Question) -> Answer | None:
    try:
        return answer(question)
    except JobError as error:
        st.error(say("tasks.failed", error=in_markdown(str(error))), icon=":material/error:")
        return None


def show_task(question: Question) -> bool:
    """The task in sight, and how the learner did on it; False if it could not be made."""
    try:
        made = question.made()
    except DataError as error:
        st.error(say("tasks.failed", error=in_markdown(str(error))), icon=":material/error:")
        return False
    found = answer_now(question)
    wanted = False
    with st.container(
        key="tasks-verdict", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        if found is not None:
            right = say("tasks.verdict", right=found.right, queries=made.ways)
            chance = say("tasks.chance", ways=made.ways)
            html = f'<div class="task-verdict" role="status"><h3>{right}</h3><span>{chance}</span></div>'
            st.html(html, width="content")
        with st.container(key="tasks-actions", horizontal=True, gap="small", width="content"):
            st.button(say("tasks.next"), icon=":material/skip_next:", key="tasks-next", type="primary", on_click=go_on)
            if made.ways <= FEW:
                words = say("tasks.try")
                wanted = st.button(words, icon=":material/draw:", key="tasks-try", help=say("tasks.try.help"))
    if wanted:
        try_it(made)
    st.html(cards(made, found))
    st.caption(f"{say('tasks.legend')} {say(f'tasks.about.{question.source}')}")
    return True


def go_on() -> None:
    """The next seed's task; after the last, the first again."""
    seed = TASKS["task_seed"]
    assert isinstance(seed, Slider)
    st.session_state[seed.key] = (seed.value + 1) % (int(seed.high) + 1)


def try_it(made: Made) -> None:
    """Puts the task on the draw page, as far as that can take it, and goes there."""
    try:
        with st.spinner(say("tasks.try.busy")):
            task = made.task()
            sheet = Sheet.of(replace(task, queries=task.queries[: made.shots]))  # a row of pads for each shot
    except (TaskFileError, DataError) as error:
        st.warning(say("tasks.try.not", error=in_markdown(str(error))), icon=":material/warning:")
        return
    if "sketch" in st.session_state:
        st.session_state["sketch"].show(sheet)
    else:
        st.session_state["sketch"] = Sketch(sheet)
    frame.go("draw")


def show_deeper(question: Question) -> None:
    """One level deeper: every probability of the task in sight, the formulas, and the same in Python."""
    opened = st.expander(say("tasks.deeper"), key="tasks-deeper", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.markdown(say("tasks.deeper.text"))
        found = answer_now(question)
        if found is not None:
            show_answer(found, question.learner)
        st.markdown(say("tasks.deeper.python"))
        st.code(snippet(question), language="python")


def show_answer(found: Answer, learner: str) -> None:
    table = table_figure(found, ink())
    figures = [titled(table, say("tasks.deeper.table"))]
    with st.container(key="tasks-answer"):
        left, right = st.columns(2, gap="medium")
        with left:
            figure(table, "tasks-table", say("tasks.deeper.table"))
        with right:
            if len(found.losses) > 1 or takes_steps(learner):
                steps = steps_figure(found, learner)
                figure(steps, "tasks-steps", say("tasks.deeper.steps"))
                figures.append(titled(steps, say("tasks.deeper.steps")))
            else:
                st.markdown(say("tasks.deeper.once"))
    show_export("tasks-answer", figures, lambda: answer_table(found), ".st-key-tasks-answer")


def figure(drawn: go.Figure, key: str, words: str) -> None:
    st.markdown(words)
    st.plotly_chart(drawn, key=key, height=380, config=PLOTLY, alt=words)


def snippet(question: Question) -> str:
    """A Python script that prints what "over 100 tasks" says."""
    q = question
    return f"""\
from demo.lessons.measuring import measure
from demo.lessons.tasks import Question

question = Question(
    {q.learner!r}, {q.source!r}, ways={q.ways}, shots={q.shots}, steps={q.steps}, seed={q.seed},
    one_alphabet={q.one_alphabet},
)
*_, score = measure(question, tasks={MANY})
print(score)
"""


st.html(STYLE)
st.title(say("tasks.title"), anchor=False)
st.markdown(say("tasks.lead"))
bench()
