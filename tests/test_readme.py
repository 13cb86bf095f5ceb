"""The README's figures are the cards', and its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from demo.__main__ import main
from demo.training.table import markdown

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_tables_are_those_of_the_cards() -> None:
    assert markdown() in README, "paste what `python -m demo table` prints"


COMMAND = r"^(?:python|torchrun --nproc-per-node \d+) -m demo (.*?)(?:\s+#.*)?$"


@pytest.mark.parametrize("line", sorted(set(re.findall(COMMAND, README, re.MULTILINE))))
def test_commands_are_understood(line: str) -> None:
    """Every command line in the README parses: the command, its options and their values."""
    name, *arguments = line.split()
    command = main.commands[name]
    with command.make_context(name, [a.replace("TASKS.jsonl", str(Path(__file__))) for a in arguments]) as context:
        assert isinstance(context, click.Context)


def test_pictures_are_there() -> None:
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README):
        assert (Path(__file__).parents[1] / picture).is_file(), picture
