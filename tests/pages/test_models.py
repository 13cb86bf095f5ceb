"""The models page without a browser: the list, filters, cards, comparing, and damage."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from demo.learners import ENTRIES, REGRESSORS
from demo.training import shelf
from demo.training.apart import APART
from demo.ui import models_words as speak
from tests.pages.opening import opened, plain, sound

SHIPPED = len(ENTRIES) + len(APART) + 2  # of the papers' split


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    def open_with(*unfolded: str, **query: str) -> AppTest:
        return opened("models", {f"model-{key}": True for key in unfolded}, **query)

    return open_with


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the weights, which the page now reads."""
    copy = Path(shutil.copytree(shelf.FOLDER, tmp_path / "weights"))
    real = shelf.models
    monkeypatch.setattr(shelf, "models", lambda: real(copy))
    return copy


def lines(app: AppTest) -> list[str]:
    return [plain(expander.label) for expander in app.expander]


def html(app: AppTest) -> str:
    return "".join(str(each.proto.body) for each in app.get("html"))


def test_the_list_is_short_and_every_file_matches_its_card(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    assert len(lines(app)) == SHIPPED
    assert all("✓ checksum matches" in line for line in lines(app))
    assert lines(app)[0].startswith("**MAML** · **99.2 ± 0.1 %**")
    assert not app.error
    assert len(app.get("plotly_chart")) == 1, "of the cards, none is drawn before it is opened"


@pytest.mark.parametrize(
    "query, expected",
    [
        ({"model_use": "sines"}, lambda model: model.use == "sines"),
        ({"model_family": "baseline"}, lambda model: model.family == "baseline"),
        ({"model_family": "metric"}, lambda model: model.family == "metric"),
        ({"model_use": "paper", "model_family": "initialisation"}, lambda model: model.use == "paper"),
        ({"model_search": "with batch norm"}, lambda model: model.name == "reptile-batchnorm"),
        ({"model_search": "no such thing"}, lambda _: False),
        ({"model_use": "sines", "model_search": "--characters"}, lambda _: False),
        ({"model_use": "nothing", "model_family": "nobody", "model_kind": "none"}, lambda _: True),
        ({"model_use": "apart"}, lambda model: model.use == "apart"),
        ({"model_search": "存储器"}, lambda model: model.name == "ntm-copy"),
    ],
)
def test_filters_and_the_search_stand_in_the_address(
    open_page: Callable[..., AppTest], query: dict[str, str], expected: Callable[[shelf.Model], bool]
) -> None:
    wanted = [model for model in shelf.models() if isinstance(model, shelf.Model) and expected(model)]
    assert len(lines(open_page(**query))) == len(wanted)


def test_a_card_says_everything(open_page: Callable[..., AppTest]) -> None:
    app = open_page("reptile")
    found = {model.key: model for model in shelf.models()}["reptile"]
    assert isinstance(found, shelf.Model)
    for part in (found.measured, "111,424 parameters", "✓ matches", "MIT", "4,000 tasks", "808 characters"):
        assert part in html(app), part
    for figure in found.figures:
        assert f"{100 * figure.accuracy:.1f} ± {100 * figure.ci95:.1f} %" in html(app)
    assert "python -m demo train reptile" in [code.value for code in app.code]
    assert found.figures[0].command in [code.value for code in app.code]
    assert len(app.get("plotly_chart")) == 3


@pytest.mark.parametrize("name", APART)
def test_what_stands_apart_says_its_own_figures(open_page: Callable[..., AppTest], name: str) -> None:
    app = open_page(name, model_use="apart")
    [line] = [line for line in lines(app) if f"**{APART[name].title}**" in line]
    found = {model.key: model for model in shelf.models()}[name]
    assert isinstance(found, shelf.Model)
    for figures in found.own.values():
        for text in speak.own(figures):
            assert text in html(app)
    assert speak.score(found) in line
    assert {found.card["training"]["command"], f"python -m demo evaluate --learner {name}"} <= {
        code.value for code in app.code
    }


@pytest.mark.parametrize("model", shelf.models(), ids=lambda model: model.key)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_card_can_be_opened_in_every_language(
    open_page: Callable[..., AppTest], model: shelf.Model, lang: str
) -> None:
    app = open_page(model.key.replace("/", "-"), lang=lang)
    assert model.measured in html(app)


def test_comparing_puts_the_most_accurate_first(open_page: Callable[..., AppTest]) -> None:
    app = open_page(model_kind="20-way 1-shot")
    rows = [row.split("</th>")[0] for row in html(app).split('<th scope="row">')[1:]]
    expected = [f"{pair[0].name}" for pair in shelf.best(shelf.models(), "20-way 1-shot")]
    assert len(rows) == len(expected)
    assert rows[0].startswith("MAML (papers")
    sound(app.selectbox(key="model_kind").set_value("sines").run())
    assert html(app).count('<th scope="row">') == len(REGRESSORS)
    sound(app.selectbox(key="model_use").set_value("paper").run())
    assert app.selectbox(key="model_kind").value == "5-way 1-shot"


def test_damage_is_named_and_the_others_are_shown(open_page: Callable[..., AppTest], folder: Path) -> None:
    raw = bytearray((folder / "maml.safetensors").read_bytes())
    raw[-1] ^= 1
    (folder / "maml.safetensors").write_bytes(raw)
    (folder / "random.safetensors").unlink()
    (folder / "paper" / "reptile.json").write_text("{")
    app = open_page("maml")
    assert len(lines(app)) == SHIPPED - 2
    assert "✗ checksum does not match" in lines(app)[0]
    errors = [plain(error.value) for error in app.error]
    assert len(errors) == 3
    assert any("random.safetensors" in e and "python -m demo train random" in e for e in errors)
    assert any("paper/reptile.json" in e and "--characters paper" in e for e in errors)
    assert any("not the one that this card describes" in e for e in errors)
    assert "✗ does not match" in html(app)
