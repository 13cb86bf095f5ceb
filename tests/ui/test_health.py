"""What `/health` says: before the first answer and after it, and of weights that are not whole."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.requests import Request

from demo.learners.worker import LearnerError
from demo.training.shelf import FOLDER
from demo.ui import answers, health

RNG = np.random.default_rng(7)


def ask() -> tuple[int, dict[str, Any]]:
    request = Request({"type": "http", "method": "GET", "path": "/health", "headers": []})
    response = asyncio.run(health.health(request))
    return response.status_code, json.loads(bytes(response.body))


def drawings() -> list[Any]:
    """Three classes and a query that nobody has asked about before."""
    return list(RNG.random((4, 28, 28), np.float32))


@pytest.fixture
def nobody_has_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_answered", {})
    monkeypatch.setattr(answers, "_able", threading.Event())


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Two learners' weights, as they are in the repository."""
    for name in ("maml", "reptile"):
        for suffix in (".json", ".safetensors"):
            shutil.copy(FOLDER / f"{name}{suffix}", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("nobody_has_asked")
def test_it_is_ready_from_the_first_learner_that_has_answered_on() -> None:
    status, before = ask()
    assert (status, before["ready"], before["weights"]["prototypical"]) == (503, False, "sound")
    answers.answer("prototypical", drawings(), steps=0)
    status, after = ask()
    assert (status, after["ready"], after["weights"]["prototypical"]) == (200, True, "loaded")
    assert set(after["weights"]) == {path.stem for path in FOLDER.glob("*.safetensors")}


@pytest.mark.usefixtures("nobody_has_asked")
def test_a_learner_that_cannot_answer_makes_nothing_ready() -> None:
    with pytest.raises(LearnerError):
        answers.answer("nobody", drawings(), steps=1)
    assert ask()[0] == 503


@pytest.mark.usefixtures("nobody_has_asked")
def test_one_that_fails_later_sends_nobody_away() -> None:
    """Else nobody would ask it again: an orchestrator sends visitors only to who is ready."""
    answers.answer("maml", drawings(), steps=1)
    with pytest.raises(LearnerError):  # such a number of steps that the process ends
        answers.answer("maml", drawings(), steps="none")  # type: ignore[arg-type]
    status, content = ask()
    assert (status, content["weights"]["maml"]) == (200, "failing")


@pytest.mark.usefixtures("nobody_has_asked")
def test_another_learner_is_made_ready_where_the_first_cannot_be() -> None:
    answers._prepare("nobody")
    status, content = ask()
    assert status == 200
    assert [name for name, state in content["weights"].items() if state == "loaded"] == ["maml"]


def test_no_path_of_the_machine_is_told() -> None:
    assert "/" not in json.dumps(ask()[1])


def test_what_is_not_whole_is_named(shelf: Path) -> None:
    assert health.weights({}, shelf, 1) == {"maml": "sound", "reptile": "sound"}
    told = {"maml": True, "reptile": False}
    assert health.weights(told, shelf, 2) == {"maml": "loaded", "reptile": "failing"}
    path = shelf / "maml.safetensors"
    path.write_bytes(path.read_bytes()[:-1])  # seen without a restart
    assert health.weights(told, shelf, 3)["maml"] == "damaged"
    (shelf / "reptile.json").unlink()
    assert health.weights({}, shelf, 4) == {"maml": "damaged", "reptile": "damaged"}
    assert health.weights({}, shelf / "missing", 4) == {}


def test_nothing_is_read_twice_nor_looked_at_twice_within_a_second(shelf: Path) -> None:
    health.weights({}, shelf, 1)
    read, looked = health._sound.cache_info().misses, health._traces.cache_info().misses
    health.weights({}, shelf, 1)
    assert (health._sound.cache_info().misses, health._traces.cache_info().misses) == (read, looked)
    health.weights({}, shelf, 2)
    assert (health._sound.cache_info().misses, health._traces.cache_info().misses) == (read, looked + 1)
    (shelf / "maml.json").touch()
    health.weights({}, shelf, 3)
    assert health._sound.cache_info().misses == read + 1  # the other is as it was


def test_what_is_not_the_apps_is_not_read(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shelf / "paper").mkdir()
    shutil.copy(FOLDER / "maml.json", shelf / "paper")
    opened: list[Path] = []
    read = Path.read_bytes

    def noted(path: Path) -> bytes:
        opened.append(path)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    health.weights({}, shelf, 1)
    assert {path.parent for path in opened} == {shelf}


def test_files_that_come_and_go_while_it_looks(shelf: Path) -> None:
    """As training renames them: `NAME.safetensors.partial` becomes `NAME.safetensors`."""
    ended = threading.Event()

    def save() -> None:
        partial = shelf / "passing.json.partial"
        for _ in range(1500):
            partial.touch()
            partial.replace(shelf / "passing.json")
        ended.set()

    thread = threading.Thread(target=save)
    thread.start()
    looks = itertools.takewhile(lambda _: not ended.is_set(), itertools.count())
    assert {health.weights({}, shelf, second)["maml"] for second in looks} == {"sound"}
    thread.join()


def test_whoever_else_is_served_does_not_wait_for_a_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    served = threading.Event()
    waited: list[bool] = []

    def slow(*_: object) -> bool:
        waited.append(served.wait(5))
        return True

    monkeypatch.setattr(health, "_sound", slow)

    async def both() -> None:
        request = Request({"type": "http", "method": "GET", "path": "/health", "headers": []})
        asked = asyncio.create_task(health.health(request))
        await asyncio.sleep(0)  # it has begun
        served.set()
        await asked

    asyncio.run(both())
    assert set(waited) == {True}
