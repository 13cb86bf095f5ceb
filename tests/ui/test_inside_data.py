"""What is sent to the browser says what the numbers say."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from demo.lessons.drawn import drawn
from demo.lessons.inside import Inside
from demo.lessons.projection import project
from demo.ui import examples
from demo.ui.inside import inside_data
from demo.ui.inside_data import pack


def inside(maps: NDArray[np.float32]) -> Inside:
    """A run of two steps and one query that nobody made, with these maps (3, P, F, 2, 2)."""
    rng = np.random.default_rng(0)
    return Inside(
        losses=np.array([1.1, 0.5, np.inf], np.float32),
        probabilities=np.full((3, 1, 3), 1 / 3, np.float32),
        layers=("conv1", "head"),
        moved=np.array([[0, 0], [0, 0.25], [1e-6, 0.5]], np.float32),
        sizes=np.array([2, 0], np.float32),
        filters=np.array([4, 1]),
        maps=maps,
        features=rng.normal(size=(3, maps.shape[1], 5)).astype(np.float32),
    )


@pytest.fixture
def maps() -> NDArray[np.float32]:
    rng = np.random.default_rng(1)
    before = rng.uniform(0, 3, (1, 4, 2, 2, 2))
    change = rng.uniform(-0.01, 0.01, (3, 4, 2, 2, 2))
    change[0] = 0
    return np.asarray(before + change, np.float32)


def packed(maps: NDArray[np.float32]) -> dict[str, Any]:
    run = inside(maps)
    data: dict[str, Any] = json.loads(json.dumps(pack(run, project(run.features), 64), allow_nan=False))
    return data


def test_maps_can_be_put_together_again(maps: NDArray[np.float32]) -> None:
    data = packed(maps)["maps"]
    high = maps[0].max()
    for p in range(4):
        before = np.frombuffer(base64.b64decode(data["before"][p]), np.uint8).reshape(2, 2, 2)
        changes = np.frombuffer(base64.b64decode(data["changes"][p]), np.int8).reshape(3, 2, 2, 2)
        most = high / data["gain"]
        np.testing.assert_allclose(before / 255 * high, maps[0, p], atol=high / 510 * 1.01)
        np.testing.assert_allclose(changes / 127 * most, maps[:, p] - maps[0, p], atol=most / 254 * 1.01)
    assert data["gain"] == pytest.approx(high / np.abs(maps - maps[0]).max())
    assert (data["side"], data["count"], data["channels"]) == (2, 2, 64)


def test_maps_that_do_not_change_have_no_gain(maps: NDArray[np.float32]) -> None:
    data = packed(np.repeat(maps[:1], 3, axis=0))["maps"]
    assert data["gain"] == 0
    assert not np.frombuffer(base64.b64decode(data["changes"][0]), np.int8).any()
    assert packed(np.zeros_like(maps))["maps"]["gain"] == 0


def test_small_movements_are_kept_and_what_is_not_finite_is_null(maps: NDArray[np.float32]) -> None:
    data = packed(maps)
    assert data["losses"] == [pytest.approx(1.1, abs=1e-5), 0.5, None]
    assert data["layers"][0] == {"block": "1", "size": 2.0, "moved": [0.0, 0.0, 1e-6]}
    assert data["layers"][1]["block"] == "head"
    maps[2, 0] = np.nan
    assert packed(maps)["maps"]["gain"] > 0


def test_whose_it_is(maps: NDArray[np.float32]) -> None:
    task = drawn(examples.sheets()[examples.OPENING].task())
    data = inside_data(task, packed(maps))
    assert data["letters"] == ["A", "B", "C"]
    assert [(d["name"], d["class"]) for d in data["drawings"]] == [("A", 0), ("B", 1), ("C", 2), ("?", -1)]
    pixels = np.frombuffer(base64.b64decode(data["drawings"][2]["pixels"]), np.uint8).reshape(28, 28)
    np.testing.assert_allclose(pixels / 255, task.images[2], atol=1 / 500)
    assert data["words"]["play"]
