"""What the command line prints: plain dicts, ready for JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from demo.learners.trained import Trained
from demo.tasks.characters import Characters
from demo.tasks.drawing import to_image
from demo.tasks.taskfile import Task, TaskFileError, load_lines, loads
from demo.training import evaluate
from demo.training.cards import rounded
from demo.training.evaluate import Protocol
from demo.training.metrics import Score, score
from demo.training.special import special

Report = dict[str, Any]


def on_omniglot(learner: Trained, pool: Characters, protocol: Protocol, progress: bool) -> Report:
    """Accuracy and calibration over random tasks, non-transductive and transductive."""
    plain, together, _ = evaluate.both_ways(learner, pool, protocol, progress)
    steps = learner.steps if protocol.steps is None else protocol.steps
    return _report(learner, protocol.ways, protocol.shots, steps, protocol.tasks, plain, together)


def on_special(learner: Trained, pool: Characters, tasks: int, part: str) -> Report:
    """What no other learner is asked; says so if there is nothing."""
    return {"learner": learner.name, **special(learner, pool, tasks, part)}


def on_files(learner: Trained, path: Path, steps: int | None) -> Report:
    """The same over the tasks of a file; each query must carry its true label."""
    tasks = list(load_lines(path.read_bytes())) if path.suffix == ".jsonl" else [loads(path.read_bytes())]
    if not tasks:
        raise TaskFileError(f"{path} holds no task")
    ways, shots = {len(task.labels) for task in tasks}, {task.shots for task in tasks}
    plain: list[tuple[Tensor, Tensor]] = []
    together: list[tuple[Tensor, Tensor]] = []
    for number, task in enumerate(tasks, start=1):
        truths = [query.label for query in task.queries]
        if None in truths:
            raise TaskFileError(f"{path}, task {number}: every query needs a label (the truth) to be judged by")
        answers = torch.tensor([[task.labels.index(str(truth)) for truth in truths]])
        for transductive, scores in ((False, plain), (True, together)):
            trace = learner.adapt(*tensors(task), steps, transductive=transductive)
            scores.append((torch.from_numpy(trace.outputs[-1])[None], answers))
    return _report(
        learner,
        ways.pop() if len(ways) == 1 else None,
        shots.pop() if len(shots) == 1 else None,
        learner.steps if steps is None else steps,
        len(tasks),
        _scored(plain),
        _scored(together),
    )


def on_sines(learner: Trained, tasks: int, steps: int | None, seed: int) -> Report:
    """Mean squared error after every inner step, over held-out sines with 10 points each."""
    mse = evaluate.regression(learner, tasks, steps=32 if steps is None else steps, seed=seed)
    ci95 = 1.96 * mse.std(dim=1) / tasks**0.5
    return {
        "learner": learner.name,
        "shots": 10,
        "tasks": tasks,
        "mse": [round(value, 4) for value in mse.mean(dim=1).tolist()],
        "ci95": [round(value, 4) for value in ci95.tolist()],
    }


def classified(learner: Trained, path: Path, steps: int | None) -> Report:
    """Probabilities (Q, N) and predicted labels of the file's queries, and the support loss at every step."""
    task = loads(path.read_bytes())
    trace = learner.adapt(*tensors(task), steps)
    return {
        "probabilities": trace.outputs[-1].tolist(),
        "predictions": [task.labels[index] for index in trace.outputs[-1].argmax(axis=-1)],
        "losses": trace.losses.tolist(),
    }


def tensors(task: Task) -> tuple[Tensor, Tensor, Tensor]:
    """Support (N*K, 1, 28, 28), labels (N*K,) and queries (Q, 1, 28, 28) of a task of drawings."""
    support = np.stack([to_image(drawing) for drawings in task.drawings for drawing in drawings])
    labels = [number for number, drawings in enumerate(task.drawings) for _ in drawings]
    queries = np.stack([to_image(query.drawing) for query in task.queries])
    return torch.from_numpy(support)[:, None], torch.tensor(labels), torch.from_numpy(queries)[:, None]


def readable(report: Report) -> str:
    """A report as lines for people."""
    return "\n".join(f"{key:>16}  {value}" for key, value in report.items())


def _scored(results: list[tuple[Tensor, Tensor]]) -> Score:
    if len({probabilities.shape for probabilities, _ in results}) != 1:
        raise TaskFileError("all tasks of the file must have the same number of classes and of queries")
    return score(torch.cat([p for p, _ in results]), torch.cat([a for _, a in results]))


def _report(
    learner: Trained,
    ways: int | None,
    shots: int | None,
    steps: int,
    tasks: int,
    plain: Score,
    together: Score,
) -> Report:
    return {
        "learner": learner.name,
        "ways": ways,
        "shots": shots,
        "steps": steps,
        "tasks": tasks,
        **rounded(plain),
        "transductive": rounded(together),
    }
