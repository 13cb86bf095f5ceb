"""One session's desk: its sketch, the settings, and what the pen was last seen to do; and what it all comes to.

The page asks it in a Streamlit run, and the pen by its own line to the server (`demo.ui.line`) without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.learners.worker import TRANSDUCTIVE, LearnerError
from demo.limits import MOST_SHOTS
from demo.tasks.drawing import Drawing
from demo.training.standings import takes_steps
from demo.ui import canvas, examples, line, words
from demo.ui.answers import answer_all, crowded
from demo.ui.keep import Keeper
from demo.ui.pen import Seen, parsed
from demo.ui.preview import Preview, preview_data
from demo.ui.quoted import isolated
from demo.ui.sheet import LETTERS, QUERY, Sheet, name_of
from demo.ui.sketch import Sketch
from demo.ui.trace import Answer, Asked, trace_data
from demo.ui.words import many, say

NOBODY = "none"  # stands beside the learner


@dataclass(eq=False)
class Desk:
    sketch: Sketch
    learner: str = ""
    twin: str = NOBODY
    steps: int = 0
    device: str = "cpu"
    previews: bool = False
    tongue: str = words.DEFAULT
    seen: Seen = field(default_factory=Seen)
    keeper: Keeper = field(default_factory=Keeper)
    token: str = field(init=False)  # whoever knows it may send this session's pen

    def __post_init__(self) -> None:
        self.token = line.offer(self)

    def take(self, report: Seen) -> None:
        """Finished strokes are the sketch's from now on; one under way is on the sheet as long as it is."""
        sketch = self.sketch
        with sketch.lock:
            self.seen = report
            for place in sketch.sheet.places:
                key = sketch.key(place)
                if key not in report.ink:
                    continue
                ink = report.ink[key]
                if ink is None:
                    sketch.refuse(place)
                else:
                    new = ink.new(len(sketch.sheet.drawings[place].strokes))
                    sketch.extend(place, new[:-1] if key == report.open else new)

    def reply(self, message: Any) -> dict[str, Any] | None:
        """The answer to the pen's report; None to what is none."""
        report = parsed(message)
        if report is None:
            return None
        self.take(report)
        state = {**self.state(report.kept), "number": report.number}  # another may come by way of Streamlit meanwhile
        if report.open is not None and crowded():
            return {**state, "crowded": True}  # the next report will be answered, or the one after
        return {**state, **self.says(), **self.pads()}

    def state(self, kept: str | None = None) -> dict[str, Any]:
        """What the pen's companion goes by: the report answered, strokes by pad, and which page would be shown.

        And the sheet at this moment, for the tab to keep, unless that is the state `kept` there already.
        """
        sketch = self.sketch
        with sketch.lock:
            known = {sketch.key(place): len(sketch.sheet.drawings[place].strokes) for place in sketch.sheet.places}
            carried = self.keeper.carried(sketch, kept)
            return {"number": self.seen.number, "known": known, "page": sketch.page, "kept": carried}

    def sheet(self) -> Sheet:
        """What is drawn, with the stroke that the pen is drawing."""
        sketch = self.sketch
        with sketch.lock:
            sheet, report = sketch.sheet, self.seen
            for place in sheet.places:
                if sketch.key(place) == report.open and (ink := report.ink.get(report.open)):
                    drawing = sheet.drawings[place]
                    strokes = (*drawing.strokes, *ink.new(len(drawing.strokes)))
                    return sheet.with_drawing(place, Drawing(drawing.width, drawing.height, strokes))
            return sheet

    def pads(self) -> dict[str, Any]:
        """What `pads.js` makes of the pads and of the buttons round them."""
        sketch, tongue = self.sketch, self.tongue
        sheet = sketch.sheet
        blank = {place: not sheet.drawings[place].strokes for place in sheet.places}
        pads = [
            canvas.Pad(
                f"cell-{place}", pad_name(sheet, place, tongue), say("draw.erase.one", tongue, name=name_of(place))
            )
            for place in sheet.places
        ]
        idle = {
            "undo": not sketch.past,
            "redo": not sketch.future,
            "erase-all": all(blank.values()),
            "export": bool(sheet.empty),
            **{f"erase-{place}": nothing for place, nothing in blank.items()},
        }
        return canvas.pads_data(pads, idle)

    def says(self) -> dict[str, Any]:
        """The data of the trace, of the previews (or nothing), and what fails: the learner, the GPU (or nothing)."""
        sheet = self.sheet()
        hint, error = self.wanted(sheet.missing), ""
        found: list[Answer | None] = [None] * sheet.asked
        twins = found
        if not hint:
            try:
                found = self.ask(sheet, self.learner)
                if self.twin not in (NOBODY, self.learner):
                    twins = self.ask(sheet, self.twin)
            except LearnerError as problem:
                error, hint = str(problem), say("draw.learner.missing", self.tongue)
        asked = [
            Asked(name_of(place), one, other, hint or self.wanted([place] if sheet.drawings[place].empty else []))
            for place, one, other in zip(sheet.queries, found, twins, strict=True)
        ]
        titles = self.title(self.learner), self.title(self.twin)
        labels = [isolated(label) for label in examples.labels(sheet, self.tongue)]
        trace = trace_data(LETTERS[: sheet.ways], labels, asked, titles, self.tongue, self.loop)
        return {
            "trace": {**trace, "number": self.seen.number, "drawing": self.seen.open is not None},
            "preview": preview_data([self.preview(sheet, place) for place in sheet.places]) if self.previews else None,
            "error": error,
            "fallback": next((one.fallback for one in (*found, *twins) if one and one.fallback), ""),
        }

    @property
    def loop(self) -> bool:
        """Whether anybody who answers takes inner steps."""
        answering = [name.removesuffix(TRANSDUCTIVE) for name in (self.learner, self.twin) if name != NOBODY]
        return any(takes_steps(name) for name in answering)

    def ask(self, sheet: Sheet, learner: str) -> list[Answer | None]:
        """An answer for each query in sight that has ink."""
        if stored := examples.stored_answer(sheet.example, learner, self.steps):
            return [stored]
        labels, images = sheet.support()
        drawn = [place for place in sheet.queries if not sheet.drawings[place].empty]
        images += [sheet.image(place) for place in drawn]
        answers = dict(zip(drawn, answer_all(learner, labels, images, self.steps, self.device), strict=True))
        return [answers.get(place) for place in sheet.queries]

    def title(self, learner: str) -> str:
        return say(f"learner.{learner}", self.tongue)

    def wanted(self, places: Sequence[int]) -> str:
        """What to say while there is nothing in `places`."""
        names = [name_of(place) for place in places]
        if not names:
            return ""
        if len(names) == 1:
            return say("draw.wanted.one", self.tongue, name=names[0])
        most = say("draw.comma", self.tongue).join(names[:-1])
        return say("draw.wanted.many", self.tongue, names=most, last=names[-1])

    def preview(self, sheet: Sheet, place: int) -> Preview:
        """Under its pad: a column for each class, and one for the queries."""
        column, row = (sheet.ways, place - QUERY) if place >= QUERY else divmod(place, MOST_SHOTS)
        key = "draw.preview.empty" if sheet.drawings[place].empty else "draw.preview"
        name = say(key, self.tongue, pad=pad_title(place, self.tongue))
        return Preview(name, None if sheet.drawings[place].empty else sheet.image(place), column, row)


def pad_title(place: int, tongue: str | None = None) -> str:
    """What a pad is called in a sentence: "class A", "the query ?2"."""
    name = name_of(place)
    if place == QUERY:
        return say("draw.pad.query", tongue)
    return say("draw.pad.queries" if place > QUERY else "draw.pad.class", tongue, name=name)


def pad_name(sheet: Sheet, place: int, tongue: str) -> str:
    """What assistive technology calls a pad."""
    strokes = len(sheet.drawings[place].strokes)
    count = many("draw.pad.strokes", strokes, tongue) if strokes else say("draw.pad.empty", tongue)
    return say("draw.pad", tongue, pad=pad_title(place, tongue), count=count)
