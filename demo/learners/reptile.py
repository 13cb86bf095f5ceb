"""Reptile: move the initialisation towards where each task's inner loop ends.

    theta'_i = theta after k inner steps on task i, each on a fresh minibatch
    theta   <- theta + epsilon * mean_i (theta'_i - theta)

First derivatives only. With k = 1 it is joint training. There is no outer loss, so the inner loop descends
the loss by which answers are judged, as sharp as they are. Nichol, Achiam, Schulman 2018, arXiv
1803.02999, algorithm 2 (the batched version).
"""

from __future__ import annotations

from torch import Tensor

from demo.learners.inner import adapted
from demo.learners.objectives import Objective
from demo.models import Network, Weights, fan_out
from demo.tasks.episodes import Episodes


def meta_gradient(
    network: Network, objective: Objective, theta: Weights, episodes: Episodes, alpha: float, steps: int
) -> tuple[Weights, float]:
    """mean_i (theta - theta'_i), shaped like theta, and the mean loss of theta'_i on the last minibatch.

    Descending this "gradient" at rate epsilon is Reptile's update. The support set is dealt out into
    `steps` minibatches with the same number of drawings of every class in each.
    """
    minibatches = deal(episodes, steps)
    start = network.start(fan_out(theta, episodes.tasks), episodes.ways)
    theta_prime = adapted(network, objective.query, start, minibatches, alpha)
    last_x, last_y = minibatches[-1]
    last_loss = objective.query(network(theta_prime, last_x), last_y).mean().item()
    return {name: (w - theta_prime[name]).mean(dim=0, keepdim=True) for name, w in theta.items()}, last_loss


def deal(episodes: Episodes, minibatches: int) -> list[tuple[Tensor, Tensor]]:
    """The support set as `minibatches` parts of equal size and equal share of every class.

    Drawings of a class lie one after another, so every `minibatches`-th one makes such a part. Raises
    ValueError unless the shots divide by the number of minibatches.
    """
    if episodes.support.shape[1] % (minibatches * episodes.ways):
        raise ValueError(
            f"{episodes.support.shape[1]} support examples of {episodes.ways} classes do not make"
            f" {minibatches} equal minibatches"
        )
    return [(episodes.support[:, m::minibatches], episodes.labels[:, m::minibatches]) for m in range(minibatches)]
