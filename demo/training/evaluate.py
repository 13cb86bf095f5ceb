"""Measures learners on tasks they have never seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from tqdm import tqdm

from demo.learners.attack import attacked
from demo.learners.gradient import GradientLearner
from demo.learners.objectives import Classification
from demo.learners.trained import Trained
from demo.tasks import sine
from demo.tasks.characters import Characters
from demo.tasks.episodes import Episodes
from demo.training.metrics import Score, score

TASKS_AT_ONCE = 25  # on a CPU


@dataclass(frozen=True)
class Protocol:
    """How tasks are drawn: everything a figure needs beside it to be reproduced."""

    ways: int = 3
    shots: int = 1
    tasks: int = 1000
    steps: int | None = None
    same_alphabet: bool = False
    queries: int = 1
    seed: int = 12345
    epsilon: float = 0.0  # how far a pixel of the queries is moved against the learner (demo.learners.attack)


def classification(
    learner: Trained, pool: Characters, protocol: Protocol, transductive: bool = False, progress: bool = False
) -> tuple[Score, list[float]]:
    """The score after the last step, and the mean probability of the right class after every step."""
    last, curve = [], []
    answers = []
    batches = drawn(learner, pool, protocol, progress)
    for probabilities, truth in answered(learner, batches, protocol.steps, transductive):
        right = probabilities.gather(3, truth.expand(len(probabilities), -1, -1)[..., None])
        curve.append(right.mean(dim=(2, 3)))  # (S + 1, T)
        last.append(probabilities[-1])
        answers.append(truth)
    return score(torch.cat(last), torch.cat(answers)), torch.cat(curve, dim=1).mean(dim=1).tolist()


def answered(
    learner: Trained, batches: Iterable[Episodes], steps: int | None = None, transductive: bool = False
) -> Iterator[tuple[Tensor, Tensor]]:
    """Probabilities (S + 1, T, Q, N) at every step and the true classes (T, Q) of each batch of tasks, one by one."""
    for episodes in batches:
        yield learner.adapt_all(episodes, steps, transductive=transductive)[1], episodes.answers


def both_ways(
    learner: Trained, pool: Characters, protocol: Protocol, progress: bool = False
) -> tuple[Score, Score, list[float]]:
    """Non-transductive and transductive scores, and the former's curve; the same where drawings do not mix."""
    plain, curve = classification(learner, pool, protocol, progress=progress)
    if not learner.network.mixes:
        return plain, plain, curve
    return plain, classification(learner, pool, protocol, True, progress)[0], curve


def calibrated(learner: Trained, pool: Characters, protocol: Protocol) -> Trained:
    """The learner with the sharpness that makes its answers likeliest on `pool`: temperature scaling.

    Guo et al. 2017, arXiv 1706.04599, section 4.2. The inner loop does not see the sharpness, so the
    logits are computed once; a golden-section search would do, but the curve is smooth and a grid is plain.
    """
    plain = replace(learner, objective=Classification(1.0))
    logits, answers = [], []
    for episodes in drawn(plain, pool, protocol, progress=False):
        logits.append(plain.adapt_all(episodes, protocol.steps)[1][-1].log())  # up to a constant a query
        answers.append(episodes.answers)
    all_logits, all_answers = torch.cat(logits), torch.cat(answers)
    grid = [round(1.02**n, 4) for n in range(-100, 201)]
    best = min(grid, key=lambda s: Classification(s).query(all_logits, all_answers).mean().item())
    return replace(learner, objective=Classification(best))


def regression(learner: Trained, tasks: int = 600, shots: int = 10, steps: int = 32, seed: int = 12345) -> Tensor:
    """Mean squared error on the whole curve after every step, (steps + 1, tasks).

    Points uniform in [-5, 5]; judged on 100 further uniform points.
    """
    episodes = sine.sample(tasks, shots, 100, torch.Generator().manual_seed(seed))
    values = learner.adapt_all(episodes, steps)[1]
    return (values - episodes.answers).square().mean(dim=(2, 3))


def drawn(learner: Trained, pool: Characters, protocol: Protocol, progress: bool) -> Iterator[Episodes]:
    generator = torch.Generator().manual_seed(protocol.seed)
    device = next(iter(learner.theta.values())).device
    at_once = TASKS_AT_ONCE if device.type == "cpu" else 250
    with tqdm(total=protocol.tasks, disable=not progress, unit=" tasks", desc=learner.name, leave=False) as bar:
        for begin in range(0, protocol.tasks, at_once):
            count = min(at_once, protocol.tasks - begin)
            episodes = pool.sample(
                count,
                protocol.ways,
                protocol.shots,
                protocol.queries,
                generator,
                same_alphabet=float(protocol.same_alphabet),
            ).to(device)
            if protocol.epsilon:
                if not isinstance(learner, GradientLearner):
                    raise TypeError(f"{learner.name} does not adapt by gradient steps: nothing to attack")
                episodes = attacked(learner, episodes, protocol.epsilon, protocol.steps)
            yield episodes
            bar.update(count)
