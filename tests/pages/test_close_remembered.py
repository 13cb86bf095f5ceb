"""Up close: confidence circles, unlabelled drawings, the memory, and the learnt optimiser's gates."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from demo.tasks.drawing import Drawing
from demo.tasks.taskfile import Query, Task
from demo.ui import examples
from demo.ui.sheet import Sheet, place_of
from demo.ui.sketch import Sketch
from tests.pages import opening
from tests.pages.opening import sound

NAMES = ("gauss-prototypical", "semi-prototypical", "mann", "lstm-meta")

SQUARE = Drawing.of(280, 280, [[[60, 60], [220, 60], [220, 220], [60, 220], [60, 60]]])
CROSS = Drawing.of(280, 280, [[[40, 40], [240, 240]], [[240, 40], [40, 240]]])


def opened(name: str, shots: int = 0, **query: str) -> AppTest:
    """On the opening example, or on a square and a cross, `shots` times each."""
    task = Task(("A", "B"), ((SQUARE,) * shots, (CROSS,) * shots), (Query(CROSS), Query(SQUARE)))
    state = {"sketch": Sketch(Sheet.of(task))} if shots else None
    return opening.opened("close", state, close_learner=name, **query)


def chart(app: AppTest) -> dict[str, Any]:
    [one] = app.get("plotly_chart")
    figure: dict[str, Any] = json.loads(one.proto.spec)
    return figure


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_the_opening_example_in_both_languages(name: str) -> None:
    """A fish, said in the table or in the story."""
    for lang, fish in (("en", "fish"), ("zh", "鱼")):
        app = opened(name, lang=lang)
        said = [str(frame.value.to_dict()) for frame in app.dataframe] + [m.value for m in app.markdown]
        assert any(fish in words for words in said)
        assert chart(app)["data"]
        assert not app.error


@pytest.mark.parametrize("name", NAMES)
def test_two_drawings_of_two_classes_and_two_queries(name: str) -> None:
    assert chart(opened(name, shots=2))["data"]


def test_the_circle_of_a_class_shown_twice_is_smaller() -> None:
    def radius(app: AppTest) -> float:
        return float(np.mean([shape["x1"] - shape["x0"] for shape in chart(app)["layout"]["shapes"]])) / 2

    once, twice = (radius(opened("gauss-prototypical", shots=n)) for n in (1, 2))
    assert twice == pytest.approx(once / np.sqrt(2), rel=1e-3)  # the same drawing again: its precision, twice


def moves(app: AppTest) -> list[float]:
    """How long every prototype's arrow is."""
    return [float(np.hypot(a["x"] - a["ax"], a["y"] - a["ay"])) for a in chart(app)["layout"]["annotations"]]


def test_unlabelled_drawings_move_prototypes_until_they_are_erased() -> None:
    app = opened("semi-prototypical")
    assert [e.label for e in app.button if e.key and e.key.startswith("erase-unlabelled")] == ["Erase"] * 4
    assert moves(app)[0] > 0
    assert app.session_state["unlabelled"].drawings[3].empty, "one pad is left to draw on"
    for place in range(3):
        app = sound(app.button(key=f"erase-unlabelled-{place}").click().run())
    assert moves(app) == [0.0] * 3
    app = sound(app.button(key="unlabelled-fill").click().run())
    assert [d.empty for d in app.session_state["unlabelled"].drawings] == [False, False, False, True]
    assert moves(app)[0] > 0


def test_a_twin_of_a_class_pulls_it_and_a_distractor_does_less() -> None:
    """On the fourth pad: the very house of the example, then another example's drawing."""
    captions = {}
    for name, drawing in (
        ("house", examples.sheets()[examples.OPENING].drawings[place_of(0)]),
        ("other", examples.sheets()["star-heart-arrow"].drawings[place_of(1)]),
    ):
        app = opened("semi-prototypical")
        row = app.session_state["unlabelled"]
        for place in range(4):
            row.put(place, drawing if place == 3 else Drawing(280, 280))
        app = sound(app.run())
        captions[name] = [c.value for c in app.caption][3]
        if name == "house":
            assert moves(app)[0] == pytest.approx(0, abs=1e-6), "it lies on the prototype already"
    assert captions["house"].startswith("pulls house: ")
    assert captions["other"].startswith("masked: ")


def test_the_row_keeps_its_drawings_over_a_visit_elsewhere() -> None:
    app = opened("semi-prototypical")
    row = app.session_state["unlabelled"]
    kept, keys = list(row.drawings), [row.key(place) for place in range(4)]
    for key in keys:  # as Streamlit does when a page without them is shown
        if key in app.session_state:
            del app.session_state[key]
    sound(app.run())
    assert row.drawings == kept
    assert [row.key(place) for place in range(4)] != keys


def test_the_memory_is_written_and_read_up_to_the_step() -> None:
    app = opened("mann", shots=2)
    assert app.slider(key="memory_step").max == 5  # four drawings and the query
    assert app.slider(key="memory_step").value == 5
    for heat in chart(app)["data"]:
        z = np.array(heat["z"], float)
        assert z.shape[1] == 5
        assert (z >= 0).all()
        assert (z.sum(axis=0) <= 1.001).all()
    sound(app.slider(key="memory_step").set_value(2).run())
    for heat in chart(app)["data"]:
        known = [[value is not None for value in row] for row in heat["z"]]
        assert all(row == [True, True, False, False, False] for row in known)
    assert any(m.value.startswith("**Step 2**: drawing **B**") for m in app.markdown), "classes take turns"


def test_gates_of_every_layer_at_every_step() -> None:
    app = opened("lstm-meta")
    lines = chart(app)["data"]
    assert len(lines) == 2 * 5
    for line in lines:
        assert len(line["y"]) == 5
        assert all(0 < value < 1 for value in line["y"])
        assert len(line["error_y"]["array"]) == 5
