"""The models page: every weights file, its card, and whether they still belong together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from demo.training import shelf
from demo.training.shelf import Broken, Model
from demo.ui import models_words as speak
from demo.ui.controls import Choice
from demo.ui.export import show_export, titled
from demo.ui.models_card import show_card, table
from demo.ui.models_charts import comparison_figure
from demo.ui.models_tables import comparison_table
from demo.ui.palette import PLOTLY, ink
from demo.ui.quoted import in_code, in_figure, in_markdown
from demo.ui.settings import MODELS
from demo.ui.words import many, say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "models.css"
SINE_STEPS = (0, 1, 5, 10, 32)


@st.fragment
def bench() -> None:
    """Filters, and the models that they let through."""
    found = shelf.models()  # read and checked anew each time: a few milliseconds
    with st.container(key="models-filters", horizontal=True, vertical_alignment="bottom", gap="medium"):
        search = MODELS["model_search"].widget()
        use = MODELS["model_use"].widget()
        family = MODELS["model_family"].widget()
    chosen = [
        model
        for model in found
        if isinstance(model, Model)
        and use in ("all", model.use)
        and family in ("all", model.family)
        and speak.matches(model, search)
    ]
    for model in found:
        if isinstance(model, Broken):
            show_broken(model)
    one_by_one, compared = st.tabs([say("models.tab.list"), say("models.tab.compare")], key="models-tabs")
    with one_by_one, st.container(key="models-list"):
        show_list(chosen)
    with compared, st.container(key="models-compare"):
        show_comparison(chosen)


def show_broken(broken: Broken) -> None:
    name = f"**{in_markdown(speak.title(broken))}** (`{in_code(broken.key)}`)"
    st.error(f"{name}: {speak.problem(broken)} {speak.remedy(broken)}", icon=":material/gpp_bad:")


def show_list(models: list[Model]) -> None:
    """A line a model, whose card opens below it."""
    st.caption(many("models.count", len(models)))
    for use in shelf.USES:
        group = [model for model in models if model.use == use]
        if group:
            st.markdown(
                f"##### {say(f'models.use.{use}')} :small[{say(f'models.measure.{use}', steps=shelf.SINE_STEPS)}]"
            )
        for model in group:
            show_line(model)


def show_line(model: Model) -> None:
    badge = f":green[✓ {say('models.checksum')}]" if model.intact else f":red[✗ {say('models.checksum.not')}]"
    title, score, summary = (in_markdown(said(model)) for said in (speak.title, speak.score, speak.summary))
    label = f"**{title}** · **{score}** · {summary} · {badge}"
    key = f"model-{model.key.replace('/', '-')}"
    card = st.expander(label, key=key, on_change="rerun")
    if card.open:
        with card:
            show_card(model)


def show_comparison(models: list[Model]) -> None:
    kinds = shelf.kinds(models)
    if any(model.errors for model in models):
        kinds.append("sines")
    if not kinds:
        st.caption(many("models.count", 0))
        return
    setting = MODELS["model_kind"]
    assert isinstance(setting, Choice)
    if setting.value not in kinds:
        st.session_state[setting.key] = kinds[0]
    kind = replace(setting, options=kinds).widget()
    if kind == "sines":
        show_regressors([model for model in models if model.errors])
        return
    pairs = shelf.best(models, kind)
    named = speak.kind(kind)
    st.markdown(say("models.compare", kind=in_markdown(named)))
    figure = comparison_figure(pairs, ink())
    alt = say("models.compare", kind=named)
    with st.container(key="models-compared"):
        st.plotly_chart(figure, key="models-comparison", height=90 + 32 * len(pairs), config=PLOTLY, alt=alt)
    words = say("models.compare", kind=in_figure(named))
    show_export("models", titled(figure, words), lambda: comparison_table(pairs), ".st-key-models-compared")
    heads = ("model", "accuracy", "ece", "confidence", "split", "parameters", "file")
    rows = [
        [
            speak.name(model),
            speak.accuracy(figure),
            f"{100 * figure.ece:.1f}",
            f"{100 * figure.mean_confidence:.1f} %",
            say(f"models.split.{'paper' if model.folder else 'lake'}"),
            f"{model.parameters:,}",
            "✓" if model.intact else "✗",
        ]
        for model, figure in pairs
    ]
    st.html(table([say(f"models.head.{head}") for head in heads], rows))
    protocols = dict.fromkeys(speak.protocol(figure.protocol) for _, figure in pairs)
    st.caption("  \n".join([*map(in_markdown, protocols), say("models.ece")]))


def show_regressors(models: list[Model]) -> None:
    """Mean squared error after some numbers of steps."""
    heads = [say("models.head.model"), *(many("models.steps", step) for step in SINE_STEPS), say("models.head.file")]
    rows = [
        [
            speak.name(model),
            *(f"{model.errors[step]:.2f}" if step < len(model.errors) else "–" for step in SINE_STEPS),
            "✓" if model.intact else "✗",
        ]
        for model in models
    ]
    st.markdown(say("models.compare.sines"))
    st.html(table(heads, rows))


st.html(STYLE)
st.title(say("models.title"), anchor=False)
st.markdown(say("models.lead"))
bench()
