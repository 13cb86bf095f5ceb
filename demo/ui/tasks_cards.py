"""A task as pictures: a card for each class with its drawings, its query, and what the query was taken for."""

from __future__ import annotations

import html

from demo.lessons.tasks import Answer
from demo.tasks.making import LETTERS, Made
from demo.ui.palette import CLASSES
from demo.ui.pictures import picture
from demo.ui.words import many, say, table

FEW = 5
"""Up to so many classes have colours of their own, and larger pictures."""


def cards(made: Made, answer: Answer | None) -> str:
    """HTML: N cards; without an answer the queries stand there unanswered."""
    size = "few" if made.ways <= FEW else "many"
    each = "".join(_card(n, made, answer) for n in range(made.ways))
    return f'<div class="task-cards {size}" role="list" aria-label="{html.escape(say("tasks.cards"))}">{each}</div>'


def _card(n: int, made: Made, answer: Answer | None) -> str:
    shots = "".join(picture(image) for image in made.support[n])
    name = class_name(made.names[n])
    heading = f"{_letter(n)}<span>{html.escape(name)}</span>" if name != LETTERS[n] else _letter(n)
    described = say("tasks.card", letter=LETTERS[n], name=name, drawings=many("tasks.drawings", made.shots))
    mark, verdict = "", ""
    if answer is not None:
        told, probabilities = int(answer.told[n]), answer.probabilities[-1, n]
        mark = "right" if told == n else "wrong"
        own = "" if told == n else f"<small>{say('tasks.own', own=_percent(probabilities[n]))}</small>"
        verdict = (
            f'<div class="told"><span class="mark" aria-hidden="true">{"✓" if told == n else "✗"}</span>'
            f"{_letter(told)}<b>{_percent(probabilities[told])}</b>{own}</div>"
        )
        taken = say("tasks.taken", letter=LETTERS[told], share=_percent(probabilities[told]))
        described += f" {taken} {say('tasks.right') if told == n else say('tasks.wrong')}"
    return (
        f'<section class="task-card {mark}" role="listitem" aria-label="{html.escape(described)}">'
        f'<header>{heading}</header><div class="shots">{shots}</div>'
        f'<div class="asked">{picture(made.queries[n], "query")}{verdict}</div></section>'
    )


def class_name(name: str) -> str:
    """A class's name in the session's language, where there are words for it; else as it is."""
    return say(f"example.{name}") if f"example.{name}" in table() else name


def _letter(n: int) -> str:
    colour = f' style="--class: {CLASSES[n]}"' if n < FEW else ""
    return f'<b class="letter"{colour}>{LETTERS[n]}</b>'


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
