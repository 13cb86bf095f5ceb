"""The table and the figure of all classifiers: the cards' figures, measured on the same tasks."""

from __future__ import annotations

import itertools
import json
import math
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from demo.__main__ import main
from demo.learners import CLASSIFIERS, ENTRIES, FAMILIES, Entry
from demo.learners.store import load
from demo.training import dots, table
from demo.training.shelf import FOLDER, ShelfError
from demo.training.standings import KEYS, Rate, Standing, standing, standings, takes_steps

README = Path(__file__).parents[2] / "README.md"
FIGURE = Path(__file__).parents[2] / "assets" / "readme" / "learners.svg"


def card(name: str) -> dict[str, dict[str, dict[str, object]]]:
    content: dict[str, dict[str, dict[str, object]]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return content


def test_every_classifier_has_a_row_with_its_cards_figures() -> None:
    rows = standings()
    assert {row.entry for row in rows} == set(CLASSIFIERS)
    assert [row.entry.family for row in rows] == sorted((row.entry.family for row in rows), key=FAMILIES.index)
    for row in rows:
        figures = card(row.entry.name)["evaluation"]
        assert row.three.accuracy == figures["random_classes"]["accuracy"]
        assert row.five.ci95 == figures["5-way 1-shot"]["ci95"]


@pytest.mark.parametrize("key", KEYS.values())
def test_all_were_measured_on_the_same_tasks(key: str) -> None:
    """The protocol, which has the seed, is one and the same but for the inner steps."""
    protocols = {re.sub(r"\d+ steps", "", str(card(e.name)["evaluation"][key]["protocol"])) for e in CLASSIFIERS}
    assert len(protocols) == 1, protocols
    assert "evaluation" in protocols.pop()


def test_published_numbers_are_read() -> None:
    rate = Rate(0.9, 0.01)
    for published, number in (("98.7 ± 0.4 (transductive)", 0.987), ("97 (theirs)", 0.97), ("", None)):
        entry = Entry("x", "X", "", "metric", published=published)
        assert Standing(entry, rate, rate, rate, "").published == (number and pytest.approx(number))
    assert rate.percent == "90.0 ± 1.0"


def test_a_card_without_the_figures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ShelfError, match="card-missing"):
        standing(ENTRIES["maml"], tmp_path)
    whole = card("maml")
    del whole["evaluation"]["5-way 1-shot"]
    (tmp_path / "maml.json").write_text(json.dumps(whole), "utf-8")
    with pytest.raises(ShelfError, match="card-incomplete"):
        standing(ENTRIES["maml"], tmp_path)


def test_equal_gains_in_errors_are_equal_distances() -> None:
    at = [dots.place(1 - 2.0**-k, 0.5) for k in range(1, 7)]
    gaps = [b - a for a, b in itertools.pairwise(at)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps))
    assert dots.place(0.1, 0.5) == dots.place(0.5, 0.5) == dots.LEFT
    assert dots.place(1.0, 0.5) == pytest.approx(dots.WIDTH - dots.RIGHT)


def test_the_figure_shows_every_row_and_only_what_is_there() -> None:
    rows = standings()
    root = ElementTree.fromstring(dots.figure(rows))
    tags = [(node.tag.split("}")[1], node.get("class")) for node in root.iter()]
    assert tags.count(("circle", "five")) == len(rows) + 1  # and the legend's
    assert tags.count(("path", "published")) == sum(row.published is not None for row in rows) + 1
    names = {node.text for node in root.iter() if node.get("class") == "name"}
    assert names == {row.entry.title for row in rows}
    inside = [float(node.get("cx", "nan")) for node in root.iter() if node.tag.endswith("circle")]
    assert all(dots.LEFT <= x <= dots.WIDTH - dots.RIGHT for x in inside)


def test_what_is_worse_than_the_axis_stands_at_its_beginning() -> None:
    bad = Standing(ENTRIES["random"], Rate(0.1, 0.05), Rate(0.05, 0.05), Rate(0.05, 0.05), "")
    assert f'cx="{dots.LEFT:.1f}"' in dots.figure([bad])
    assert math.isfinite(dots.place(0.1, dots.FEWEST))


def test_the_figure_in_the_readme_is_the_cards() -> None:
    assert FIGURE.read_text("utf-8") == dots.figure(standings()), (
        "python -m demo table --figure assets/readme/learners.svg --readme README.md"
    )


def test_one_command_writes_both(tmp_path: Path) -> None:
    readme, figure = tmp_path / "README.md", tmp_path / "learners.svg"
    shutil.copy(README, readme)
    text = readme.read_text("utf-8")
    wrong = re.sub(r"\| MAML \| initialisation \|.*", "| MAML | initialisation | 12.3 |", text)
    assert wrong != text
    readme.write_text(wrong + "\n\nthe end", "utf-8")
    result = CliRunner().invoke(main, ["table", "--figure", str(figure), "--readme", str(readme)])
    assert result.exit_code == 0, result.output
    assert result.output == table.markdown() + "\n"
    assert readme.read_text("utf-8") == text + "\n\nthe end"
    assert figure.read_text("utf-8") == dots.figure(standings())


def test_a_text_without_the_tables_is_refused() -> None:
    with pytest.raises(ValueError, match="every classifier"):
        table.pasted("# Something else")


def test_who_takes_steps_is_on_the_cards() -> None:
    for entry in CLASSIFIERS:
        assert takes_steps(entry.name) == (load(entry.name).steps > 0)
    assert not takes_steps("prototypical")
    assert takes_steps("nobody"), "loading it will say what is wrong"
