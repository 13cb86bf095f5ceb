"""Do strokes and pictures of the same drawing look the same to a learner?

The app sees strokes and training saw pictures; both become 28x28 images. Here the two routes are compared
on the drawings of which there are both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.trained import Trained
from demo.tasks.drawing import Drawing, Image, to_image
from demo.tasks.episodes import Episodes
from demo.tasks.tracing import trace


@dataclass(frozen=True)
class Both:
    """Drawings by both routes, (C, D, 28, 28) each, in [0, 1]: D drawings of each of C characters."""

    from_strokes: NDArray[np.float32]
    from_pictures: NDArray[np.float32]


@dataclass(frozen=True)
class Agreement:
    """pixel_difference: mean absolute, in [0, 1]; same_prediction: fraction of queries."""

    drawings: int
    pixel_difference: float
    tasks: int
    queries: int
    same_prediction: float
    accuracy_strokes: float
    accuracy_pictures: float


def both_routes(pairs: Iterable[tuple[str, Drawing, NDArray[np.bool_]]]) -> Both:
    """Normalises (ALPHABET/characterNN/IIII_DD, strokes, ink) triples by both routes."""
    characters: dict[str, list[tuple[Image, Image]]] = defaultdict(list)
    for name, strokes, ink in pairs:
        characters[name.rsplit("/", 1)[0]].append((to_image(strokes), to_image(trace(ink))))
    stacked = np.array([characters[name] for name in sorted(characters)], np.float32)  # (C, D, 2, 28, 28)
    return Both(stacked[:, :, 0], stacked[:, :, 1])


def agreement(learner: Trained, both: Both, tasks: int, ways: int = 3, seed: int = 12345) -> Agreement:
    """Draws 1-shot tasks and answers each by both routes: all strokes, or all pictures."""
    generator = torch.Generator().manual_seed(seed)
    count, drawings = both.from_strokes.shape[:2]
    classes = torch.rand(tasks, count, generator=generator).topk(ways, dim=1).indices
    chosen = torch.rand(tasks, ways, drawings, generator=generator).topk(2, dim=2).indices
    label = torch.arange(ways).expand(tasks, ways)
    predictions = []
    for images in (both.from_strokes, both.from_pictures):
        picked = torch.from_numpy(images)[classes[:, :, None], chosen].unsqueeze(3)  # (T, N, 2, 1, 28, 28)
        answers = []
        for begin in range(0, tasks, 25):
            part = slice(begin, begin + 25)
            episodes = Episodes(picked[part, :, 0], label[part], picked[part, :, 1], label[part])
            answers.append(learner.adapt_all(episodes)[1][-1].argmax(dim=-1))
        predictions.append(torch.cat(answers))
    strokes, pictures = predictions
    return Agreement(
        drawings=count * drawings,
        pixel_difference=float(np.abs(both.from_strokes - both.from_pictures).mean()),
        tasks=tasks,
        queries=tasks * ways,
        same_prediction=(strokes == pictures).double().mean().item(),
        accuracy_strokes=(strokes == label).double().mean().item(),
        accuracy_pictures=(pictures == label).double().mean().item(),
    )
