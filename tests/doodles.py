"""A tiny Omniglot, drawn by code: the official layout, and strokes and pictures of the same drawings.

Characters are closed or open curves with harmonics of their own; the twenty drawings of a character differ
by small shifts, turns and stretches, as twenty people's do.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageDraw
from numpy.typing import NDArray

from demo.tasks.drawing import Drawing
from demo.tasks.omniglot import DRAWERS, SIDE

PEN = 3  # pixels, about that of Omniglot's pictures


def drawing(character: int, drawer: int) -> Drawing:
    """Drawing number `drawer` of a character, on Omniglot's 105x105 canvas: two strokes."""
    shape = np.random.default_rng(character)
    hand = np.random.default_rng((character, drawer))
    strokes = []
    for _ in range(2):
        t = np.linspace(0, shape.uniform(3, 6.3), 40)
        amplitude, phase = shape.normal(0, 1, (2, 3)), shape.uniform(0, 6.3, (2, 3))
        points = sum(amplitude[:, [k]] * np.sin((k + 1) * t / 1.5 + phase[:, [k]]) / (k + 1) for k in range(3))
        strokes.append(np.asarray(points).T)
    low, high = np.min([s.min(0) for s in strokes], 0), np.max([s.max(0) for s in strokes], 0)
    turn = hand.normal(0, 0.06)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    size = 70 * hand.uniform(0.8, 1.1) * hand.uniform(0.95, 1.05, 2) / (high - low).max()
    return Drawing.of(
        SIDE,
        SIDE,
        [((((s - (low + high) / 2) * size) @ rotation.T) + SIDE / 2 + hand.normal(0, 2, 2)).tolist() for s in strokes],
    )


def picture(drawn: Drawing, pen: int = PEN) -> NDArray[np.bool_]:
    """The ink of a drawing as Omniglot's pictures show it: (105, 105), True where there is ink."""
    image = PIL.Image.new("1", (SIDE, SIDE), 1)
    pencil = PIL.ImageDraw.Draw(image)
    for stroke in drawn.strokes:
        pencil.line([(float(x), float(y)) for x, y in stroke], fill=0, width=pen)
    return ~np.asarray(image)


def write_part(folder: Path, part: str, alphabets: dict[str, int], first: int = 0) -> None:
    """Writes folder/part/ALPHABET/characterNN/IIII_DD.png for the given numbers of characters."""
    number = first
    for alphabet, characters in alphabets.items():
        for c in range(1, characters + 1):
            number += 1
            home = folder / part / alphabet / f"character{c:02}"
            home.mkdir(parents=True)
            for drawer in range(1, DRAWERS + 1):
                ink = picture(drawing(number, drawer))
                PIL.Image.fromarray(~ink).save(home / f"{number:04}_{drawer:02}.png")
