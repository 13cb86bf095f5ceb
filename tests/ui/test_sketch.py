"""The sheet and its history."""

from __future__ import annotations

import pytest

from demo.tasks import taskfile
from demo.tasks.drawing import Drawing
from demo.tasks.taskfile import TaskFileError
from demo.ui import examples
from demo.ui.sketch import BLANK, HISTORY, LETTERS, PADS, Sheet, Sketch, same

LINE = Drawing.of(280, 280, [[[10, 10], [200, 200]]])
HOOK = Drawing.of(280, 280, [[[10, 10], [200, 200], [200, 100]]])


def test_a_stroke_is_remembered_and_leaves_the_pad_alone() -> None:
    sketch = Sketch()
    sketch.drawn(1, LINE)
    assert same(sketch.sheet.drawings[1], LINE)
    assert sketch.versions == [0] * PADS
    assert len(sketch.past) == 1
    sketch.drawn(1, LINE)  # the same again, as every rerun has it
    assert len(sketch.past) == 1


def test_undo_and_redo_reopen_only_the_pad_they_change() -> None:
    sketch = Sketch()
    sketch.drawn(1, LINE)
    sketch.drawn(3, HOOK)
    sketch.undo()
    assert sketch.versions == [0, 0, 0, 1]
    assert sketch.initial[3] is BLANK
    assert same(sketch.sheet.drawings[1], LINE)
    sketch.redo()
    assert sketch.versions == [0, 0, 0, 2]
    assert same(sketch.initial[3], HOOK)
    sketch.undo()
    sketch.drawn(0, LINE)
    sketch.redo()  # nothing: the stroke has made another future
    assert same(sketch.sheet.drawings[3], BLANK)


def test_undo_and_redo_at_the_ends_do_nothing() -> None:
    sketch = Sketch()
    sketch.undo()
    sketch.redo()
    assert sketch.versions == [0] * PADS


def test_erasing_is_one_change_and_none_if_nothing_is_there() -> None:
    sketch = Sketch()
    sketch.drawn(0, LINE)
    sketch.drawn(2, LINE)
    sketch.erase(range(PADS))
    assert sketch.sheet.empty == [0, 1, 2, 3]
    sketch.erase(range(PADS))
    assert len(sketch.past) == 3
    sketch.undo()
    assert sketch.sheet.empty == [1, 3]


def test_history_is_bounded() -> None:
    sketch = Sketch()
    for k in range(HISTORY + 20):
        sketch.drawn(0, Drawing.of(280, 280, [[[1, 1], [2, k + 3]]]))
    assert len(sketch.past) == HISTORY


def test_reopening_shows_what_was_drawn() -> None:
    sketch = Sketch()
    sketch.drawn(0, LINE)
    before = sketch.key(0)
    sketch.reopen()
    assert sketch.key(0) != before
    assert sketch.initial[0] is LINE


def test_an_erased_class_loses_its_name_and_names_stay_distinct() -> None:
    sheet = Sheet((LINE,) * PADS, ("B", "tree", "1"))
    assert sheet.with_drawing(1, BLANK).labels == ("B", "2", "1")
    assert sheet.with_drawing(0, BLANK).labels == ("A", "tree", "1")
    assert sheet.with_drawing(1, HOOK).labels == ("B", "tree", "1")


def test_ink_that_nobody_can_see_is_no_ink() -> None:
    outside = Drawing.of(280, 280, [[[300, 300], [400, 400]]])
    assert Sheet().with_drawing(0, outside).empty == [0, 1, 2, 3]


def test_a_sheet_is_a_task_and_back() -> None:
    for name, sheet in examples.sheets().items():
        again = Sheet.of(taskfile.loads(taskfile.dumps(sheet.task())))
        assert all(same(a, b) for a, b in zip(again.drawings, sheet.drawings, strict=True)), name
        assert again.labels == sheet.labels


def test_tasks_that_the_page_cannot_show_are_refused() -> None:
    task = Sheet((LINE,) * PADS).task()
    two_shots = taskfile.Task(LETTERS, tuple(shots * 2 for shots in task.drawings), task.queries)
    with pytest.raises(TaskFileError, match="3 classes with 2 each"):
        Sheet.of(two_shots)
