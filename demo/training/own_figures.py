"""The README's table of what only one learner can be asked: a row a figure, with the command that measures it."""

from __future__ import annotations

from collections.abc import Iterator

from demo.learners.store import Card, read_card

Row = tuple[str, str, str]  # what, figure, command


def own_figures() -> Iterator[Row]:
    yield from _memory(read_card("mann")["special"])
    yield from _unlabelled(read_card("semi-prototypical")["special"])
    yield from _attacked(read_card("adml")["attack"])
    yield from _copied(read_card("ntm-copy")["evaluation"])
    for name, what in (("l2l-quadratic", "1,000 quadratics"), ("l2l-sine", "fitting 100 sines")):
        yield from _optimised(what, read_card(name)["evaluation"])
    for name, title in (("nav-maml", "MAML"), ("nav-metasgd", "Meta-SGD")):
        yield from _walked(title, read_card(name)["evaluation"])
    yield from _imitated(read_card("nav-imitation")["evaluation"]["imitation"])


def _memory(card: Card) -> Iterator[Row]:
    shown = list(zip(card["accuracy_by_presentation"], card["ci95"], strict=True))
    figures = ", ".join(f"{100 * a:.1f} ± {100 * half:.1f}" for a, half in shown[1:5])
    yield "memory-augmented network, accuracy at a class's 2nd, 3rd, 4th, 5th drawing, %", figures, card["command"]


def _unlabelled(card: Card) -> Iterator[Row]:
    parts = (card[f"accuracy_{key}"] for key in ("without", "with", "with_distractors"))
    figures = ", ".join(f"{100 * part['accuracy']:.1f} ± {100 * part['ci95']:.1f}" for part in parts)
    what = (
        "semi-supervised prototypes, 5-way 1-shot, without, with 5 unlabelled drawings a class, and with distractors, %"
    )
    yield what, figures, card["command"]


def _attacked(card: Card) -> Iterator[Row]:
    at = card["epsilon"].index(0.1)
    figures = "; ".join(
        f"{title} {100 * card[name][0]:.1f} → {100 * card[name][at]:.1f}"
        for name, title in (("adml", "ADML"), ("maml", "MAML"))
    )
    yield "5-way 1-shot, clean → every query moved against its learner, ε = 0.1, %", figures, card["command"]


def _copied(card: Card) -> Iterator[Row]:
    short, long = card["length_8"], card["length_16"]
    figures = f"{100 * short['bits_wrong']:.2f}, {100 * long['bits_wrong']:.2f}"
    yield (
        "Neural Turing Machine, bits wrong at length 8, and at 16, twice what it was trained on, %",
        figures,
        short["command"],
    )


def _optimised(what: str, card: Card) -> Iterator[Row]:
    figures = "; ".join(
        f"{title} {card[name]['final']:.2f} ± {card[name]['ci95']:.2f}"
        for name, title in (("learnt", "learnt"), ("adam", "Adam"), ("sgd", "SGD"))
    )
    yield f"learnt optimiser, loss after 100 steps, {what}", figures, card["learnt"]["command"]


def _walked(title: str, card: Card) -> Iterator[Row]:
    walked, against = card["navigation"], card["against_pretrained"]
    figures = (
        f"{walked['return_1']:.2f}; {100 * against['better_1']:.0f} % (the pretrained policy at its own best rate:"
        f" {100 * against['better_tuned']:.1f} %)"
    )
    what = f"{title} policy after one step, mean return; of 200 goals, better than the pretrained policy after its step"
    yield what, figures, walked["command"]


def _imitated(card: Card) -> Iterator[Row]:
    what = "meta imitation, mean distance from the goal before and after one step on one walk; within 0.1"
    yield what, f"{card['missed_0']:.2f}, {card['missed_1']:.3f}; {100 * card['within_tenth']:.0f} %", card["command"]
