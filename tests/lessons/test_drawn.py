"""What of a task can be seen: empty drawings are passed over, and classes without any are named."""

from __future__ import annotations

import numpy as np

from demo.lessons.drawn import drawn, letter
from demo.tasks.drawing import Drawing, to_image
from demo.tasks.taskfile import Query, Task

BLANK = Drawing(280, 280)
CROSS = Drawing.of(280, 280, [[[40, 40], [240, 240]], [[240, 40], [40, 240]]])
LINE = Drawing.of(280, 280, [[[40, 140], [240, 140]]])


def test_a_whole_task() -> None:
    found = drawn(Task(("x", "line"), ((CROSS, CROSS), (LINE, LINE)), (Query(CROSS), Query(LINE))))
    assert found.labels == ("x", "line")
    assert found.classes == (0, 0, 1, 1, None, None)
    assert found.names == ("A", "A2", "B", "B2", "?", "?2")
    assert found.support == (0, 0, 1, 1)
    assert found.missing == ()
    np.testing.assert_array_equal(found.images[2], to_image(LINE))


def test_empty_drawings_are_passed_over_and_keep_their_names_places() -> None:
    found = drawn(Task(("x", "line"), ((BLANK, CROSS), (LINE, BLANK)), (Query(BLANK), Query(LINE))))
    assert found.classes == (0, 1, None)
    assert found.names == ("A2", "B", "?2")
    assert found.missing == ()


def test_classes_without_a_drawing_and_no_query_are_missing() -> None:
    found = drawn(Task(("x", "line"), ((CROSS,), (BLANK,)), (Query(BLANK),)))
    assert found.missing == ("B", "?")
    assert drawn(Task(("x", "line"), ((BLANK,), (BLANK,)), (Query(BLANK),))).images.shape == (0, 28, 28)


def test_letters() -> None:
    assert [letter(i) for i in (0, 4, 25, 26)] == ["A", "E", "Z", "27"]
