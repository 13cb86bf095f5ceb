"""ADML: meta-learning from clean and adversarial drawings, crossed.

    theta'_a = theta - alpha * grad L(theta; S~)        theta'_c = theta - alpha * grad L(theta; S)
    theta   <- theta - beta * grad_theta mean_i [ L(theta'_a; Q) + L(theta'_c; Q~) ] / 2

What has adapted to adversarial drawings must be right about clean ones, and the other way round, so neither
kind can be learnt at the other's cost. S~ and Q~ are S and Q after the fast gradient sign method
(`demo.learners.attack`). Yin, Tang, Xu, Wang 2018, arXiv 1806.03316, algorithm 1.

Here the inner step is the one in closed form of `demo.learners.onestep`, and theta' its prototypes. At theta
itself the head is zero and the loss has no slope, so both are made against the model that has adapted to S.
"""

from __future__ import annotations

import torch
from torch import Tensor

from demo.learners.attack import fgsm
from demo.learners.inner import tracked
from demo.learners.objectives import Objective
from demo.learners.onestep import Normed
from demo.models import Weights
from demo.tasks.episodes import Episodes

EPSILON = 0.1
"""How far a pixel may go, of a range from paper, 0, to ink, 1."""


def meta_gradient(
    network: Normed, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int = 1
) -> tuple[Weights, float]:
    """grad_theta of the mean of both crossed losses, shaped like theta (T = 1), and that mean.

    The support set must have one drawing of each class.
    """
    bad = adversarial(network, objective, theta, episodes, alpha)
    theta = tracked(theta)
    support, queries = episodes.support.shape[1], episodes.queries.shape[1]
    drawings = torch.cat([episodes.support, episodes.queries, bad.support, bad.queries], dim=1)
    clean_support, clean_queries, bad_support, bad_queries = features(network, theta, drawings).split(
        [support, queries, support, queries], dim=1
    )
    a = judge(network, objective, bad_support, clean_queries, episodes, alpha)
    c = judge(network, objective, clean_support, bad_queries, episodes, alpha)
    loss = (a + c) / 2
    gradient = torch.autograd.grad(loss, list(theta.values()))
    return dict(zip(theta, gradient, strict=True)), loss.item()


def adversarial(
    network: Normed, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, epsilon: float = EPSILON
) -> Episodes:
    """S~ and Q~: drawings that the model which has adapted to S takes for another class."""
    theta = {name: w.detach() for name, w in theta.items()}
    shots = episodes.support.shape[1]
    drawings = torch.cat([episodes.support, episodes.queries], dim=1)
    labels = torch.cat([episodes.labels, episodes.answers], dim=1)

    def loss(x: Tensor) -> Tensor:
        f = features(network, theta, x)
        prototypes = f[:, :shots].detach()  # theta' is what it is: the attack does not move what it has adapted to
        return objective.query(logits(network, prototypes, f, alpha), labels).sum()

    x = fgsm(loss, drawings, epsilon)
    return Episodes(x[:, :shots], episodes.labels, x[:, shots:], episodes.answers)


def features(network: Normed, theta: Weights, x: Tensor) -> Tensor:
    """Of unit length, (T, B, D), of images x (T, B, 1, 28, 28), with the statistics of all of them."""
    result: Tensor = network.embed(theta, x.flatten(0, 1)).unflatten(0, x.shape[:2])
    return result


def logits(network: Normed, prototypes: Tensor, queries: Tensor, alpha: float) -> Tensor:
    """(T, B, N) of features (T, N, D) and (T, B, D): see `demo.learners.onestep`."""
    return alpha * network.plain.gain**2 * queries @ prototypes.transpose(1, 2)


def judge(
    network: Normed, objective: Objective, support: Tensor, queries: Tensor, episodes: Episodes, alpha: float
) -> Tensor:
    """Mean loss of queries' features once the head has adapted to the support set's, a scalar."""
    return objective.query(logits(network, support, queries, alpha), episodes.answers).mean()
