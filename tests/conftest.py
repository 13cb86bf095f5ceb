"""Fixtures that more than one folder of tests uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import torch

from demo.tasks.splits import VALIDATION, Split, lake
from tests import doodles

# Tests run side by side on few cores: a slow example is no defect.
hypothesis.settings.register_profile("few-cores", deadline=None, max_examples=50)
hypothesis.settings.load_profile("few-cores")


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """As the app and the command line run; and tests run side by side."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def omniglot_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny data set in Omniglot's layout, drawn by code, with the validation alphabets' names."""
    folder = tmp_path_factory.mktemp("omniglot")
    background = dict.fromkeys(VALIDATION, 1) | {"Zigzag": 4, "Loops": 4}
    doodles.write_part(folder, "images_background", background)
    doodles.write_part(folder, "images_evaluation", {"Knots": 3, "Waves": 2}, first=100)
    return folder


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of the tests' own."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SKETCHBOOK_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def tiny_split(omniglot_folder: Path, cache: Path) -> Split:
    return lake(omniglot_folder, official=False)
