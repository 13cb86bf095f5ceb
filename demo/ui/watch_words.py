"""What the page that meta-trains says about a run."""

from __future__ import annotations

from typing import Any

import numpy as np

from demo.lessons.look import LEARNERS, TASKS, Order
from demo.lessons.runs import Phase, Seen
from demo.ui.words import many, say


def line(seen: Seen, most: int) -> str:
    """Where the run stands, beside the progress bar."""
    if seen.phase is Phase.WAITING and seen.ahead:
        return many("watch.line.waiting", seen.ahead).format(most=most)
    if seen.phase is Phase.WAITING:
        return say("watch.line.next", most=most)
    if not seen.looks or seen.phase is Phase.READY:
        return say(f"watch.phase.{seen.phase}")
    now: dict[str, Any] = {
        "now": f"{seen.looks[-1].meta_step:,}",
        "total": f"{seen.order.meta_steps:,}",
        "seed": seen.order.seed,
        "seconds": round(seen.seconds),
    }
    if seen.phase is Phase.RUNNING and len(seen.looks) == 1:
        return say("watch.line.starting")
    if seen.deserted:
        return say("watch.line.deserted", **now)
    return say(f"watch.line.{seen.phase}", **now)


def said(seen: Seen, step: int) -> str:
    """What to look at before and during the run, and at rest what has been learnt by then."""
    if seen.phase in (Phase.PREPARING, Phase.READY) or len(seen.looks) < 2:
        return say("watch.said.before")
    if seen.phase in (Phase.RUNNING, Phase.WAITING):
        return say("watch.said.during")
    first, last = seen.looks[0], seen.looks[-1]
    errors = dict(zip(LEARNERS, last.errors[:, step], strict=True))
    flat = float(np.abs(last.curves[LEARNERS.index("sine-pretrained"), 0]).max())
    learnt = say(
        "watch.said.learnt",
        meta_steps=f"{last.meta_step:,}",
        after=many("watch.after", step),
        tasks=TASKS,
        before=f"{first.errors[0, step]:.2f}",
        reptile=f"{errors['sine-reptile']:.2f}",
        maml=f"{errors['sine-maml']:.2f}",
        pretrained=f"{errors['sine-pretrained']:.2f}",
    )
    return f"{learnt} {say('watch.said.notice', flat=f'{flat:.2f}')}"


def snippet(order: Order, step: int) -> str:
    """The errors after the whole run, in Python; the same in every language."""
    return f"""\
from demo.lessons.watch import Course, Order

course = Course(Order(seed={order.seed}, meta_steps={order.meta_steps}))
course.advance({order.meta_steps})
print(course.look().errors[:, {step}])  # of {", ".join(LEARNERS)}
"""
