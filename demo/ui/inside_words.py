"""The numbers of the inside page in Python, for whoever wants to have them without the page."""

from __future__ import annotations


def snippet(path: str, learner: str, steps: int) -> str:
    """A script that prints what the page shows for the task file `path`."""
    return f"""from pathlib import Path

import torch

from demo.learners import store
from demo.lessons.drawn import drawn
from demo.lessons.inside import look
from demo.tasks import taskfile

task = drawn(taskfile.loads(Path("{path}").read_bytes()))
images, classes = torch.from_numpy(task.images)[:, None], torch.tensor(task.support)
support, queries = images[: len(classes)], images[len(classes) :]
inside = look(store.load("{learner}"), support, classes, queries, steps={steps})
print(inside.losses)  # at every step
print(inside.probabilities[:, 0])  # of the first query
print(inside.layers, inside.moved)  # how far each layer is from where it started"""
