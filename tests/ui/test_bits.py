"""What the grid's script is given, and which of its reports are believed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from demo.lessons.copying import BITS, Copied
from demo.ui.bits import bits_data, checked

VECTOR = [0, 1] * (BITS // 2)


@pytest.fixture
def copy() -> Copied:
    said = np.tile(np.array(VECTOR, np.float32), (2, 1))
    said[1, 0] = 0.9004
    weights = np.full((6, 4), 0.25, np.float32)
    return Copied((tuple(VECTOR), tuple(VECTOR)), said, weights, weights)


def test_the_script_is_given_bits_and_probabilities(copy: Copied) -> None:
    data = bits_data(copy)
    assert data["given"] == [VECTOR, VECTOR]
    assert data["said"][0] == VECTOR
    assert data["said"][1][0] == 0.9
    assert json.loads(json.dumps(data)) == data
    assert set(data["words"]) == {"given", "said", "bit", "wrong"}


def test_a_report_is_a_sequence_and_its_number() -> None:
    assert checked({"bits": [VECTOR, VECTOR], "report": 3}, 2) == ((tuple(VECTOR), tuple(VECTOR)), 3)


@pytest.mark.parametrize(
    "message",
    [
        None,
        "1",
        {},
        {"bits": [VECTOR], "report": "1"},
        {"bits": [VECTOR], "report": True},
        {"bits": [VECTOR, VECTOR], "report": 1},
        {"bits": VECTOR, "report": 1},
        {"bits": [VECTOR[1:]], "report": 1},
        {"bits": [[2, *VECTOR[1:]]], "report": 1},
        {"bits": [[True, *VECTOR[1:]]], "report": 1},
        {"bits": [["0", *VECTOR[1:]]], "report": 1},
        {"bits": [[0.5, *VECTOR[1:]]], "report": 1},
    ],
)
def test_odd_reports_are_ignored(message: object) -> None:
    assert checked(message, 1) is None
