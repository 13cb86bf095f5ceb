"""MAML++: MAML made stable, with rates, batch norm and a loss for every inner step.

    theta_i,k+1 = theta_i,k - alpha_{l,k} * grad L(theta_i,k; S_i)           l: layer, k = 0 .. S - 1: inner step
    theta       <- theta - beta * grad_theta mean_i sum_k v_k L(theta_i,k; Q_i)

- Multi-step loss: v_1 .. v_S start equal, and all weight goes to the last by `EQUAL` of the training.
- Learnt rates alpha_{l,k} of every layer and step; the outer rate beta is annealed by a cosine (the recipe).
- Derivative-order annealing: first order until `FIRST_ORDER` of the training, then second.
- Batch norm of every step: running mean mu_k and variance s_k^2, learnt scale gamma_k and shift delta_k,

      h <- gamma_k * (h - mu_k) / s_k + delta_k

  The running statistics normalise in training as well as afterwards: no drawing's answer depends on another drawing.
  They are pulled towards each training batch's own statistics, by descending half the squared distance to them with
  the optimiser of everything else; with plain gradient descent that is the usual exponential average.

As in `demo.models.CosineNet` features have unit length and the head starts at zero; the loss before any step is
therefore constant, and has no part. Antoniou, Edwards, Storkey 2019, arXiv 1810.09502, sections 4 and 5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.inner import descend, joined, tracked
from demo.learners.objectives import Objective
from demo.models import BATCH_NORM_EPSILON, CosineNet, Weights, channels_last, fan_out
from demo.tasks.episodes import Episodes

EQUAL = 0.3
FIRST_ORDER = 0.4
NORM = ("mean", "variance", "scale", "shift")


@dataclass(frozen=True)
class PlusPlus:
    """`steps` inner steps have rates and batch norm of their own; further ones, those of the last."""

    filters: int = 64
    steps: int = 5
    begin: float = 0.05  # every rate before training
    done: float = field(default=1.0, compare=False)  # the share of the training that lies behind

    @property
    def mixes(self) -> bool:
        return False

    @property
    def plain(self) -> CosineNet:
        return CosineNet(self.filters)

    @property
    def layers(self) -> list[str]:
        """What inner steps move, in the order of the rates."""
        return [*(f"conv{b}" for b in range(1, self.plain.blocks + 1)), "head"]

    def at(self, done: float) -> Self:
        """The same with the loss that it descends when a share `done` of the training lies behind."""
        return replace(self, done=done)

    def initialise(self, generator: torch.Generator) -> Weights:
        theta = {name: w for name, w in self.plain.initialise(generator).items() if name.startswith("conv")}
        for b in range(1, self.plain.blocks + 1):
            for what, value in zip(NORM, (0.0, 1.0, 1.0, 0.0), strict=True):
                theta[f"{what}{b}"] = torch.full((1, self.steps + 1, self.filters), value)
        return {**theta, "rates": torch.full((1, self.steps, len(self.layers)), self.begin)}

    @torch.no_grad()
    def begun(self, theta: Weights, x: Tensor) -> Weights:
        """From the weights of a CosineNet: its equal, with the statistics of the drawings x (B, 1, 28, 28)."""
        taken: Weights = {"rates": self.initialise(torch.Generator())["rates"]}
        for b in range(1, self.plain.blocks + 1):
            h = F.conv2d(x, theta[f"conv{b}"][0], stride=2, padding=1)
            variance, mean = torch.var_mean(h, dim=(0, 2, 3), correction=0)
            shift = theta[f"bias{b}"][0] + mean
            scale = (variance + BATCH_NORM_EPSILON).sqrt()
            for what, value in zip(NORM, (mean, variance, scale, shift), strict=True):
                taken[f"{what}{b}"] = value.repeat(1, self.steps + 1, 1)
            taken[f"conv{b}"] = theta[f"conv{b}"]
            x = (h + theta[f"bias{b}"][0][:, None, None]).relu()
        return taken

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int) -> Tensor:
        """The multi-step query loss; what pulls the running statistics is in its gradient alone."""
        weights = multi_step(steps, self.done)
        seen: list[Tensor] = []
        total = theta["rates"].new_zeros(())
        order = 1 if self.done < FIRST_ORDER else 2
        for k, (w, _) in enumerate(self.walk(theta, episodes, objective, steps, order=order, seen=seen)):
            if k and weights[k - 1]:
                logits = self.logits(theta, w, episodes.queries, k)
                total = total + weights[k - 1] * objective.query(logits, episodes.answers).mean()
        pull = torch.stack(seen).sum()
        return total + pull - pull.detach()

    def trace(
        self, theta: Weights, episodes: Episodes, objective: Objective, steps: int, rate: float = 1.0
    ) -> tuple[Tensor, Tensor]:
        """See `demo.learners.method.Method`; `rate` is a factor on the learnt rates."""
        losses, logits = [], []
        for k, (w, loss) in enumerate(self.walk(theta, episodes, objective, steps, rate)):
            losses.append(loss.detach())
            with torch.no_grad():
                logits.append(self.logits(theta, w, episodes.queries, k))
        return torch.stack(losses), torch.stack(logits)

    def walk(
        self,
        theta: Weights,
        episodes: Episodes,
        objective: Objective,
        steps: int,
        rate: float = 1.0,
        order: int = 0,
        seen: list[Tensor] | None = None,
    ) -> Iterator[tuple[Weights, Tensor]]:
        """The convolutions and heads of T tasks and their support losses (T,) after 0 .. steps inner steps.

        order: 0 for no graph back to theta, 1 for one that takes inner gradients for constants, 2 for all of it.
        seen: gains, at each step, what pulls the running statistics.
        """
        convs = {name: theta[name] for name in self.layers if name != "head"}
        w = fan_out(channels_last(convs), episodes.tasks)
        w["head"] = convs["conv1"].new_zeros(episodes.tasks, episodes.ways, self.plain.features)
        for k in range(steps + 1):
            moving = ([] if k == steps else self.layers) if k else ["head"] * bool(steps)
            w = joined(w) if order else tracked(w, moving)
            loss = objective.support(self.logits(theta, w, episodes.support, k, seen), episodes.labels)
            yield w, loss
            if k == steps:
                return
            alpha = dict(zip(self.layers, theta["rates"][0, min(k, self.steps - 1)] * rate, strict=True))
            w = descend(w, loss, alpha, moving, order)

    def logits(self, theta: Weights, w: Weights, x: Tensor, step: int, seen: list[Tensor] | None = None) -> Tensor:
        """(T, B, N) of images x (T, B, 1, 28, 28) in [0, 1], with the tasks' own w and the batch norm of a step."""
        features = self.maps(theta, w, x, step, seen).flatten(2)
        features = features / (torch.linalg.vector_norm(features, dim=2, keepdim=True) + 1e-12)
        head = w["head"]
        return torch.bmm(features, head.transpose(1, 2)) * (self.plain.gain * math.sqrt(head.shape[1]))

    def maps(self, theta: Weights, w: Weights, x: Tensor, step: int, seen: list[Tensor] | None = None) -> Tensor:
        """The last block's feature maps (T, B, C, 2, 2), not negative."""
        k, tasks = min(step, self.steps), len(x)
        h = x.squeeze(2).transpose(0, 1).to(memory_format=torch.channels_last)  # one group of channels a task
        for b in range(1, self.plain.blocks + 1):
            h = F.conv2d(h, w[f"conv{b}"].flatten(0, 1), stride=2, padding=1, groups=tasks)
            mean, variance, scale, shift = (theta[f"{what}{b}"][0, k] for what in NORM)
            if seen is not None:
                seen.append(_apart(h.detach(), mean, variance, tasks))
            gain = scale * (variance.detach().clamp(min=0) + BATCH_NORM_EPSILON).rsqrt()
            offset = shift - mean.detach() * gain
            h = (h * gain.repeat(tasks)[:, None, None] + offset.repeat(tasks)[:, None, None]).relu()
        return torch.unflatten(h, 1, (tasks, -1)).transpose(0, 1)


def multi_step(steps: int, done: float) -> list[float]:
    """v_1 .. v_S when a share `done` of the training lies behind: equal at first, then more and more on the last."""
    early = max(0.0, 1 - done / EQUAL) / steps
    return [early] * (steps - 1) + [1 - early * (steps - 1)]


def _apart(h: Tensor, mean: Tensor, variance: Tensor, tasks: int) -> Tensor:
    """Half the squared distance of running statistics (C,) from those of h (B, T * C, H, W), all tasks' together."""
    own_variance, own_mean = torch.var_mean(torch.unflatten(h, 1, (tasks, -1)), dim=(0, 1, 3, 4), correction=0)
    return 0.5 * ((mean - own_mean).square().sum() + (variance - own_variance).square().sum())
