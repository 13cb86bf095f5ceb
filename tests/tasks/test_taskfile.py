"""Task files: everything that can be said comes back the same, and everything else is refused by name."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.limits import MAX_POINTS, MAX_STROKES
from demo.tasks import taskfile
from demo.tasks.drawing import Drawing
from demo.tasks.taskfile import Query, Task, TaskFileError

GOOD: dict[str, Any] = {
    "version": 1,
    "classes": [
        {"label": "A", "drawings": [{"width": 280, "height": 280, "strokes": [[[10, 10], [100, 100]]]}]},
        {"label": "B", "drawings": [{"width": 105, "height": 90.5, "strokes": [[[10, 10]], [[5, 5], [9, 9]]]}]},
    ],
    "queries": [{"label": "B", "width": 280, "height": 280, "strokes": [[[1, 2], [3, 4]]]}],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """GOOD with one field, written as in Python, given another value; `...` takes the field away."""
    content = copy.deepcopy(GOOD)
    holder, _, name = path.rpartition("/")
    place: Any = content
    for step in holder.split("/") if holder else []:
        place = place[int(step) if step.isdigit() else step]
    if value is ...:
        del place[name]
    else:
        place[int(name) if name.isdigit() else name] = value
    return content


def points() -> st.SearchStrategy[list[list[float]]]:
    coordinate = st.floats(0, 100, width=32).map(lambda x: round(x, 2))
    return st.lists(st.lists(coordinate, min_size=2, max_size=2), min_size=1, max_size=8)


def drawings() -> st.SearchStrategy[Drawing]:
    side = st.integers(100, 300) | st.floats(100, 300)
    return st.builds(Drawing.of, side, side, st.lists(points(), min_size=1, max_size=4))


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)
    labels = draw(st.lists(text, min_size=2, max_size=5, unique=True))
    shots = draw(st.integers(1, 3))
    query = st.builds(Query, drawings(), st.none() | st.sampled_from(labels))
    return Task(
        tuple(labels),
        tuple(tuple(draw(drawings()) for _ in range(shots)) for _ in labels),
        tuple(draw(st.lists(query, min_size=1, max_size=3))),
    )


def assert_same(one: Task, other: Task) -> None:
    assert one.labels == other.labels
    assert [query.label for query in one.queries] == [query.label for query in other.queries]
    pairs = zip(
        [*sum(one.drawings, ()), *(q.drawing for q in one.queries)],
        [*sum(other.drawings, ()), *(q.drawing for q in other.queries)],
        strict=True,
    )
    for a, b in pairs:
        assert (a.width, a.height, len(a.strokes)) == (b.width, b.height, len(b.strokes))
        for stroke, again in zip(a.strokes, b.strokes, strict=True):
            np.testing.assert_allclose(stroke, again, atol=0.006)  # the file keeps hundredths


@given(tasks())
def test_what_is_written_is_read_back(task: Task) -> None:
    text = taskfile.dumps(task)
    again = taskfile.loads(text)
    assert_same(task, again)
    assert taskfile.dumps(again) == text


@given(st.lists(tasks(), max_size=3))
def test_many_tasks_one_a_line(many: list[Task]) -> None:
    text = "\n\n".join(taskfile.dumps(task) for task in many) + "\n"
    again = list(taskfile.load_lines(text.encode()))
    for one, other in zip(many, again, strict=True):
        assert_same(one, other)


def test_fields_of_other_programs_are_passed_over() -> None:
    noted = json.loads(json.dumps(GOOD))
    noted["remark"] = "drawn in class"
    noted["classes"][1]["drawings"][0]["colour"] = "red"
    assert_same(taskfile.loads(json.dumps(noted)), taskfile.loads(json.dumps(GOOD)))


def test_a_byte_order_mark_is_no_error() -> None:
    assert taskfile.loads(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()).labels == ("A", "B")


POINT = "classes/1/drawings/0/strokes/1/0"


@pytest.mark.parametrize(
    "path, value, message",
    [
        ("version", 2, "version must be 1, not 2"),
        ("version", True, "version must be 1, not true"),
        ("version", ..., "version must be 1, not nothing"),
        ("classes", {}, "classes must be a list of 2 to 20, not an object"),
        ("classes", [GOOD["classes"][0]], "classes must be a list of 2 to 20, not 1"),
        ("classes", [GOOD["classes"][0]] * 21, "classes must be a list of 2 to 20, not 21"),
        ("classes/1", 5, "classes[1] must be an object, not 5"),
        ("classes/1/label", ..., "classes[1].label must be a text of 1 to 100 characters, not nothing"),
        ("classes/1/label", " ", "classes[1].label must be a text of 1 to 100 characters"),
        ("classes/1/label", 7, "classes[1].label must be a text of 1 to 100 characters, not 7"),
        ("classes/1/label", "x" * 101, "classes[1].label must be a text of 1 to 100 characters"),
        ("classes/1/label", "A", 'classes[1].label is "A", like that of classes[0]'),
        ("classes/1/drawings", [], "classes[1].drawings must be a list of 1 to 20, not 0"),
        ("classes/1/drawings", GOOD["classes"][1]["drawings"] * 21, "classes[1].drawings must be a list of 1 to 20"),
        ("classes/1/drawings", GOOD["classes"][1]["drawings"] * 2, "every class must have the same number"),
        ("classes/1/drawings/0", [], "classes[1].drawings[0] must be an object, not a list"),
        ("classes/1/drawings/0/width", "280", 'classes[1].drawings[0].width must be a number, not "280"'),
        ("classes/1/drawings/0/width", 0, "classes[1].drawings[0].width must be above 0"),
        ("classes/1/drawings/0/height", -3, "classes[1].drawings[0].height must be above 0"),
        ("classes/1/drawings/0/strokes", ..., "classes[1].drawings[0].strokes must be a list of at least one stroke"),
        ("classes/1/drawings/0/strokes", [], "classes[1].drawings[0].strokes must be a list of at least one stroke"),
        ("classes/1/drawings/0/strokes/1", [], "classes[1].drawings[0].strokes[1] must be a list of at least one"),
        (POINT, [1, 2, 3], "classes[1].drawings[0].strokes[1][0] must be an [x, y] pair, not a list"),
        (POINT, [1, None], "classes[1].drawings[0].strokes[1][0] must be a number, not nothing"),
        (POINT, [1, True], "classes[1].drawings[0].strokes[1][0] must be a number, not true"),
        (POINT, [1, 10**400], "classes[1].drawings[0].strokes[1][0] must be within a million"),
        ("classes/1/drawings/0/strokes", [[[1, 1]]] * (MAX_STROKES + 1), "at most 500 are allowed"),
        ("classes/1/drawings/0/strokes", [[[1, 1]] * (MAX_POINTS + 1)], "has more than 10000 points in all"),
        ("classes/1/drawings/0/strokes", [[[-9, -9], [-5, -5]]], "classes[1].drawings[0].strokes has no ink inside"),
        ("queries", [], "queries must be a list of 1 to 100, not 0"),
        ("queries/0/label", "Z", 'queries[0].label is "Z", which is not the label of any class'),
        ("queries/0/width", None, "queries[0].width must be a number, not nothing"),
        ("queries/0/strokes", "M 0 0", "queries[0].strokes must be a list of at least one stroke"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(path: str, value: Any, message: str) -> None:
    with pytest.raises(TaskFileError) as refusal:
        taskfile.parse(changed(path, value))
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "the file is not JSON"),
        ("{", "the file is not JSON"),
        ("[]", "the task file must be an object, not a list"),
        (b"\xff\xfe", "not a text in UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        (json.dumps(GOOD).replace("105", "NaN"), "NaN, which is not a finite number"),
        (json.dumps(GOOD).replace("105", "-Infinity"), "-Infinity, which is not a finite number"),
        (json.dumps(GOOD).replace("105", "1e999"), "classes[1].drawings[0].width must be a finite number"),
    ],
)
def test_what_is_no_task_file_is_refused_in_words(text: str | bytes, message: str) -> None:
    with pytest.raises(TaskFileError, match=message.replace("[", r"\[")):
        taskfile.loads(text)


def test_a_bad_line_is_named() -> None:
    with pytest.raises(TaskFileError, match="line 3: version must be 1"):
        list(taskfile.load_lines(json.dumps(GOOD) + "\n\n{}\n"))


def test_a_query_without_a_label_is_fine() -> None:
    assert taskfile.parse(changed("queries/0/label", ...)).queries[0].label is None
    assert taskfile.parse(changed("queries/0/label", None)).queries[0].label is None
