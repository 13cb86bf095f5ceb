"""What the sine page says about its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from demo.learners import ENTRIES
from demo.ui.sine_charts import plural
from demo.ui.sine_view import OFF_THE_CHART, Question, Run


def number(value: float) -> str:
    """Three significant digits, without exponents up to 999."""
    return f"{value:.3g}" if value < 999.5 else f"{value:.0f}"


def headline(run: Run, step: int, twin: Run | None = None) -> str:
    """The run's error before and after `step` steps; `twin` is the random initialisation to compare with."""
    start = number(run.errors[0]) if run.last >= 0 else "diverged"
    text = f"Mean squared error: **{start}** before → {_after(run, step)}"
    if twin is not None and twin.name != run.name:
        end = number(twin.errors[step]) if step <= twin.last else "diverged"
        text += f" ({ENTRIES[twin.name].title.lower()}: {end})"
    return text


def _after(run: Run, step: int) -> str:
    if step > run.last:
        return f"**diverged** at step {run.diverged}"
    return f"**{number(run.errors[step])}** after {plural(step)} at rate {run.rate:.3g}"


def warning(runs: Sequence[Run], step: int) -> str | None:
    """What to say about runs that diverge within `step` steps; None if there are none."""
    broken = [run for run in runs if run.diverged is not None and run.diverged <= step]
    if not broken:
        return None
    each = ", ".join(f"{ENTRIES[run.name].title} at step {run.diverged} (rate {run.rate:.3g})" for run in broken)
    return (
        f"Diverged: {each}. Too large a rate: every step overshoots by more than the last."
        f" Curves stop before the error passes {OFF_THE_CHART:.0f}."
    )


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
