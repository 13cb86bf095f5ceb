"""What is special in a learner, shown on the drawings at hand: a module a view, with one function `show`.

A view's words are in `assets/words/close-VIEW.toml`: `lead` says what to look at, `deeper` has the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.lessons.drawn import Drawn

if TYPE_CHECKING:  # PyTorch takes a second to load, which the settings need not wait for
    from demo.learners.trained import Trained
    from demo.tasks.episodes import Episodes

VIEWS = {
    "prototypical": "prototypical",
    "caml": "caml",
    "adml": "adml",
    "concepts": "concepts",
    "cactus": "cactus",
    "siamese": "siamese",
    "relation": "relation",
    "matching": "matching",
    "matching-fce": "matching",
    "gauss-prototypical": "gauss_prototypical",
    "semi-prototypical": "semi_prototypical",
    "mann": "mann",
    "lstm-meta": "lstm_meta",
    "meta-sgd": "metasgd",
    "maml-plus-plus": "plusplus",
    "gradient-agreement": "agreement",
    "taml-entropy": "entropy",
    "taml-inequality": "inequality",
}
"""A learner's name -> the module here that shows it."""


@dataclass(frozen=True, eq=False)
class Close:
    """What a view has: a learner, and drawings of every class and at least one query."""

    learner: Trained
    drawings: Drawn

    @property
    def episodes(self) -> Episodes:
        """The drawings as one task; the queries' answers are not known, and zeros."""
        import torch

        from demo.tasks.episodes import Episodes

        x, shots = torch.from_numpy(self.drawings.images)[None, :, None], len(self.drawings.support)
        queries = x[:, shots:]
        answers = torch.zeros(queries.shape[:2], dtype=torch.int64)
        return Episodes(x[:, :shots], torch.tensor([self.drawings.support]), queries, answers)
