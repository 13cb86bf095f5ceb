"""The rules that recipes name: each makes a meta-gradient of a batch of tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.learners import (
    adml,
    agreement,
    concepts,
    fomaml,
    maml,
    method,
    onestep,
    pretrained,
    reptile,
    taml,
)
from demo.learners.objectives import Objective
from demo.models import Weights
from demo.tasks.episodes import Episodes

# Of a network (each rule names the kinds it trains), an objective, theta, episodes, alpha and steps.
Rule = Callable[[Any, Objective, Weights, Episodes, float, int], tuple[Weights, float]]

RULES: dict[str, Rule] = {
    "maml": maml.meta_gradient,
    "fomaml": fomaml.meta_gradient,
    "reptile": reptile.meta_gradient,
    "onestep": onestep.meta_gradient,
    "onestep-first-order": onestep.first_order,
    "pretrained": pretrained.meta_gradient,
    "descent": method.meta_gradient,
    "gradient-agreement": agreement.meta_gradient,
    "taml-entropy": taml.entropy,
    "taml-inequality": taml.inequality,
    "adml": adml.meta_gradient,
    "concepts": concepts.meta_gradient,
}
