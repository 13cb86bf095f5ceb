"""Which combination of the inner loop's gradients should the initialisation follow? Live, on sines.

From theta the inner loop takes four steps on a task, each on points of its own, and leaves four gradients:

    theta_0 = theta,    g_k = grad L(theta_{k-1}; minibatch k),    theta_k = theta_{k-1} - alpha g_k

Ten learners then move by ten combinations of them, theta <- theta - beta * mean over tasks of sum_k c_k g_k: each
single gradient (g_1 is joint training, g_k first-order MAML after k - 1 steps), and the sum (Reptile) and the
mean of the first two, three and four. All start from the same weights and see the same tasks; plain gradient
descent inside and outside. The experiment of Nichol, Achiam, Schulman 2018, arXiv 1803.02999, section 6.2
and figure 3, which had 5-way 5-shot Omniglot and no meta-batches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from demo.learners.inner import descend, tracked
from demo.learners.objectives import Regression
from demo.models import SineNet, Weights
from demo.tasks import sine
from demo.tasks.episodes import Episodes

GRADIENTS = 4
SHOTS = 10  # points of a minibatch, and to adapt to in a test
TEST_TASKS, TEST_STEPS, TEST_QUERIES, TEST_SEED = 60, 4, 50, 12345
LOOKS = 30  # at the held-out tasks, in a run

NETWORK, OBJECTIVE = SineNet(), Regression()


@dataclass(frozen=True)
class Settings:
    """meta_steps, tasks in a meta-step, the inner rate alpha, the outer rate beta, and what draws it all."""

    meta_steps: int = 3000
    tasks: int = 3
    inner_rate: float = 0.02
    outer_rate: float = 0.02
    seed: int = 0


def combinations() -> dict[str, list[float]]:
    """Name -> the weights c_1 ... c_4 of the inner gradients: "last3" is g_3, "sum3" g_1 + g_2 + g_3."""
    found = {}
    for k in range(1, GRADIENTS + 1):
        rest = [0.0] * (GRADIENTS - k)
        found[f"last{k}"] = [0.0] * (k - 1) + [1.0, *rest]
        if k > 1:
            found[f"sum{k}"] = [1.0] * k + rest
            found[f"mean{k}"] = [1.0 / k] * k + rest
    return found


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Looks at all learners LOOKS times and before: {"done", "meta_step", "losses": {name: held-out MSE}}.

    The loss is that after TEST_STEPS inner steps on SHOTS points of each held-out sine, on other points of it.
    """
    names, c = list(combinations()), torch.tensor(list(combinations().values()))
    generator = torch.Generator().manual_seed(settings.seed)
    first = NETWORK.initialise(generator)
    theta = {name: w.repeat_interleave(len(names), dim=0) for name, w in first.items()}  # a slice a learner
    held_out = sine.sample(TEST_TASKS, SHOTS, TEST_QUERIES, torch.Generator().manual_seed(TEST_SEED))
    looks = {round(settings.meta_steps * k / LOOKS) for k in range(LOOKS + 1)}
    for meta_step in range(settings.meta_steps + 1):
        if meta_step in looks:
            losses = dict(zip(names, test(theta, held_out, settings.inner_rate).tolist(), strict=True))
            yield {"done": meta_step / settings.meta_steps, "meta_step": meta_step, "losses": losses}
        episodes = sine.sample(settings.tasks, SHOTS * GRADIENTS, 0, generator)
        g = gradients(theta, episodes, settings.inner_rate)
        for name, w in theta.items():
            theta[name] = w - settings.outer_rate * torch.einsum("rk,kr...->r...", c, g[name])


def gradients(theta: Weights, episodes: Episodes, alpha: float) -> Weights:
    """Each learner's mean gradients over tasks at its four inner steps: (GRADIENTS, R, ...) for theta's (R, ...)."""
    learners, tasks = theta["b1"].shape[0], episodes.tasks
    w = _each_task(theta, tasks)
    steps = []
    for k in range(GRADIENTS):
        x, y = (t[:, k::GRADIENTS].repeat(learners, 1, 1) for t in (episodes.support, episodes.labels))
        w = tracked(w)
        loss = OBJECTIVE.support(NETWORK(w, x), y).sum()
        steps.append(dict(zip(w, torch.autograd.grad(loss, list(w.values())), strict=True)))
        w = {name: v.detach() - alpha * steps[-1][name] for name, v in w.items()}
    return {name: torch.stack([g[name].unflatten(0, (learners, tasks)).mean(dim=1) for g in steps]) for name in theta}


def test(theta: Weights, held_out: Episodes, alpha: float) -> Tensor:
    """Mean squared error after adapting, averaged over tasks, (R,)."""
    learners = theta["b1"].shape[0]
    x, y, queries, answers = (
        t.repeat(learners, 1, 1) for t in (held_out.support, held_out.labels, held_out.queries, held_out.answers)
    )
    w = _each_task(theta, held_out.tasks)
    for _ in range(TEST_STEPS):
        w = tracked(w)
        w = descend(w, OBJECTIVE.support(NETWORK(w, x), y), alpha, list(w))
    with torch.no_grad():
        losses: Tensor = OBJECTIVE.query(NETWORK(w, queries), answers)
        return losses.reshape(learners, -1).mean(dim=1)


def _each_task(theta: Weights, tasks: int) -> Weights:
    """A copy of every learner's weights for every task, the tasks of a learner one after another."""
    return {name: w.repeat_interleave(tasks, dim=0) for name, w in theta.items()}
