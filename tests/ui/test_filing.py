"""What the file menu says of files that cannot be opened."""

from __future__ import annotations

import json

import pytest

from demo.tasks import taskfile
from demo.tasks.drawing import DrawingError
from demo.ui import examples, filing
from demo.ui.sheet import Sheet

GOOD = json.loads((examples.FOLDER / "house-tree-fish.json").read_text(encoding="utf-8"))


def message(content: bytes) -> str:
    with pytest.raises(DrawingError) as refusal:
        Sheet.of(taskfile.loads(content))
    return filing.wrong("mine.json", refusal.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"no", b"[" * 100_000, b'{"version": 2}', b'{"version": NaN}'])
def test_something_else_altogether(content: bytes) -> None:
    assert message(content).startswith("mine.json is not a task file. Choose one")


def test_more_than_the_page_has_room_for() -> None:
    many = [{**GOOD["classes"][0], "label": i} for i in ("fish", *"abcde")]
    text = json.dumps(GOOD | {"classes": many}).encode()
    assert "does not fit on this page, which has 2 to 5 classes with 1 to 5 drawings each" in message(text)


def test_a_field_is_named() -> None:
    text = json.dumps(GOOD | {"queries": []}).encode()
    assert message(text).endswith("a field of it is wrong: queries must be a list of 1 to 100, not 0")
