"""The numbers of the models page's figures, for export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo.training.shelf import Figure, Model
from demo.ui.models_words import kind, name, own
from demo.ui.words import say


def card_table(model: Model) -> dict[str, list[Any]]:
    """By inner step what each kind of tasks was measured to come to; by meta-step the training.

    Of what stands apart, the training and what it was measured to do.
    """
    if model.own:
        return {
            say("models.axis.meta"): [point["meta_step"] for point in model.history],
            say("models.head.loss"): [point["loss"] for point in model.history],
            say("models.head.kind"): [kind(key) for key in model.own],
            say("models.head.figures"): [" · ".join(own(figures)) for figures in model.own.values()],
        }
    curves: dict[str, Sequence[float]] = {say("models.axis.mse"): model.errors}
    if model.figures:
        heads = [f"{kind(figure.key)}: {say('models.axis.right')}" for figure in model.figures]
        curves = {
            head: [100 * share for share in figure.curve] for head, figure in zip(heads, model.figures, strict=True)
        }
    longest = max(len(values) for values in curves.values())
    table: dict[str, list[Any]] = {say("models.axis.step"): list(range(longest))}
    table |= {head: list(values) for head, values in curves.items()}
    if model.history:
        sines = model.use == "sines"
        validation = say("models.history.mse" if sines else "models.history.accuracy")
        table[say("models.axis.meta")] = [point["meta_step"] for point in model.history]
        table[validation] = [(1 if sines else 100) * point["validation"] for point in model.history]
        table[say("models.head.loss")] = [point["loss"] for point in model.history]
    return table


def comparison_table(pairs: Sequence[tuple[Model, Figure]]) -> dict[str, list[Any]]:
    """Models and what they were measured to do, in per cent, the best first."""
    accuracy = say("models.axis.accuracy")
    return {
        say("models.head.model"): [name(model) for model, _ in pairs],
        accuracy: [100 * figure.accuracy for _, figure in pairs],
        say("export.interval", column=accuracy): [100 * figure.ci95 for _, figure in pairs],
        say("export.percent", column=say("models.head.ece")): [100 * figure.ece for _, figure in pairs],
        say("export.percent", column=say("models.head.confidence")): [100 * f.mean_confidence for _, f in pairs],
    }
