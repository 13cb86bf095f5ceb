"""What the models page says of a card. Cards are written in English; what they say in known forms is said anew."""

from __future__ import annotations

import re
from collections.abc import Mapping

from demo.training.shelf import Broken, Figure, Model
from demo.ui import words
from demo.ui.quoted import in_code, in_markdown
from demo.ui.words import say

_PROTOCOL = re.compile(
    r"(\d+) characters \((\w+)\), (\d+)-way (\d+)-shot, (\d+) tasks of (\d+) queries, (\d+) steps, seed (\d+)"
)
_COPIES = re.compile(r"(\d+) random sequences of (\d+) vectors of (\d+) bits, seed (\d+)")
_PROBLEMS = re.compile(r"(\d+) random problems, (\d+) steps, seed (\d+)")
_WALKS = re.compile(r"(\d+) held-out goals, (\d+) walks a step, seed (\d+)")
_SHOWN = re.compile(r"(\d+) held-out goals, one bent demonstration each, another start, seed (\d+)")
_SINES = re.compile(r"(\d+) held-out sines, K = (\d+) points uniform in \[-5, 5\], (\d+) query points, seed (\d+)")
_LONGER = re.compile(r"the validation figure went from ([\d.]+) to ([\d.]+) between the last two fifths")


def title(model: Model | Broken) -> str:
    """What the model is called in front of an audience."""
    if f"learner.{model.name}" in words.table():
        return say(f"learner.{model.name}")
    return str(model.card.get("title", model.name)) if isinstance(model, Model) else model.name


def name(model: Model) -> str:
    """The title, and the split where it is not that of most."""
    return f"{title(model)} ({say('models.split.paper')})" if model.folder else title(model)


def summary(model: Model) -> str:
    known = f"learner.{model.name}.summary" in words.table()
    return say(f"learner.{model.name}.summary") if known else str(model.card.get("summary", ""))


def kind(key: str) -> str:
    """A kind of tasks, as cards name it: "random_classes", "5-way 1-shot"; or "sines"."""
    if size := re.fullmatch(r"(\d+)-way (\d+)-shot", key):
        return say("models.size", ways=size[1], shots=size[2])
    known = f"models.kind.{key}"
    return say(f"models.kind.{key}") if known in words.table() else key


def accuracy(figure: Figure) -> str:
    return f"{100 * figure.accuracy:.1f} ± {100 * figure.ci95:.1f} %"


def score(model: Model) -> str:
    """The figure to name first."""
    if model.main is not None:
        return accuracy(model.main)
    if model.own:
        return next(iter(own(next(iter(model.own.values())))), "")
    return say("models.mse", mse=f"{model.error:.2f}")


def own(figures: Mapping[str, float]) -> list[str]:
    """The figures of what stands apart, each with its number."""
    return [
        say(f"models.own.{name}", value=value) if f"models.own.{name}" in words.table() else f"{name} {value:.4g}"
        for name, value in figures.items()
    ]


def page(model: Model) -> str:
    """Where what stands apart is shown."""
    use = str(model.card["use"])
    return say(f"page.{use}") if f"page.{use}" in words.table() else use


def data(model: Model) -> str:
    """What it was trained on."""
    text = str(model.card["training"].get("data", ""))
    count = re.search(r"(\d+) characters", text)
    if f"learner.{model.name}.data" in words.table():
        return say(f"learner.{model.name}.data")
    if text.startswith("Omniglot, Lake's split") and count:
        return say("models.data.lake", characters=count[1])
    if text.startswith("Omniglot, a random split") and count:
        return say("models.data.paper", characters=count[1])
    return say("models.data.sines") if text.startswith("sines") else text


def protocol(text: str) -> str:
    """How a figure was measured."""
    if found := _PROTOCOL.fullmatch(text):
        names = ("characters", "part", "ways", "shots", "tasks", "queries", "steps", "seed")
        values = dict(zip(names, found.groups(), strict=True))
        part = f"models.part.{values['part']}"
        if part in words.table():
            values["part"] = say(f"models.part.{values['part']}")
        return say("models.protocol", **values)
    if found := _SINES.fullmatch(text):
        return say("models.protocol.sines", **dict(zip(("sines", "k", "queries", "seed"), found.groups(), strict=True)))
    if found := _COPIES.fullmatch(text):
        places = ("sequences", "length", "bits", "seed")
        return say("models.protocol.copies", **dict(zip(places, found.groups(), strict=True)))
    if found := _PROBLEMS.fullmatch(text):
        return say("models.protocol.problems", **dict(zip(("problems", "steps", "seed"), found.groups(), strict=True)))
    if found := _WALKS.fullmatch(text):
        return say("models.protocol.walks", **dict(zip(("goals", "walks", "seed"), found.groups(), strict=True)))
    if found := _SHOWN.fullmatch(text):
        return say("models.protocol.demonstrations", **dict(zip(("goals", "seed"), found.groups(), strict=True)))
    return text


def longer(model: Model) -> str:
    """What longer training would still bring, as far as the run's own end can tell."""
    text = str(model.card["training"].get("longer", ""))
    if found := _LONGER.match(text):
        return say("models.longer", before=found[1], after=found[2])
    return say("models.never") if text == "never trained" else text


def rule(model: Model) -> str:
    """What training did; of learners with a rule of their own, what they are."""
    name = str(model.card["training"]["recipe"]["rule"])
    if f"models.rule.{name}" in words.table():
        return say(f"models.rule.{name}")
    return summary(model) if f"learner.{model.name}.summary" in words.table() else name


def network(model: Model) -> str:
    spec = dict(model.card.get("network") or model.card["training"]["recipe"]["network"])
    known = f"models.network.{spec['kind']}"
    return say(f"models.network.{spec.pop('kind')}", **spec) if known in words.table() else str(spec)


def problem(broken: Broken) -> str:
    """What is wrong, in Markdown."""
    return say(
        f"models.broken.{broken.problem}",
        card=in_code(f"weights/{broken.key}.json"),
        file=in_code(f"weights/{broken.key}.safetensors"),
        detail=in_markdown(broken.detail),
    )


def remedy(model: Model | Broken) -> str:
    """What helps, in Markdown."""
    paper = " --characters paper" if model.folder else ""
    return say("models.remedy", command=in_code(f"python -m demo train {model.name}{paper}"))


def matches(model: Model, search: str) -> bool:
    """Whether every word of the search is somewhere in what can be read of the model, in any language."""
    card, entry = model.card, f"learner.{model.name}"
    known = [words.table()[key] for key in (entry, f"{entry}.summary") if key in words.table()]
    said = [text for tongues in known for text in tongues.values()]
    read = [model.key, title(model), summary(model), data(model), rule(model), *said]
    read += [str(card["training"][key]) for key in ("command", "data") if key in card["training"]]
    text = " ".join(read).casefold()
    return all(word in text for word in search.casefold().split())
