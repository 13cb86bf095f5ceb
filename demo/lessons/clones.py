"""The navigation page's clones: three policies imitate one walk, and are then put down somewhere else.

No Streamlit here: `clones(ready(3), (-0.3, 0.3), {"nav-imitation": theta}, 1)` works from a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from demo.learners.imitation import MOVING, cloned, cloning_loss
from demo.models import Weights
from demo.tasks.demonstrations import Demonstrations, bent, paced
from demo.tasks.navigation import REACH, goals, walk
from demo.training.walking import POLICY, WALKERS

IMITATORS = ("nav-imitation", "nav-pretrained", "nav-random")
ALPHA = WALKERS["nav-imitation"].alpha  # everybody's
FIELD = np.linspace(-0.9, 0.9, 10) * (REACH / 0.5) * 0.8
"""Of either coordinate: where the arrows stand that show a whole policy."""

Line = Sequence[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Clone:
    """One policy after cloning. path (H + 1, 2); field (F, F, 2): where it would go, in FASTEST; loss: of cloning."""

    path: NDArray[np.float32]
    field: NDArray[np.float32]
    loss: float
    missed: float  # the distance from the path's end to the demonstration's


def ready(seed: int) -> Demonstrations:
    """A demonstration to begin with: a bent way from somewhere to somewhere."""
    generator = torch.Generator().manual_seed(seed)
    return bent(goals(1, generator), goals(1, generator), generator)


def drawn(line: Line) -> Demonstrations:
    """A line of at least two places, walked."""
    return paced(torch.tensor(line, dtype=torch.float32)[None])


def clones(
    shown: Demonstrations, start: tuple[float, float], weights: Mapping[str, Weights], steps: int
) -> dict[str, Clone]:
    """Every policy after `steps` steps of cloning, walking from `start` by its most probable velocities."""
    count = len(weights)
    theta = {key: torch.cat([mine[key] for mine in weights.values()]) for key in MOVING}
    all_shown = Demonstrations(shown.places.expand(count, -1, -1))
    theta = cloned(POLICY, theta, all_shown, ALPHA, steps)[-1]
    places = torch.tensor([[x, y] for y in FIELD for x in FIELD], dtype=torch.float32)
    with torch.no_grad():
        losses = cloning_loss(POLICY, theta, all_shown)
        field = POLICY.mean(theta, places.expand(count, -1, -1)).clamp(-1, 1)
    paths = walk(
        lambda s: POLICY.velocity(theta, s), shown.places[:, -1].expand(count, 2), 1, torch.tensor(start)
    ).places[:, 0]
    missed = torch.linalg.vector_norm(paths[:, -1] - shown.places[:, -1], dim=1)
    return {
        name: Clone(paths[k].numpy(), field[k].reshape(len(FIELD), -1, 2).numpy(), losses[k].item(), missed[k].item())
        for k, name in enumerate(weights)
    }
