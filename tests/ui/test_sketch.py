"""The sheet and its history."""

from __future__ import annotations

import numpy as np
import pytest

from demo.limits import HISTORY, MAX_POINTS, MAX_STROKES, PADS
from demo.tasks import taskfile
from demo.tasks.drawing import Drawing
from demo.tasks.taskfile import TaskFileError
from demo.ui import examples
from demo.ui.sheet import BLANK, QUERY, Sheet, name_of, place_of, same
from demo.ui.sketch import Sketch

LINE = Drawing.of(280, 280, [[[10, 10], [200, 200]]])
A, B, C = place_of(0), place_of(1), place_of(2)
HOOK = Drawing.of(280, 280, [[[10, 10], [200, 200], [200, 100]]])


def test_a_stroke_is_remembered_and_leaves_the_pad_alone() -> None:
    sketch = Sketch()
    sketch.extend(1, LINE.strokes)
    assert same(sketch.sheet.drawings[1], LINE)
    assert sketch.versions == [0] * PADS
    assert len(sketch.past) == 1
    sketch.extend(1, ())
    assert len(sketch.past) == 1
    sketch.extend(1, (*LINE.strokes, *HOOK.strokes))
    assert len(sketch.past) == 3  # every stroke can be undone
    assert sketch.page == 0


def test_a_stroke_too_many_is_not_taken_and_the_pad_opens_without_it() -> None:
    sketch = Sketch()
    sketch.extend(B, LINE.strokes * MAX_STROKES)
    assert (sketch.full, sketch.page) == (None, 0)
    sketch.extend(B, HOOK.strokes)
    assert len(sketch.sheet.drawings[B].strokes) == MAX_STROKES
    assert (sketch.full, sketch.page, sketch.versions[B]) == (B, 1, 1)
    assert same(sketch.initial[B], sketch.sheet.drawings[B])
    sketch.undo()
    sketch.extend(B, HOOK.strokes)
    assert sketch.full is None
    sketch.extend(A, [np.zeros((MAX_POINTS, 2), np.float32)])
    sketch.extend(A, HOOK.strokes)
    assert sketch.full == A


def test_undo_and_redo_reopen_only_the_pad_they_change() -> None:
    sketch = Sketch()
    sketch.extend(B, LINE.strokes)
    sketch.extend(QUERY, HOOK.strokes)
    sketch.undo()
    assert [sketch.versions[place] for place in sketch.sheet.places] == [0, 0, 0, 1]
    assert sketch.initial[QUERY] is BLANK
    assert same(sketch.sheet.drawings[B], LINE)
    sketch.redo()
    assert [sketch.versions[place] for place in sketch.sheet.places] == [0, 0, 0, 2]
    assert same(sketch.initial[QUERY], HOOK)
    sketch.undo()
    sketch.extend(A, LINE.strokes)
    sketch.redo()  # nothing: the stroke has made another future
    assert same(sketch.sheet.drawings[QUERY], BLANK)


def test_undo_and_redo_at_the_ends_do_nothing() -> None:
    sketch = Sketch()
    sketch.undo()
    sketch.redo()
    assert sketch.versions == [0] * PADS


def test_erasing_is_one_change_and_none_if_nothing_is_there() -> None:
    sketch = Sketch()
    sketch.extend(A, LINE.strokes)
    sketch.extend(C, LINE.strokes)
    sketch.erase(sketch.sheet.places)
    assert sketch.sheet.empty == [A, B, C, QUERY]
    sketch.erase(sketch.sheet.places)
    assert len(sketch.past) == 3
    sketch.undo()
    assert sketch.sheet.empty == [B, QUERY]


def test_history_is_bounded() -> None:
    sketch = Sketch()
    for k in range(HISTORY + 20):
        sketch.extend(0, [np.array([[1, 1], [2, k + 3]], np.float32)])
    assert len(sketch.past) == HISTORY


def test_reopening_shows_what_was_drawn() -> None:
    sketch = Sketch()
    sketch.extend(0, LINE.strokes)
    before = sketch.key(0)
    sketch.reopen()
    assert sketch.key(0) != before
    assert same(sketch.initial[0], LINE)


def test_an_erased_class_loses_its_name_and_names_stay_distinct() -> None:
    sheet = Sheet.row(LINE, LINE, LINE, LINE, labels=("B", "tree", "1"))
    assert sheet.with_drawing(B, BLANK).names == ("B", "2", "1")
    assert sheet.with_drawing(A, BLANK).names == ("A", "tree", "1")
    assert sheet.with_drawing(B, HOOK).names == ("B", "tree", "1")


def test_a_typed_name_stays_and_is_nobody_elses() -> None:
    sheet = Sheet.row(LINE, LINE, LINE, LINE, labels=("house", "tree", "fish")).with_label(1, "  my  tree ")
    assert sheet.names == ("house", "my tree", "fish")
    assert sheet.with_drawing(B, BLANK).names == ("house", "my tree", "fish")
    assert sheet.with_label(1, "").names == ("house", "B", "fish")
    assert sheet.with_label(1, "my tree") is sheet
    with pytest.raises(ValueError, match="called fish"):
        sheet.with_label(1, "fish")


def test_another_shape_loses_no_drawing() -> None:
    sketch = Sketch(Sheet.row(LINE, HOOK, LINE, HOOK))
    sketch.reshape(2, 1, 1)
    assert sketch.sheet.places == [A, B, QUERY]
    assert sketch.sheet.support()[0] == [0, 1]
    sketch.reshape(5, 2, 3)
    assert len(sketch.sheet.places) == 13
    assert same(sketch.sheet.drawings[C], LINE)
    assert sketch.versions[C] > 0  # a pad that was out of sight opens with its drawing
    assert same(sketch.initial[C], sketch.sheet.drawings[C])
    assert [name_of(p) for p in sketch.sheet.missing] == ["D", "E"]
    sketch.undo()
    sketch.undo()
    assert sketch.sheet.shape == (3, 1, 1)


def test_one_drawing_of_each_class_is_enough() -> None:
    sheet = Sheet.row(LINE, HOOK, LINE, HOOK).with_shape(3, 3, 2)
    assert sheet.missing == []
    assert [name_of(p) for p in sheet.empty] == ["A2", "A3", "B2", "B3", "C2", "C3", "?2"]
    assert sheet.with_drawing(place_of(1, 2), LINE).support()[0] == [0, 1, 1, 2]


def test_ink_that_nobody_can_see_is_no_ink() -> None:
    outside = Drawing.of(280, 280, [[[300, 300], [400, 400]]])
    assert Sheet().with_drawing(A, outside).empty == [A, B, C, QUERY]


def test_a_sheet_is_a_task_and_back() -> None:
    for name, sheet in examples.sheets().items():
        again = Sheet.of(taskfile.loads(taskfile.dumps(sheet.task())))
        assert all(same(a, b) for a, b in zip(again.drawings, sheet.drawings, strict=True)), name
        assert again.labels == sheet.labels


@pytest.mark.parametrize("ways, shots, queries", [(2, 1, 1), (5, 5, 4), (4, 2, 3)])
def test_any_shape_is_a_task_and_back(ways: int, shots: int, queries: int) -> None:
    rows = tuple((LINE,) * (shots - 1) + (HOOK,) for _ in range(ways))
    task = taskfile.Task(tuple(map(str, range(ways))), rows, (taskfile.Query(HOOK),) * queries)
    sheet = Sheet.of(task)
    assert sheet.shape == (ways, shots, queries)
    again = sheet.task()
    assert again.labels == task.labels
    assert len(set(sheet.labels)) == len(sheet.labels)
    assert [[len(d.strokes[0]) for d in row] for row in again.drawings] == [[2] * (shots - 1) + [3]] * ways


@pytest.mark.parametrize("ways, shots", [(6, 1), (3, 6)])
def test_tasks_that_the_page_cannot_show_are_refused(ways: int, shots: int) -> None:
    task = taskfile.Task(tuple(map(str, range(ways))), ((LINE,) * shots,) * ways, (taskfile.Query(HOOK),))
    with pytest.raises(TaskFileError, match=f"{ways} classes with {shots} each"):
        Sheet.of(task)


def test_a_resumed_sheet_has_new_pads_and_nothing_before_it() -> None:
    opening = Sheet.row(LINE, HOOK, LINE, HOOK)
    sketch = Sketch(opening, opening)
    fresh = [sketch.fresh]
    sketch.erase([QUERY])
    fresh.append(sketch.fresh)
    keys = {sketch.key(place) for place in sketch.sheet.places}
    sketch.resume(opening)
    assert sketch.sheet is opening
    assert [*fresh, sketch.fresh] == [True, False, False], "what was kept is somebody's"
    assert sketch.initial[0] is opening.drawings[0]
    assert not keys & {sketch.key(place) for place in sketch.sheet.places}
    assert not sketch.past
    assert not sketch.future


def test_no_two_sketches_have_the_same_pads() -> None:
    assert len({Sketch().key(0) for _ in range(100)}) == 100
