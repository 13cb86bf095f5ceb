"""One inner step in closed form: MAML's with the prototypes in the gradient, Reptile's without.

    logits(q)_n = alpha * gain^2 * <mean_{x in S_n} f(x), f(q)>,    theta <- theta - beta * grad CE(logits; Q)

A head that starts at zero lets no gradient through, so the first inner step moves the head alone, to the
classes' mean features. What one step teaches the body is then the rule above, with no inner loop and no
weights for each task: all drawings share one body, so they can share one big task, and batch norm.

`meta_gradient` differentiates the mean features too: that is MAML with one inner step, close to prototypical
networks (Snell, Swersky, Zemel 2017, arXiv 1703.05175, eq. 2) with cosines for distances. `first_order` does
not: that is first-order MAML with one inner step, and Reptile with two minibatches, whose first moves the
head and whose second is the query set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.inner import tracked
from demo.learners.objectives import Objective
from demo.models import BATCH_NORM_EPSILON, ConvNet, CosineNet, Weights
from demo.tasks.episodes import Episodes


@dataclass(frozen=True)
class Normed:
    """A CosineNet while it is trained on big batches: batch norm, folded into its weights afterwards."""

    plain: CosineNet
    kind: Callable[[int, int], ConvNet] = ConvNet  # the body's: shards have one of their own (`demo.training.spread`)

    @property
    def body(self) -> ConvNet:
        return self.kind(self.plain.filters, self.plain.blocks)

    def initialise(self, generator: torch.Generator) -> Weights:
        return self.body.initialise(generator)

    def embed(self, theta: Weights, x: Tensor) -> Tensor:
        """Features (B, D) of unit length of images x (B, 1, 28, 28), with the batch's statistics."""
        return F.normalize(self.body.embed(theta, x[None])[0], dim=1)

    @torch.no_grad()
    def folded(self, theta: Weights, x: Tensor) -> Weights:
        """Weights of the plain network that does to every image what this one does to the batch x (B, 1, 28, 28)."""
        plain: Weights = {}
        x = x.to(theta["conv1"].device)
        for b in range(1, self.plain.blocks + 1):
            w = theta[f"conv{b}"][0]
            out = F.conv2d(x, w, stride=2, padding=1)
            variance, mean = torch.var_mean(out, dim=(0, 2, 3), correction=0)
            gain = torch.rsqrt(variance + BATCH_NORM_EPSILON)
            shift = -mean * gain
            if f"scale{b}" in theta:  # not in the last block
                gain, shift = gain * theta[f"scale{b}"][0], shift * theta[f"scale{b}"][0] + theta[f"shift{b}"][0]
            plain[f"conv{b}"] = (w * gain[:, None, None, None])[None]
            plain[f"bias{b}"] = shift[None]
            x = (out * gain[:, None, None] + shift[:, None, None]).relu()
        return plain


def meta_gradient(
    network: Normed, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int = 1
) -> tuple[Weights, float]:
    """grad_theta of the mean query loss after one inner step, shaped like theta (T = 1), and the loss itself.

    Every drawing of a class takes its turn as the support set, with the class's others as queries; support
    and queries must be one drawing and one or more of each class.
    """
    return _gradient(network, objective, theta, episodes, alpha, through_support=True)


def first_order(
    network: Normed, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int = 1
) -> tuple[Weights, float]:
    """The same, with the support set's features taken for constants."""
    return _gradient(network, objective, theta, episodes, alpha, through_support=False)


def _gradient(
    network: Normed, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, through_support: bool
) -> tuple[Weights, float]:
    theta = tracked(theta)
    f = by_class(network, theta, episodes)
    prototypes = f if through_support else f.detach()
    loss = in_turns(objective, alpha * network.plain.gain**2, f, prototypes)
    gradient = torch.autograd.grad(loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), loss.item()


def by_class(network: Normed, theta: Weights, episodes: Episodes) -> Tensor:
    """Features (T, N, M, D) of all M drawings of each class, the support set's first."""
    parts = [part.unflatten(1, (episodes.ways, -1)) for part in (episodes.support, episodes.queries)]
    drawings = torch.cat(parts, dim=2)
    features: Tensor = network.embed(theta, drawings.flatten(0, 2)).unflatten(0, drawings.shape[:3])
    return features


def in_turns(objective: Objective, scale: float, f: Tensor, prototypes: Tensor) -> Tensor:
    """Mean query loss, a scalar, every drawing of f (T, N, M, D) having been its class's prototype once.

    prototypes: f, or f detached where the gradient is not to pass through them; scale: of the cosines.
    """
    tasks, ways, turns = f.shape[:3]
    answers = torch.arange(ways, device=f.device).repeat_interleave(turns - 1).expand(tasks, -1)
    losses = []
    for turn in range(turns):
        others = [m for m in range(turns) if m != turn]
        logits = scale * f[:, :, others].flatten(1, 2) @ prototypes[:, :, turn].transpose(1, 2)
        losses.append(objective.query(logits, answers).mean())
    return torch.stack(losses).mean()
