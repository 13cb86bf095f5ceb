"""What the sine page says about its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from demo.ui.sine_view import OFF_THE_CHART, Question, Run
from demo.ui.words import many, say


def number(value: float) -> str:
    """Three significant digits, zeros too, so that they stand still while a slider moves; no exponents up to 999."""
    return f"{value:#.3g}".rstrip(".") if value < 999.5 else f"{value:.0f}"


def headline(run: Run, step: int, twin: Run | None = None, tongue: str | None = None) -> str:
    """The run's error before and after `step` steps, in Markdown; `twin` is the random start to compare with."""
    diverged = say("sine.headline.diverged", tongue)
    start = number(run.errors[0]) if run.last >= 0 else diverged
    text = say("sine.headline.before", tongue, error=start) + _after(run, step, tongue)
    if twin is not None and twin.name != run.name:
        end = number(twin.errors[step]) if step <= twin.last else diverged
        text += say("sine.headline.twin", tongue, error=end)
    return text


def _after(run: Run, step: int, tongue: str | None) -> str:
    if step > run.last:
        return say("sine.headline.broken", tongue, step=run.diverged)
    steps = many("sine.curve.after", step, tongue)
    return say("sine.headline.after", tongue, error=number(run.errors[step]), steps=steps, rate=f"{run.rate:.3g}")


def warning(runs: Sequence[Run], step: int) -> str | None:
    """What to say about runs that diverge within `step` steps; None if there are none."""
    broken = [run for run in runs if run.diverged is not None and run.diverged <= step]
    if not broken:
        return None
    each = [
        say("sine.warning.one", learner=say(f"learner.{run.name}"), step=run.diverged, rate=f"{run.rate:.3g}")
        for run in broken
    ]
    listed = say("sine.warning.comma").join(each)
    return say("sine.warning.text", runs=listed, most=f"{OFF_THE_CHART:.0f}")


def snippet(question: Question, run: Run, step: int) -> str:
    """A Python script that prints the headline's two numbers."""
    q = question
    return f"""\
import torch
from demo.learners import store
from demo.tasks.sine import Sine

sine = Sine(amplitude={q.amplitude!r}, phase={q.phase!r})
x, y = sine.points({q.points}, noise={q.noise!r}, seed={q.seed})
grid = torch.linspace(-5, 5, 101)[:, None]
trace = store.load("{run.name}").adapt(x, y, grid, steps={step}, rate={run.rate!r})
errors = ((torch.from_numpy(trace.outputs) - sine(grid)) ** 2).mean(dim=(1, 2))
print(errors[0].item(), errors[-1].item())
"""
