"""One model's card: what it is, how it was made, what it was measured to do, and whether the file is still that one."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence

import plotly.graph_objects as go
import streamlit as st

from demo.training.shelf import Figure, Model
from demo.ui import models_words as speak
from demo.ui.export import show_export, titled
from demo.ui.models_charts import adaptation_figure, history_figure
from demo.ui.models_tables import card_table
from demo.ui.palette import PLOTLY
from demo.ui.quoted import in_markdown
from demo.ui.words import many, say


def show_card(model: Model) -> None:
    """All of it; what only few want to know lies one level deeper."""
    if not model.intact:
        st.error(f"{say('models.checksum.differs')} {speak.remedy(model)}", icon=":material/gpp_bad:")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.html(_facts(model))
        st.markdown(say("models.command"))
        st.code(model.card["training"]["command"], language="bash")
    with right:
        _figures(model)
    _curves(model)
    with st.popover(say("models.deeper"), icon=":material/data_object:"):
        st.html(table([say("models.tensor"), say("models.shape")], _tensors(model)))
        st.code(json.dumps({**model.card, "training": _without_history(model)}, indent=2, ensure_ascii=False), "json")


def _curves(model: Model) -> None:
    """Adapting, and training if there was any."""
    slug = re.sub(r"[^a-zA-Z0-9_-]", "-", model.key)  # as Streamlit makes a class of a key
    with st.container(key=f"model-curves-{slug}"):
        left, right = st.columns(2, gap="medium")
        figures = []
        if not model.own:
            with left:
                figures = [_chart(adaptation_figure(model), f"adapt-{model.key}", say("models.adaptation"))]
        with left if model.own else right:
            if model.history:
                figures.append(_chart(history_figure(model), f"history-{model.key}", say("models.history")))
                if not model.own:
                    st.caption(in_markdown(speak.longer(model)))
            else:
                st.markdown(say("models.never"))
    show_export(f"model-{slug}", figures, lambda: card_table(model), f".st-key-model-curves-{slug}")


def _chart(figure: go.Figure, key: str, words: str) -> go.Figure:
    st.markdown(words)
    st.plotly_chart(figure, key=f"models-{key}", height=260, config=PLOTLY, alt=words)
    return titled(figure, words)


def _facts(model: Model) -> str:
    training = model.card["training"]
    verdict = "matches" if model.intact else "differs"
    mark = "✓" if model.intact else "✗"
    checksum = (
        f'<span class="{verdict}">{mark} {say("models.matches") if model.intact else say("models.differs")}</span>'
        f"<br><code>{model.measured}</code>"
    )
    if not model.intact:
        checksum += f"<br>{say('models.checksum.card')}<br><code>{html.escape(str(model.card['sha256']))}</code>"
    made = f"{training.get('device', '')}, PyTorch {training.get('torch', '')}, seed {training.get('seed', '')}"
    facts = {
        "rule": html.escape(speak.rule(model)),
        "network": html.escape(speak.network(model)),
        **({"page": html.escape(speak.page(model))} if model.own else {"inner": _inner(model)}),
        "data": html.escape(speak.data(model)),
        "effort": html.escape(_effort(model)),
        "made": html.escape(made),
        "file": f"<code>weights/{html.escape(model.key)}.safetensors</code>, {model.size / 1000:,.0f} kB, "
        + html.escape(many("models.parameters", model.parameters)),
        "checksum": checksum,
        "licence": html.escape(f"{model.card['licence']}. {model.card.get('credit', '')}".strip()),
    }
    rows = "".join(f"<dt>{say(f'models.fact.{key}')}</dt><dd>{value}</dd>" for key, value in facts.items())
    return f'<dl class="facts">{rows}</dl>'


def _inner(model: Model) -> str:
    steps = many("models.steps", model.steps)
    return html.escape(say("models.inner.value", rate=model.card["inner"]["rate"], steps=steps))


def _effort(model: Model) -> str:
    training = model.card["training"]
    if not model.history:
        return say("models.never")
    tasks, seconds = training.get("tasks", 0), training.get("seconds", 0)
    if model.own:
        return say("models.effort.minutes", minutes=f"{seconds / 60:.1f}")
    return say("models.effort", tasks=f"{tasks:,}", minutes=f"{seconds / 60:.0f}")


def _figures(model: Model) -> None:
    if model.own:
        _own(model)
        return
    st.markdown(say("models.measured"))
    if model.figures:
        heads = [say(f"models.head.{name}") for name in ("kind", "accuracy", "ece", "confidence", "transductive")]
        st.html(table(heads, (_row(figure) for figure in model.figures)))
        st.caption(say("models.ece"))
        with st.popover(say("models.commands"), icon=":material/terminal:"):
            for figure in model.figures:
                kind, protocol = in_markdown(speak.kind(figure.key)), in_markdown(speak.protocol(figure.protocol))
                st.markdown(f"**{kind}**: {protocol}")
                st.code(figure.command, language="bash")
        return
    at = [step for step in (0, 1, 2, 5, 10, 20, 32) if step < len(model.errors)]
    rows = [[str(step), f"{model.errors[step]:.3f}"] for step in at]
    st.html(table([say("models.axis.step"), say("models.axis.mse")], rows))
    st.markdown(in_markdown(speak.protocol(str(model.card["evaluation"].get("protocol", "")))))
    st.code(str(model.card["evaluation"].get("command", "")), language="bash")


def _own(model: Model) -> None:
    """What stands apart has figures of its own, for each thing that was measured."""
    st.markdown(say("models.own"))
    rows = "".join(
        f"<dt>{html.escape(speak.kind(key))}</dt><dd>{html.escape(' · '.join(speak.own(figures)))}</dd>"
        for key, figures in model.own.items()
    )
    st.html(f'<dl class="facts">{rows}</dl>')
    protocols = dict.fromkeys(str(entry["protocol"]) for entry in model.card["evaluation"].values())
    st.caption("  \n".join(in_markdown(speak.protocol(each)) for each in protocols))
    for command in dict.fromkeys(str(entry["command"]) for entry in model.card["evaluation"].values()):
        st.code(command, language="bash")


def _row(figure: Figure) -> list[str]:
    together = "–" if figure.transductive == figure.accuracy else f"{100 * figure.transductive:.1f} %"
    return [
        speak.kind(figure.key),
        speak.accuracy(figure),
        f"{100 * figure.ece:.1f}",
        f"{100 * figure.mean_confidence:.1f} %",
        together,
    ]


def _tensors(model: Model) -> list[list[str]]:
    return [[name, " × ".join(map(str, shape))] for name, shape in model.shapes.items()]


def _without_history(model: Model) -> dict[str, object]:
    return {key: value for key, value in model.card["training"].items() if key != "history"}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """An HTML table of plain texts; the first column names the row."""
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{html.escape(first)}</th>{"".join(f"<td>{html.escape(each)}</td>" for each in rest)}</tr>'
        for first, *rest in rows
    )
    content = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="models-table" tabindex="0"><table>{content}</table></div>'
