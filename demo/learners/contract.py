"""What every learner offers the pages, the command line and the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Trace:
    """What adaptation did to one task: one entry per inner step, the first before any.

    losses: (S + 1,) support loss, in nats (classification) or squared units (regression);
    outputs: (S + 1, Q, N) class probabilities of each query, or (S + 1, Q, 1) predicted values.
    A learner without an inner loop has one entry.
    """

    losses: NDArray[np.float32]
    outputs: NDArray[np.float32]

    @property
    def steps(self) -> int:
        return len(self.losses) - 1


class TaskError(ValueError):
    """A task that a learner cannot take on. The message says which it can."""


class Learner(Protocol):
    """Something that adapts to a support set and answers queries. Adapting changes nothing shared."""

    @property
    def name(self) -> str: ...

    @property
    def steps(self) -> int:
        """Inner steps it was trained for: the default of `adapt`."""

    @property
    def rate(self) -> float:
        """The inner rate it was trained with: the default of `adapt`."""

    def adapt(
        self,
        support: Tensor,
        labels: Tensor,
        queries: Tensor,
        steps: int | None = None,
        rate: float | None = None,
        transductive: bool = False,
    ) -> Trace:
        """Adapts to one task.

        Classifiers: support (N*K, 1, 28, 28) in [0, 1], labels (N*K,) int in 0..N-1, queries
        (Q, 1, 28, 28). Regressors: support (K, 1) places, labels (K, 1) values there, queries (Q, 1).
        Non-transductive unless asked: each query is answered on its own, with the support set alone.
        """
