"""The draw page's bars and curves as numbers and as Plotly's figures, for export. On the page they are `trace.js`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go

from demo.ui.quoted import in_figure
from demo.ui.words import say

Data = dict[str, Any]  # what `demo.ui.trace.trace_data` gives


def trace_table(data: Data) -> dict[str, list[Any]]:
    """The inner steps, and for each query and each learner the probabilities and the loss; a diverged loss is empty."""
    table: dict[str, list[Any]] = {say("trace.step"): []}
    for query, learner, answer in _answers(data):
        rows = answer["probabilities"]
        table[say("trace.step")] = list(range(max(len(rows), len(table[say("trace.step")]))))
        for i, title in enumerate(titles(data)):
            table[say("trace.column", query=query, learner=learner, column=title)] = [row[i] for row in rows]
        heading = say("trace.column", query=query, learner=learner, column=say("trace.loss"))
        table[heading] = ["" if loss is None else loss for loss in answer["losses"]]
    return table


def trace_figures(data: Data, ink: str) -> list[go.Figure]:
    """Two figures for each query that has an answer: probabilities, and the loss on the drawings.

    Of learners without an inner loop one: their only answers, as bars. ink: the page's text colour.
    """
    figures = []
    for query in [query for query in data["queries"] if query["answer"]] or data["queries"][:1]:
        answers = list(_answers({**data, "queries": [query]}))
        if not data["loop"]:
            figures.append(_bars(data, answers, query["name"]))
            continue
        chances = [
            _line(f"{title}, {learner}", [row[i] for row in answer["probabilities"]], data["colours"][i], dashed, ".1%")
            for _, learner, answer, dashed in _dashed(answers)
            for i, title in enumerate(map(in_figure, titles(data)))
        ]
        losses = [
            _line(learner, answer["losses"], ink, dashed, ".3f") for _, learner, answer, dashed in _dashed(answers)
        ]
        name = f"{query['name']} · {say('trace.probability')}"
        figures.append(_figure(chances, name, {"range": [-0.02, 1.02], "tickformat": ".0%"}))
        figures.append(_figure(losses, say("trace.loss"), {"rangemode": "tozero"}))
    return figures


def _bars(data: Data, answers: list[tuple[str, str, dict[str, Any]]], query: str) -> go.Figure:
    """A bar for each class, of the only answer of each learner; the second learner's are hatched."""
    bars = [
        {
            "type": "bar",
            "x": list(map(in_figure, titles(data))),
            "y": answer["probabilities"][-1],
            "name": learner,
            "marker": {"color": data["colours"], "pattern": {"shape": "/" if k else ""}},
            "hovertemplate": "%{y:.1%}",
        }
        for k, (_, learner, answer) in enumerate(answers)
    ]
    y = {"range": [0, 1], "tickformat": ".0%"}
    return go.Figure(bars, {"title": {"text": f"{query} · {say('trace.probability')}"}, "showlegend": True, "yaxis": y})


def titles(data: Data) -> list[str]:
    """Of the classes: "C, fish"; a class without a name of its own is its letter."""
    return [
        letter if letter == label else say("trace.named", letter=letter, label=label)
        for letter, label in zip(data["letters"], data["labels"], strict=True)
    ]


def _answers(data: Data) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each query's name, who answers, and the answer."""
    for query in data["queries"]:
        for who, learner in (("answer", "learner"), ("twin", "twinLearner")):
            if query[who]:
                yield query["name"], data[learner], query[who]


def _dashed(answers: list[tuple[str, str, dict[str, Any]]]) -> Iterator[tuple[str, str, dict[str, Any], bool]]:
    for k, answer in enumerate(answers):
        yield *answer, k > 0


def _line(name: str, values: list[float | None], colour: str, dashed: bool, form: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": list(range(len(values))),
        "y": values,
        "mode": "lines+markers",
        "name": name,
        "line": {"color": colour, "width": 1.5 if dashed else 3, "dash": "dash" if dashed else "solid"},
        "hovertemplate": f"%{{y:{form}}}",
    }


def _figure(lines: list[dict[str, Any]], title: str, y: dict[str, Any]) -> go.Figure:
    x = {"title": {"text": say("trace.step")}, "zeroline": False, "rangemode": "tozero"}
    layout = {"title": {"text": title}, "hovermode": "x unified", "showlegend": True, "xaxis": x, "yaxis": y}
    return go.Figure(lines, layout)
