"""Many numbers for each drawing, shown as a place on a page: principal components, the same axes at every step.

    X = U diag(s) V^T  (X: all steps' features, centred),    place = the first two columns of X V

Of all flat pictures this one keeps most of the spread, s_1^2 + s_2^2 of sum s_i^2 (Pearson 1901). Axes of one
step alone would turn from step to step, and points would seem to move that do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AXES = 2


@dataclass(frozen=True, eq=False)
class Projection:
    """Places (S + 1, P, 2) of P drawings at every step, and each axis' share (2,) of the spread, in [0, 1]."""

    places: NDArray[np.float64]
    shares: NDArray[np.float64]


def project(features: NDArray[np.floating]) -> Projection:
    """Principal components of features (S + 1, P, D), in the features' own units.

    An axis' direction is a matter of choice: the first drawing starts at the left and above the middle (x <= 0,
    y >= 0), whatever the learner. Features that are not finite (a run that diverged) have no place: NaN.
    """
    points = features.reshape(-1, features.shape[-1]).astype(np.float64)
    known = np.isfinite(points).all(axis=1)
    centred = points - points[known].mean(axis=0)
    _, s, axes = np.linalg.svd(centred[known], full_matrices=False)
    places = np.full((len(points), AXES), np.nan)
    places[known] = 0.0
    found = min(AXES, len(axes))  # two numbers for each drawing need two drawings or steps
    places[known, :found] = centred[known] @ axes[:found].T
    shares = np.zeros(AXES)
    if (spread := np.square(s).sum()) > 0:
        shares[:found] = np.square(s[:found]) / spread
    places *= np.where(places[0] * (-1, 1) < 0, -1, 1)
    return Projection(places.reshape(*features.shape[:-1], AXES), shares)
