"""The drawings of a task that can be seen, as the images that a network gets, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.tasks.drawing import IMAGE_SIDE, Image, to_image
from demo.tasks.recall import Recall
from demo.tasks.taskfile import Task

_image = Recall(to_image, most=1024)  # a change of settings changes no drawing


@dataclass(frozen=True, eq=False)
class Drawn:
    """P drawings that can be seen, the support set's first, and what there should be besides.

    labels: N names of the classes;
    classes: P, each drawing's class in 0..N-1, or None for a query;
    names: P short names, as over the pads: A, A2, B, ?, ?2;
    images: (P, 28, 28) in [0, 1];
    missing: names of the classes without a drawing, and "?" if there is no query.
    """

    labels: tuple[str, ...]
    classes: tuple[int | None, ...]
    names: tuple[str, ...]
    images: NDArray[np.float32]
    missing: tuple[str, ...]

    @property
    def support(self) -> tuple[int, ...]:
        """The classes of the support set's drawings, which are the first."""
        return tuple(i for i in self.classes if i is not None)


def letter(i: int) -> str:
    """Of class i: A, B, ..., Z, then numbers."""
    return chr(ord("A") + i) if i < 26 else str(i + 1)


def drawn(task: Task) -> Drawn:
    """What can be seen of a task. An empty drawing is passed over, as long as its class has another."""
    classes: list[int | None] = []
    names: list[str] = []
    images: list[Image] = []
    rows: list[tuple[int | None, str, list[Image | None]]] = [
        (i, letter(i), [None if d.empty else _image(d) for d in row]) for i, row in enumerate(task.drawings)
    ]
    rows.append((None, "?", [None if q.drawing.empty else _image(q.drawing) for q in task.queries]))
    for i, name, row in rows:
        for k, image in enumerate(row):
            if image is not None:
                classes.append(i)
                names.append(name if k == 0 else f"{name}{k + 1}")
                images.append(image)
    missing = tuple(name for _, name, row in rows if all(image is None for image in row))
    stack = np.stack(images) if images else np.zeros((0, IMAGE_SIDE, IMAGE_SIDE), np.float32)
    return Drawn(task.labels, tuple(classes), tuple(names), stack, missing)
