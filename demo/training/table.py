"""The README's tables, as the cards have them: `python -m demo table` prints them, and a test compares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from demo.learners import CLASSICS, ENTRIES, REGRESSORS
from demo.learners.store import PAPER_FOLDER, Card, network_of, read_card
from demo.training import dots
from demo.training.own_figures import own_figures
from demo.training.standings import KEYS, standings

# Ours to compare with: the reference page's shipped weights, measured by us on the same kind of tasks.
REFERENCE = "| OpenAI's page, its shipped weights (3,000 tasks) | 96.5 ± 0.7 | 90.6 ± 1.0 | – | 3.2 |"

SIZES = ("2-way 1-shot", "5-way 1-shot", "5-way 5-shot", "20-way 1-shot")

PAPER_SIZES = ("5-way 1-shot", "5-way 5-shot", "20-way 1-shot", "20-way 5-shot")
PAPER_LEARNERS = ("maml", "reptile")
# Finn, Abbeel, Levine 2017, table 1; Nichol, Achiam, Schulman 2018, table 1; Antoniou, Edwards, Storkey 2018, table 1.
PUBLISHED = (
    ("MAML, published, transductive", "98.7 ± 0.4", "99.9 ± 0.1", "95.8 ± 0.3", "98.9 ± 0.2"),
    ("Reptile, published", "95.39 ± 0.09", "98.90 ± 0.10", "88.14 ± 0.15", "96.65 ± 0.33"),
    ("Reptile, published, transductive", "97.68 ± 0.04", "99.48 ± 0.06", "89.43 ± 0.14", "97.12 ± 0.32"),
    ("MAML++, published", "99.47", "99.93", "97.65", "99.33"),
)

SINE_STEPS = (0, 1, 5, 8, 10, 32)


def markdown() -> str:
    """All tables, as Markdown."""
    return "\n\n".join(tables())


def tables() -> list[str]:
    """Each begins with a head line of its own."""
    return ["\n".join(table) for table in (_everybody(), _classifiers(), _sizes(), _paper(), _regressors(), _own())]


def pasted(text: str) -> str:
    """A text in Markdown with its tables, known by their head lines, as the cards have them now.

    ValueError if it lacks one of them.
    """
    lines = text.split("\n")
    for table in tables():
        head, *_ = table.split("\n")
        begin = lines.index(head)
        end = begin
        while end < len(lines) and lines[end].startswith("|"):
            end += 1
        lines[begin:end] = table.split("\n")
    return "\n".join(lines)


def write(figure: Path | None, readme: Path | None) -> str:
    """The tables; and, where wanted, writes the figure of all classifiers, and puts the tables into a README."""
    if figure is not None:
        figure.write_text(dots.figure(standings()), encoding="utf-8")
    if readme is not None:
        readme.write_text(pasted(readme.read_text(encoding="utf-8")), encoding="utf-8")
    return markdown()


def _everybody() -> Iterator[str]:
    yield f"| every classifier, % | family | {' | '.join(KEYS)} | published, 5-way 1-shot | paper |"
    yield "|---|---|" + "---|" * (len(KEYS) + 2)
    for row in standings():
        entry = row.entry
        cells = (entry.family, row.three.percent, row.five.percent, entry.published or "–", entry.paper or "–")
        yield _row(entry.title, cells)


def _classifiers() -> Iterator[str]:
    yield "| 3-way 1-shot, 20 evaluation alphabets, % | random classes | one alphabet | transductive | ECE |"
    yield "|---|---|---|---|---|"
    for entry in CLASSICS:
        card = read_card(entry.name)
        random, same = card["evaluation"]["random_classes"], card["evaluation"]["same_alphabet"]
        together = _percent(random["transductive"]) if _mixes(card) else "the same"
        cells = (_percent(random), _percent(same), together, f"{100 * random['ece']:.1f}")
        yield _row(entry.title, cells)
    yield REFERENCE


def _sizes() -> Iterator[str]:
    yield f"| the same files on other tasks, % | {' | '.join(SIZES)} | invented doodles | confidence there |"
    yield "|---|" + "---|" * (len(SIZES) + 2)
    for entry in CLASSICS:
        figures = read_card(entry.name)["evaluation"]
        doodles = figures["invented_doodles"]
        confidence = f"{100 * doodles['mean_confidence']:.1f}"
        yield _row(entry.title, (*(_percent(figures[size]) for size in SIZES), _percent(doodles), confidence))


def _paper() -> Iterator[str]:
    yield f"| 1200/423 random characters, % | {' | '.join(PAPER_SIZES)} |"
    yield "|---|" + "---|" * len(PAPER_SIZES)
    for name in PAPER_LEARNERS:
        figures = read_card(name, PAPER_FOLDER)["evaluation"]
        yield _row(f"{ENTRIES[name].title}, ours, either way", (_percent(figures[size]) for size in PAPER_SIZES))
    for title, *cells in PUBLISHED:
        yield _row(title, cells)


def _regressors() -> Iterator[str]:
    yield f"| sine, MSE after … steps | {' | '.join(str(steps) for steps in SINE_STEPS)} |"
    yield "|---|" + "---|" * len(SINE_STEPS)
    for entry in REGRESSORS:
        mse = read_card(entry.name)["evaluation"]["mse_after_steps"]
        yield _row(entry.title, (f"{mse[steps]:.2f}" for steps in SINE_STEPS))


def _own() -> Iterator[str]:
    yield "| what only one learner can be asked | figure | command |"
    yield "|---|---|---|"
    for what, figure, command in own_figures():
        yield _row(what, (figure, f"`{command.removeprefix('python -m demo ')}`"))


def _row(title: str, cells: Iterable[str]) -> str:
    return f"| {title} | {' | '.join(cells)} |"


def _mixes(card: Card) -> bool:
    """Whether drawings of a batch influence each other; see `demo.models.Network.mixes`."""
    return network_of(card["network"]).mixes


def _percent(figures: dict[str, Any]) -> str:
    return f"{100 * figures['accuracy']:.1f} ± {100 * figures['ci95']:.1f}"
