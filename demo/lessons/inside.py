"""Inside one adaptation: what every inner step does to the loss, the answers, the weights and the features.

    theta_{k+1} = theta_k - alpha * grad L(theta_k; S),    moved_l(k) = || theta_{k,l} - theta_{0,l} ||_2

A layer l is a block's kernels and all that goes with them (bias, or batch norm's scale and shift), or the head.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from demo.learners.gradient import GradientLearner
from demo.models import ConvNet, CosineNet, Weights
from demo.tasks.episodes import Episodes

HEAD = "head"
FILTERS = 8

Numbers = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Inside:
    """One entry per inner step, the first before any; P = N*K + Q drawings, the support set's first.

    losses: (S + 1,) support loss, in nats;
    probabilities: (S + 1, Q, N) of each query;
    layers: L names, "conv1" to "conv4" and "head", from the drawing to the answer;
    moved: (S + 1, L) Euclidean distance of each layer's weights from where they started;
    sizes: (L,) Euclidean length of each layer's weights before the first step; 0 for a head that starts there;
    filters: (F,) the first layer's channels whose maps change most, that one first;
    maps: (S + 1, P, F, 14, 14) the first layer's output there, not negative;
    features: (S + 1, P, D) what the head looks at.
    """

    losses: Numbers
    probabilities: Numbers
    layers: tuple[str, ...]
    moved: Numbers
    sizes: Numbers
    filters: NDArray[np.int64]
    maps: Numbers
    features: Numbers


def look(
    learner: GradientLearner, support: Tensor, labels: Tensor, queries: Tensor, steps: int, filters: int = FILTERS
) -> Inside:
    """Adapts as `learner.adapt` does, non-transductively, and writes down what happens inside.

    support (N*K, 1, 28, 28) in [0, 1], labels (N*K,) int in 0..N-1, queries (Q, 1, 28, 28), steps >= 0.
    Raises TypeError for a learner that does not look at drawings.
    """
    network = learner.network
    if not isinstance(network, ConvNet | CosineNet):
        raise TypeError(f"{learner.name} is no classifier of drawings")
    task = Episodes(support[None], labels[None], queries[None], queries[None])
    drawings, shots = torch.cat([support, queries])[None], len(support)
    losses, outputs, moved, maps, features = [], [], [], [], []
    for k, (theta, loss) in enumerate(learner.walk(task, steps)):
        if k == 0:
            theta_0 = {name: w.detach() for name, w in theta.items()}
        with torch.no_grad():
            losses.append(loss[0])
            outputs.append(network.query(theta, task.support, task.queries)[0])
            moved.append(lengths({name: w - theta_0[name] for name, w in theta.items()}))
            if isinstance(network, ConvNet):  # its batch norm must not let queries see each other
                maps.append(network.maps(theta, drawings, 1, shots)[0])
                features.append(network.embed(theta, drawings, shots)[0])
            else:
                maps.append(network.maps(theta, drawings, 1)[0])
                features.append(network.embed(theta, drawings)[0])
    layers = tuple(moved[0])
    all_maps = torch.stack(maps)
    chosen = most_changed(all_maps, filters)
    return Inside(
        losses=torch.stack(losses).numpy(),
        probabilities=learner.objective.answer(torch.stack(outputs)).numpy(),
        layers=layers,
        moved=np.array([[length[layer] for layer in layers] for length in moved], np.float32),
        sizes=np.array([lengths(theta_0)[layer] for layer in layers], np.float32),
        filters=chosen.numpy(),
        maps=all_maps[:, :, chosen].numpy(),
        features=torch.stack(features).numpy(),
    )


def layer_of(name: str) -> str:
    """The layer that a tensor belongs to: `bias2` and `scale2` go with `conv2`, a `bias` alone with the head."""
    block = re.search(r"\d+$", name)
    return f"conv{block[0]}" if block else HEAD


def lengths(theta: Weights) -> dict[str, float]:
    """Euclidean length of each layer's weights taken together, from the first block to the head."""
    squares: dict[str, float] = {}
    for name in sorted(theta, key=lambda name: (layer_of(name) == HEAD, layer_of(name))):
        squares[layer_of(name)] = squares.get(layer_of(name), 0.0) + float(theta[name].double().square().sum())
    return {layer: square**0.5 for layer, square in squares.items()}


def most_changed(maps: Tensor, count: int) -> Tensor:
    """The `count` channels of maps (S + 1, P, C, H, W) whose pictures the last step has changed most, most first.

    What is added to a map everywhere changes no picture. Where none has changed: the pictures with most in them.
    """
    change, content = (x.var(dim=(2, 3), correction=0).sum(dim=0) for x in (maps[-1] - maps[0], maps[0]))
    return (change if change.any() else content).argsort(descending=True, stable=True)[:count]
