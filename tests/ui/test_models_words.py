"""Cards are in English; the page says what they say in the reader's language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from demo.training import shelf
from demo.training.shelf import Broken, Model
from demo.ui import models_words as speak
from demo.ui import words

MODELS = [model for model in shelf.models() if isinstance(model, Model)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_every_card_is_said_in_chinese(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh")
    protocols = [figure.protocol for figure in model.figures]
    protocols += [model.card["evaluation"][key]["protocol"] for key in model.own]
    said = [speak.data(model), speak.rule(model), speak.summary(model)]
    said += [text for figures in model.own.values() for text in speak.own(figures)]
    if not model.own:
        said += [speak.longer(model)]
    if model.errors:
        protocols.append(model.card["evaluation"]["protocol"])
    said += [speak.protocol(protocol) for protocol in protocols]
    for text in said:
        assert re.search(r"[\u4e00-\u9fff]", text), text
    assert speak.network(model)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_numbers_of_a_card_are_kept(model: Model) -> None:
    for figure in model.figures:
        assert sorted(re.findall(r"\d+", speak.protocol(figure.protocol))) == sorted(
            re.findall(r"\d+", figure.protocol)
        )
        assert f"{100 * figure.accuracy:.1f} ± {100 * figure.ci95:.1f}" in speak.accuracy(figure)


def test_what_no_form_fits_is_said_as_it_is() -> None:
    assert speak.protocol("by guessing") == "by guessing"
    assert speak.kind("upside_down") == "upside_down"
    assert speak.kind("7-way 3-shot") == "7-way 3-shot"
    training = {**MODELS[0].card["training"], "data": "things", "longer": "who knows"}
    odd = replace(MODELS[0], card={**MODELS[0].card, "training": training})
    assert speak.data(odd) == "things"
    assert speak.longer(odd) == "who knows"


@pytest.mark.parametrize(
    "search, expected",
    [
        ("", {model.key for model in MODELS}),
        ("batch norm", {"reptile-batchnorm", "maml-plus-plus"}),
        ("--characters PAPER", {"paper/maml", "paper/reptile"}),
        ("任意 sines", set()),
        ("一阶", {"fomaml"}),
        ("nothing of the kind", set()),
    ],
)
def test_a_search_finds_models_by_all_its_words(search: str, expected: set[str]) -> None:
    found = {model.key for model in MODELS if speak.matches(model, search)}
    assert found == expected


@pytest.mark.parametrize(
    "problem", ["card-missing", "card-damaged", "card-incomplete", "weights-missing", "weights-damaged"]
)
def test_every_way_of_being_broken_has_words(problem: str) -> None:
    said = speak.problem(Broken("maml", "paper", problem, "odd"))
    assert "weights/paper/maml" in said
    assert "--characters paper" in speak.remedy(Broken("maml", "paper", problem, "odd"))
