"""Weights that are missing, cut off, altered or of another shape: every page opens, names the file, and goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.ui.settings import ANSWERING
from tests.abuse.quoting import LABELS
from tests.damage import DAMAGED, DAMAGES, DRAWN, SINES, damaged
from tests.pages.visit import WHOLE, WHOLE_SINE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In a folder whose name would be more than a name, were errors not to quote it (`tests.pages.visit` looks)."""
    return damaged(tmp_path_factory.mktemp("damaged") / "".join(LABELS).replace("/", ""))


@pytest.fixture(scope="module")
def said(place: Path) -> dict[str, Any]:
    """What `tests.pages.visit` found: that no page broke, it has made sure of itself."""
    environment = {**os.environ, "SKETCHBOOK_WEIGHTS": str(place)}
    command = [sys.executable, "-m", "tests.pages.visit"]
    visit = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert visit.returncode == 0, visit.stderr[-4000:]
    found: dict[str, Any] = json.loads(visit.stdout)
    return found


def named(errors: list[str], place: Path, names: dict[str, Any]) -> bool:
    """Whether there is an error for each of the names, with the file, what is wrong with it, and what to do."""
    return len(errors) == len(names) and all(
        f"{name}.safetensors" in error
        and str(place) not in error
        and DAMAGES[DAMAGED[name]] in error
        and f"demo train {name}" in error
        for name, error in zip(names, errors, strict=True)
    )


def test_the_draw_page_names_the_file_and_the_others_answer(said: dict[str, Any], place: Path) -> None:
    for name, damage in DRAWN.items():
        assert named(said[name], place, {name: damage}), said[name]
    assert said[WHOLE] == []


def test_the_sine_page_names_the_files_and_the_others_fit(said: dict[str, Any], place: Path) -> None:
    for name in (*SINES, WHOLE_SINE):
        assert named(said[name], place, SINES), said[name]


def test_the_compare_page_names_the_files_and_the_others_answer(said: dict[str, Any], place: Path) -> None:
    assert named(said["compare"], place, DRAWN), said["compare"]
    assert set(said["answered"]) == set(ANSWERING) - set(DRAWN)


def test_views_that_set_a_learner_beside_another_name_its_file(said: dict[str, Any]) -> None:
    for view in ("taml-inequality", "concepts", "adml"):
        assert ["maml.safetensors" in error for error in said[f"close {view}"]] == [True], view
    assert said["close caml"] == []


def test_no_page_says_where_the_files_lie(said: dict[str, Any], place: Path) -> None:
    assert str(place.parent) not in json.dumps(said)
