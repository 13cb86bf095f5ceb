"""How meta-learning moves, where everything can be seen: two weights, and tasks whose losses are quadratic.

    L_i(theta) = 1/2 (theta - c_i)' A_i (theta - c_i)

c_i is task i's optimum, A_i its curvature: a valley that is steep across and flat along. From the same place
every rule sees the same inner loop and its gradients g_1 ... g_s on the way, and g_{s+1} where it ends:

    theta_0 = theta,    theta_k = theta_{k-1} - alpha g_k,    g_{k+1} = grad L_i(theta_k)

What it makes of them, and so where theta goes, is all in which rules differ:

    theta <- theta - epsilon * alpha * mean_i d_i
    joint pretraining   d = g_1                            the first gradient
    first-order MAML    d = g_{s+1}                        the last
    MAML                d = (I - alpha A)^s g_{s+1}        the last, taken through the inner loop
    Reptile             d = g_1 + ... + g_s                the sum, so that alpha d = theta - theta_s
    gradient agreement  d = n w_i (g_1 + ... + g_s)        Reptile's, each task weighted by its agreement with all:

    w_i = sum_j G_i . G_j / sum_k |sum_j G_k . G_j|,  G_i = theta - theta_s of task i;  Reptile's is w_i = 1/n

Support and query set are the same here: a task's loss is known whole. Finn, Abbeel, Levine 2017, arXiv
1703.03400; Nichol, Achiam, Schulman 2018, arXiv 1803.02999, section 5; Eshratifar, Eigen, Pedram 2018, arXiv
1810.08178.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LINEAR = ("pretrained", "fomaml", "maml", "reptile")
"""Rules whose directions are linear in theta."""

AGREEMENT = "gradient-agreement"

RULES = (*LINEAR, AGREEMENT)

REACH = (3.1, 2.0)
"""Optima lie near an ellipse with these half-axes around the origin."""

STEEP, FLAT = (0.9, 1.6), (0.1, 0.35)
"""Ranges of a valley's two curvatures. With alpha < 1 no inner loop diverges: alpha * curvature < 2."""


@dataclass(frozen=True, eq=False)
class Plane:
    """T tasks: optima (T, 2), and curvatures (T, 2, 2), symmetric and positive definite."""

    optima: Array
    curvatures: Array

    def losses(self, theta: Array) -> Array:
        """L_i(theta) of every task, (T,), for theta (2,) or one (T, 2) a task."""
        apart = theta - self.optima
        losses: Array = 0.5 * np.einsum("ta,tab,tb->t", apart, self.curvatures, apart)
        return losses

    def gradients(self, theta: Array) -> Array:
        """grad L_i(theta) of every task, (T, 2), for theta (2,) or one (T, 2) a task."""
        gradients: Array = np.einsum("tab,tb->ta", self.curvatures, theta - self.optima)
        return gradients


@dataclass(frozen=True)
class Loops:
    """The inner loop's rate alpha and number of steps s >= 1, and the meta-step's rate epsilon."""

    alpha: float
    steps: int
    epsilon: float


def plane(tasks: int, seed: int) -> Plane:
    """Tasks spread around the origin, each a valley of its own direction, steepness and flatness."""
    random = np.random.default_rng([seed, tasks])
    around = 2 * math.pi * (np.arange(tasks) + random.uniform(-0.3, 0.3, tasks) + random.uniform()) / tasks
    distance = random.uniform(0.75, 1.0, tasks)
    optima = distance[:, None] * np.array(REACH) * np.stack([np.cos(around), np.sin(around)], axis=1)
    along = random.uniform(0, math.pi, tasks)
    turn = np.stack([np.cos(along), -np.sin(along), np.sin(along), np.cos(along)], axis=1).reshape(tasks, 2, 2)
    bends = np.stack([random.uniform(*FLAT, tasks), random.uniform(*STEEP, tasks)], axis=1)
    return Plane(optima, np.einsum("tab,tb,tcb->tac", turn, bends, turn))


def inner(tasks: Plane, theta: Array, loops: Loops) -> Array:
    """theta_0 ... theta_s of every task, (T, s + 1, 2)."""
    path = [np.broadcast_to(theta, tasks.optima.shape)]
    for _ in range(loops.steps):
        path.append(path[-1] - loops.alpha * tasks.gradients(path[-1]))
    return np.stack(path, axis=1)


def directions(rule: str, tasks: Plane, theta: Array, loops: Loops) -> Array:
    """d_i of every task, (T, 2): what the rule makes of the inner loop's gradients. KeyError if unknown."""
    path = inner(tasks, theta, loops)
    g = np.stack([tasks.gradients(path[:, k]) for k in range(loops.steps + 1)], axis=1)  # (T, s + 1, 2)
    through = g[:, -1]
    for _ in range(loops.steps):  # back through the steps, as automatic differentiation goes
        through = through - loops.alpha * np.einsum("tab,tb->ta", tasks.curvatures, through)
    towards_ends = g[:, :-1].sum(axis=1)
    found: dict[str, Array] = {
        "pretrained": g[:, 0],
        "fomaml": g[:, -1],
        "maml": through,
        "reptile": towards_ends,
        AGREEMENT: len(g) * agreement(towards_ends)[:, None] * towards_ends,
    }
    return found[rule]


def agreement(G: Array) -> Array:
    """The weights w (T,) of tasks that go along G (T, 2), as `demo.learners.agreement` has them; sum |w| = 1."""
    agreed: Array = G @ G.sum(axis=0)
    total = np.abs(agreed).sum()
    return agreed / total if total > 0 else np.full(len(G), 1 / len(G))


def meta_step(rule: str, tasks: Plane, theta: Array, loops: Loops) -> Array:
    """Where the rule takes theta, (2,)."""
    moved: Array = theta - loops.epsilon * loops.alpha * directions(rule, tasks, theta, loops).mean(axis=0)
    return moved


def play(rule: str, tasks: Plane, theta: Array, loops: Loops, meta_steps: int) -> Array:
    """theta after 0 ... M meta-steps, (M + 1, 2)."""
    path = [theta]
    for _ in range(meta_steps):
        path.append(meta_step(rule, tasks, path[-1], loops))
    return np.stack(path)


def loss_before(tasks: Plane, theta: Array) -> float:
    """Mean loss over tasks without adapting: what joint pretraining descends."""
    return float(tasks.losses(theta).mean())


def loss_after(tasks: Plane, theta: Array, loops: Loops) -> float:
    """Mean loss over tasks where each one's inner loop ends: what MAML descends."""
    return float(tasks.losses(inner(tasks, theta, loops)[:, -1]).mean())


def matrices(rule: str, tasks: Plane, loops: Loops) -> Array:
    """H_i of every task, (T, 2, 2), so that d_i = H_i (theta - c_i), for a rule of LINEAR: as losses are quadratic.

    With these a browser can follow the rule while theta is dragged. MAML's are also the curvatures of the
    loss after adapting, 1/2 (theta - c_i)' H_i (theta - c_i), as joint pretraining's are of that before.
    """
    centred = Plane(np.zeros_like(tasks.optima), tasks.curvatures)
    return np.stack([directions(rule, centred, unit, loops) for unit in np.eye(2)], axis=2)
