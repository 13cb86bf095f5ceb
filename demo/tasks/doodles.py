"""Doodles by the thousand: drawings of things that do not exist, for training on more than characters.

A `Thing` is a body with parts attached to it, some in mirrored pairs (ears, wheels), some in rows (windows,
teeth), some left out by half of the people who draw it. Nobody draws the same thing twice alike: each
drawing varies every size, place and count, drops optional parts, and goes through a hasty hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.tasks.distort import HASTY, Hand, distort
from demo.tasks.drawing import Segments

Curve = NDArray[np.float64]  # (P, 2), about one unit large, centred at 0

POINTS = 24  # to a curve
PIECE = 0.08  # units of the body: straight lines are cut this short


@dataclass(frozen=True)
class Part:
    """One shape of a thing: what, where (units of the body), how large, how often, and how surely drawn."""

    shape: str
    character: tuple[float, ...]  # what makes this zigzag differ from that one; see SHAPES
    place: tuple[float, float]
    size: tuple[float, float]
    angle: float
    mirrored: bool  # drawn again on the other side of the body
    row: int  # how many side by side
    step: tuple[float, float]  # from one of the row to the next
    chance: float  # that it is drawn at all


@dataclass(frozen=True)
class Thing:
    parts: tuple[Part, ...]

    @staticmethod
    def invent(rng: np.random.Generator) -> Thing:
        """A new thing, of one to seven parts."""
        return Thing((_body(rng), *(_attachment(rng) for _ in range(rng.choice(7, p=_ATTACHMENTS)))))

    def draw(self, rng: np.random.Generator, hand: Hand = HASTY) -> Segments:
        """Segments (S, 2, 2) of one person's drawing of it, in no particular units."""
        curves: list[Curve] = []
        for part in self.parts:
            if rng.random() < part.chance:
                curves += _drawn(part, rng)
        return distort(np.concatenate([_pieces(curve) for curve in curves]), hand, rng)


_ATTACHMENTS = (0.08, 0.17, 0.22, 0.2, 0.15, 0.1, 0.08)  # chances of 0 to 6 of them


def _pieces(curve: Curve) -> Segments:
    """Short segments (S, 2, 2) along a curve, so that straight lines can bend and break as well."""
    steps = np.maximum(1, np.ceil(np.hypot(*np.diff(curve, axis=0).T) / PIECE)).astype(int)
    corners = np.concatenate([[0], np.cumsum(steps)])
    at = np.arange(corners[-1] + 1)
    points = np.stack([np.interp(at, corners, curve[:, 0]), np.interp(at, corners, curve[:, 1])], axis=1)
    return np.stack([points[:-1], points[1:]], axis=1).astype(np.float32)


def _body(rng: np.random.Generator) -> Part:
    size = np.exp(rng.normal(0, 0.35, 2))
    shape = str(rng.choice(list(SHAPES), p=_AS_BODY))
    return Part(shape, tuple(rng.random(6)), (0, 0), tuple(size), rng.normal(0, 0.5), False, 1, (0, 0), 1.0)


def _attachment(rng: np.random.Generator) -> Part:
    mirrored = bool(rng.random() < 0.35)
    row = int(rng.choice([1, 2, 3, 4, 5], p=[0.72, 0.08, 0.1, 0.06, 0.04]))
    size = np.exp(rng.normal(-1.1 if row == 1 else -1.6, 0.5)) * np.exp(rng.normal(0, 0.4, 2))
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.5 else rng.normal(0, 0.2)
    direction = rng.uniform(0, 2 * np.pi) if rng.random() < 0.3 else 0.0
    step = 1.4 * float(size.max()) * np.array([np.cos(direction), np.sin(direction)])
    return Part(
        str(rng.choice(list(SHAPES), p=_AS_ATTACHMENT)),
        tuple(rng.random(6)),
        tuple(rng.uniform(-0.75, 0.75, 2)),
        tuple(size),
        float(angle),
        mirrored,
        row,
        tuple(step),
        float(rng.choice([1.0, 0.8, 0.5], p=[0.6, 0.25, 0.15])),
    )


def _drawn(part: Part, rng: np.random.Generator) -> list[Curve]:
    """The part's curves in one drawing: every number of it a little different."""
    shape = np.clip(np.array(part.character) + rng.normal(0, 0.06, 6), 0, 1)
    place = np.array(part.place) + rng.normal(0, 0.06, 2)
    size = np.array(part.size) * np.exp(rng.normal(0, 0.18, 2))
    angle = part.angle + rng.normal(0, 0.15)
    row = max(1, part.row + int(rng.choice([-1, 0, 0, 1]))) if part.row > 1 else 1
    cos, sin = np.cos(angle), np.sin(angle)
    curves = []
    for n in range(row):
        one = SHAPES[part.shape](shape) * size * np.exp(rng.normal(0, 0.05, 2))
        curve = one @ np.array([[cos, sin], [-sin, cos]]) + place + (n - (row - 1) / 2) * np.array(part.step)
        curves.append(curve)
        if part.mirrored:
            curves.append(curve * [-1, 1] + rng.normal(0, 0.03, 2))
    return curves


def _ellipse(c: Curve) -> Curve:
    """Closed, nearly closed, or an arc of it."""
    extent = 2 * np.pi * (1.0 if c[0] < 0.6 else 0.35 + 0.5 * c[1])
    t = 2 * np.pi * c[2] + np.linspace(0, extent, POINTS)
    return np.stack([np.cos(t), np.sin(t)], axis=1) / 2


def _polygon(c: Curve) -> Curve:
    corners = 3 + int(c[0] * 3.99)
    return _closed(np.arange(corners) / corners + c[1] / corners, np.full(corners, 0.5))


def _rectangle(c: Curve) -> Curve:
    slant = 0.3 * (c[0] - 0.5) * (c[1] > 0.5)
    x = np.array([-0.5 - slant, 0.5 - slant, 0.5 + slant, -0.5 + slant, -0.5 - slant])
    return np.stack([x, np.array([-0.5, -0.5, 0.5, 0.5, -0.5])], axis=1)


def _star(c: Curve) -> Curve:
    tips = 4 + int(c[0] * 4.99)
    return _closed(np.arange(2 * tips) / (2 * tips), np.where(np.arange(2 * tips) % 2, 0.15 + 0.2 * c[1], 0.5))


def _closed(turns: Curve, radii: Curve) -> Curve:
    points = radii[:, None] * np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=1)
    return np.concatenate([points, points[:1]])


def _line(c: Curve) -> Curve:
    t = np.linspace(-0.5, 0.5, POINTS)
    return np.stack([t, (c[0] - 0.5) * (0.25 - t * t) * 2], axis=1)


def _zigzag(c: Curve) -> Curve:
    teeth = 3 + int(c[0] * 6)
    height = (0.1 + 0.4 * c[1]) * np.where(np.arange(teeth) % 2, 1, -1)
    return np.stack([np.linspace(-0.5, 0.5, teeth), height], axis=1)


def _wave(c: Curve) -> Curve:
    t = np.linspace(-0.5, 0.5, 2 * POINTS)
    return np.stack([t, (0.08 + 0.25 * c[1]) * np.sin(2 * np.pi * (1 + 2.5 * c[0]) * t + 6 * c[2])], axis=1)


def _spiral(c: Curve) -> Curve:
    t = np.linspace(0.1, 1, 2 * POINTS)
    angle = 2 * np.pi * (1.2 + 2 * c[0]) * t + 6 * c[1]
    x, y = t / 2 * np.cos(angle), t / 2 * np.sin(angle)
    return np.stack([x, y], axis=1)


def _blob(c: Curve) -> Curve:
    t = np.linspace(0, 2 * np.pi, 2 * POINTS)
    radius = 0.5 + 0.25 * (c[0] - 0.5) * np.cos(2 * t) + 0.3 * (c[1] - 0.5) * np.cos(3 * t + 6 * c[2])
    radius = radius + 0.2 * (c[3] - 0.5) * np.cos((4 + int(4 * c[4])) * t)
    x, y = radius * np.cos(t), radius * np.sin(t)
    return np.stack([x, y], axis=1)


def _stroke(c: Curve) -> Curve:
    """An open curve like a letter's."""
    t = np.linspace(0, 1, POINTS)
    x = (t - 0.5) * (1.6 * c[0] - 0.8) + 0.45 * np.sin(np.pi * (1 + c[1]) * t + 6 * c[2])
    y = (t - 0.5) * (1.6 * c[3] - 0.8) + 0.45 * np.sin(np.pi * (1 + c[4]) * t + 6 * c[5])
    return np.stack([x, y], axis=1)


def _rays(c: Curve) -> Curve:
    """Spokes from a hub, drawn there and back in one go."""
    count = 3 + int(c[0] * 7)
    angle = (0.5 + 1.5 * c[1]) * np.pi * np.arange(count) / count + 6 * c[2]
    tips = np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2
    hub = tips * 0.5 * (c[3] if c[3] > 0.5 else 0)
    return np.stack([hub, tips, hub], axis=1).reshape(-1, 2)


def _scribble(c: Curve) -> Curve:
    """A patch filled by a pen going to and fro."""
    lines = 5 + int(c[0] * 6)
    x = np.where(np.arange(lines) % 2, 0.5, -0.5) * (0.7 + 0.3 * np.sin(6 * c[1] + np.arange(lines)))
    return np.stack([x + (c[2] - 0.5) * np.linspace(-0.5, 0.5, lines), np.linspace(-0.5, 0.5, lines)], axis=1)


# What each shape makes of six numbers in [0, 1].
SHAPES: dict[str, Callable[[Curve], Curve]] = {
    "ellipse": _ellipse,
    "polygon": _polygon,
    "rectangle": _rectangle,
    "star": _star,
    "line": _line,
    "zigzag": _zigzag,
    "wave": _wave,
    "spiral": _spiral,
    "blob": _blob,
    "stroke": _stroke,
    "rays": _rays,
    "scribble": _scribble,
}
_AS_BODY = (0.22, 0.11, 0.12, 0.05, 0.06, 0.04, 0.04, 0.05, 0.14, 0.11, 0.05, 0.01)
_AS_ATTACHMENT = (0.2, 0.1, 0.11, 0.04, 0.19, 0.06, 0.05, 0.03, 0.06, 0.11, 0.03, 0.02)
