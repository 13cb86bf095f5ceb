"""The same drawing by another hand: random distortions of strokes.

Strangers turn, stretch, bend and tremble, leave gaps, cut things off and go over a line twice. Distorting
happens before normalisation (`demo.tasks.drawing`), so the pen stays as wide as everybody's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.tasks.drawing import Drawing, Segments


@dataclass(frozen=True)
class Hand:
    """How much hands differ. Lengths are in units of the ink's larger side; spreads are standard deviations."""

    turn: float = 0.12  # radians
    stretch: float = 0.12  # of the logarithm of width / height
    shear: float = 0.10
    bend: float = 0.025  # of each of three slow waves that bend the paper
    tremble: float = 0.004  # of a quick one
    gap: float = 0.15  # chance that ink is missing somewhere
    cut: float = 0.05  # chance that one side of the drawing is missing
    twice: float = 0.05  # chance that it is drawn over a second time


STEADY = Hand()
HASTY = Hand(turn=0.2, stretch=0.25, shear=0.15, bend=0.045, tremble=0.006, gap=0.3, cut=0.15, twice=0.15)
WILD = Hand(turn=0.24, stretch=0.33, shear=0.2, bend=0.058, tremble=0.008, gap=0.35, cut=0.2, twice=0.15)

_ROOM = 0.8  # of the canvas' side, for a drawing that is put there
_SLOWEST, _QUICK = 0.8, 5.0  # waves a side


def distort(segments: Segments, hand: Hand, rng: np.random.Generator) -> Segments:
    """Segments (S, 2, 2) as another hand might have drawn them; never empty unless `segments` is."""
    if not len(segments):
        return segments
    low, high = segments.min(axis=(0, 1)), segments.max(axis=(0, 1))
    side = max(float((high - low).max()), 1e-6)
    ink = (segments - (low + high) / 2) / side
    ink = _bent(ink @ _affine(hand, rng), hand, rng)
    if rng.random() < hand.twice:
        again = _bent(ink + rng.normal(0, 0.02, 2), Hand(bend=0.01), rng)
        ink = np.concatenate([ink, again])
    if rng.random() < hand.gap:
        ink = _without(ink, _near_ink(ink, rng))
    if rng.random() < hand.cut:
        ink = _without(ink, _beyond_line(ink, rng))
    distorted: Segments = (ink * side + (low + high) / 2).astype(np.float32)
    return distorted


def redrawn(drawing: Drawing, hand: Hand, rng: np.random.Generator) -> Drawing:
    """The same strokes by another hand, as large as the canvas has room for; nothing is cut off or drawn twice."""
    if not drawing.strokes:
        return drawing
    points = np.concatenate(drawing.strokes).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    ink = (points - (low + high) / 2) / max(float((high - low).max()), 1e-6)
    ink = _bent(ink @ _affine(hand, rng), hand, rng)
    ink -= (ink.min(axis=0) + ink.max(axis=0)) / 2
    side = _ROOM * min(drawing.width, drawing.height) / max(float(np.ptp(ink, axis=0).max()), 1e-6)
    moved = (ink * side + (drawing.width / 2, drawing.height / 2)).astype(np.float32)
    ends = np.cumsum([len(stroke) for stroke in drawing.strokes])[:-1]
    return Drawing(drawing.width, drawing.height, tuple(np.split(moved, ends)))


def _affine(hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    turn, shear = rng.normal(0, hand.turn), rng.normal(0, hand.shear)
    stretch = np.exp(rng.normal(0, hand.stretch) / 2)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    result: NDArray[np.float64] = np.array([[stretch, 0.0], [shear, 1 / stretch]]) @ rotation
    return result


def _bent(ink: NDArray[np.float64], hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """Every point moved by a sum of waves, which are smooth, so that what was joined stays joined."""
    frequency = rng.normal(0, 1, (2, 4)) * [_SLOWEST, _SLOWEST, _SLOWEST, _QUICK]
    amplitude = rng.normal(0, 1, (4, 2)) * np.array([[hand.bend], [hand.bend], [hand.bend], [hand.tremble]])
    phase = rng.uniform(0, 2 * np.pi, 4)
    moved: NDArray[np.float64] = ink + np.sin(2 * np.pi * ink @ frequency + phase) @ amplitude
    return moved


def _near_ink(ink: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """The segments within a small disc round a random one."""
    middle = ink.mean(axis=1)
    centre = middle[rng.integers(len(middle))]
    near: NDArray[np.bool_] = np.hypot(*(middle - centre).T) < rng.uniform(0.04, 0.12)
    return near


def _beyond_line(ink: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """The segments on the far side of a line that cuts off up to a quarter of the drawing."""
    angle = rng.uniform(0, 2 * np.pi)
    along = ink.mean(axis=1) @ [np.cos(angle), np.sin(angle)]
    beyond: NDArray[np.bool_] = along > along.max() - rng.uniform(0.05, 0.25) * np.ptp(along)
    return beyond


def _without(ink: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What is left, unless that is less than half."""
    return ink[~missing] if 2 * missing.sum() < len(ink) else ink
