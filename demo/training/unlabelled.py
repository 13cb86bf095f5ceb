"""CACTUs: tasks for a meta-learner from drawings whose characters nobody has named.

    embed:    z = f(x), learnt by telling single drawings apart, each known by several hands' copies of it
    cluster:  k-means of z, several times, each time with its dimensions stretched at random
    task:     N clusters of one sorting are the classes

Nothing here asks which character a drawing is of. Hsu, Levine, Finn 2019, arXiv 1810.02334, algorithm 1; there
the embedding is a generative model's, here it is that of instance discrimination (Wu, Xiong, Yu, Lin 2018,
arXiv 1805.01978), with distorted copies (`demo.tasks.distort`) of a drawing as its class.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from demo.learners import onestep
from demo.learners.objectives import Objective
from demo.learners.onestep import Normed
from demo.models import Weights
from demo.tasks.characters import Characters
from demo.tasks.clusters import STRETCH, Clusters, kmeans
from demo.tasks.omniglot import Part

CLUSTERS = 500
SORTINGS = 8
AT_ONCE = 500  # drawings to embed


def instances(part: Part) -> Characters:
    """Every single drawing as a class of its own, of which there are copies by other hands; turned ones as well."""
    if part.hands is None:
        raise ValueError("a drawing without other hands' copies cannot be told from itself")
    images = np.concatenate([part.images[:, :, None], part.hands], axis=2).reshape(-1, 1 + part.hands.shape[2], 28, 28)
    return Characters(Part(images, np.zeros(len(images), np.int64), ("",)), rotations=True)


def clustered(
    part: Part, network: Normed, objective: Objective, steps: int, ways: int, alpha: float, rate: float, seed: int
) -> Clusters:
    """Drawings sorted by features learnt in `steps` steps on tasks of single drawings; rate: Adam's, annealed."""
    drawings = instances(part)
    generator = torch.Generator().manual_seed(seed)
    theta = apart(drawings, network, objective, steps, ways, alpha, rate, generator)
    z = embedded(drawings, len(part.images) * part.images.shape[1], network, theta)
    sortings = []
    for _ in range(SORTINGS):
        stretch = (STRETCH * torch.randn(z.shape[1], generator=generator)).exp()
        count = min(CLUSTERS, len(z) // 4)
        sortings.append(kmeans(z * stretch, count, generator)[0])
    return Clusters(drawings, sortings, least=3)


def apart(
    drawings: Characters,
    network: Normed,
    objective: Objective,
    steps: int,
    ways: int,
    alpha: float,
    rate: float,
    generator: torch.Generator,
) -> Weights:
    """Weights learnt by telling `ways` single drawings apart."""
    theta = network.initialise(generator)
    optimiser = torch.optim.Adam(list(theta.values()), lr=rate)
    for step in tqdm(range(steps), "telling drawings apart", disable=None, mininterval=1):
        episodes = drawings.sample(1, ways, 1, 2, generator)
        gradient, _ = onestep.meta_gradient(network, objective, theta, episodes, alpha)
        for name, w in theta.items():
            w.grad = gradient[name]
        for group in optimiser.param_groups:
            group["lr"] = rate * (1 + math.cos(math.pi * step / steps)) / 2
        optimiser.step()
    return {name: w.detach() for name, w in theta.items()}


@torch.no_grad()
def embedded(drawings: Characters, count: int, network: Normed, theta: Weights) -> Tensor:
    """Features (count, D) of the first drawings as they were drawn, without batch norm."""
    x = drawings.images[drawings.table[:count, 0, 0]].float().div_(255)[:, None]
    folded = network.folded(theta, x[:: max(1, count // 4000)])
    return torch.cat([network.plain.embed(folded, part[None])[0] for part in x.split(AT_ONCE)])
