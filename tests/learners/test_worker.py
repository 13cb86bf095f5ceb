"""The process that adapts, and the batches that it is given."""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from demo.learners import store, worker
from demo.learners.process import HungError
from demo.learners.together import MOST, BusyError, Together
from demo.learners.worker import TRANSDUCTIVE, Adapted, Batch, Labels, LearnerError, Worker, WorkerError
from demo.limits import REQUESTS_WAITING

CLASSES = range(3)
PATIENCE = 60.0


@pytest.fixture(scope="module")
def process() -> Iterator[Worker]:
    """One process for all of these tests: starting it takes seconds."""
    one = Worker()
    yield one
    one.close()


def tasks(count: int, ways: int = 3) -> Batch:
    """Images (T, N + 1, 28, 28)."""
    return np.random.default_rng(count).random((count, ways + 1, 28, 28), np.float32)


def one_by_one(images: Batch, steps: int) -> tuple[Batch, Batch]:
    """Losses and probabilities by the learner itself, a task after another."""
    learner, labels = store.load("maml"), torch.arange(images.shape[1] - 1)
    x = torch.from_numpy(images)[:, :, None]
    traces = [learner.adapt(task[:-1], labels, task[-1:], steps) for task in x]
    return np.stack([t.losses for t in traces], axis=1), np.stack([t.outputs for t in traces], axis=1)


@pytest.mark.parametrize("count, ways, steps", [(1, 3, 5), (3, 3, 2), (2, 5, 1), (1, 3, 0)])
def test_the_process_answers_as_the_learner_does(process: Worker, count: int, ways: int, steps: int) -> None:
    images = tasks(count, ways)
    for ours, theirs in zip(
        process.adapt("maml", "cpu", steps, range(ways), images)[:2], one_by_one(images, steps), strict=True
    ):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize("name, together", [("reptile-batchnorm", False), ("reptile-batchnorm", True), ("maml", False)])
def test_uneven_classes_and_several_queries(process: Worker, name: str, together: bool) -> None:
    labels, images = [0, 1, 1, 1, 2, 2], np.random.default_rng(0).random((1, 6 + 3, 28, 28), np.float32)
    losses, outputs, _ = process.adapt(name + TRANSDUCTIVE * together, "cpu", 2, labels, images)
    assert outputs.shape == (3, 1, 3, 3)
    x = torch.from_numpy(images[0])[:, None]
    trace = store.load(name).adapt(x[:6], torch.tensor(labels), x[6:], 2, transductive=together)
    np.testing.assert_allclose(losses[:, 0], trace.losses, atol=1e-4)
    np.testing.assert_allclose(outputs[:, 0], trace.outputs, atol=1e-4)


def test_what_cannot_be_loaded_is_said_and_the_process_goes_on(process: Worker) -> None:
    with pytest.raises(LearnerError, match="nobody"):
        process.adapt("nobody", "cpu", 1, CLASSES, tasks(1))
    assert process.adapt("maml", "cpu", 1, CLASSES, tasks(1))[0].shape == (2, 1)


def test_where_there_is_no_gpu_any_more_the_cpu_answers_and_says_so(process: Worker) -> None:
    """As a driver says it that has lost its device: here PyTorch finds none such, whatever is built in."""
    images, nowhere = tasks(2), f"cuda:{torch.cuda.device_count()}"
    losses, outputs, fallback = process.adapt("maml", nowhere, 2, CLASSES, images)
    assert fallback
    on_cpu = process.adapt("maml", "cpu", 2, CLASSES, images)
    np.testing.assert_array_equal(losses, on_cpu.losses)
    np.testing.assert_array_equal(outputs, on_cpu.probabilities)
    assert on_cpu.fallback == ""
    assert process.adapt("maml", nowhere, 2, CLASSES, images).fallback == fallback
    with pytest.raises(LearnerError, match="nobody"):
        process.adapt("nobody", nowhere, 1, CLASSES, images)


@pytest.mark.parametrize(
    "trouble, words",
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has"), "CUDA out of memory"),
        (
            torch.AcceleratorError("CUDA error: unspecified launch failure\nCUDA kernel errors"),
            "CUDA error: unspecified",
        ),
    ],
)
def test_a_gpu_without_memory_or_that_fails(trouble: RuntimeError, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No GPU here could be filled: a learner stands in for one that meets it, on the device that computes nothing."""

    class Failing:
        def adapt_all(self, *task: object, **options: object) -> None:
            raise trouble

    healthy = worker._load
    monkeypatch.setattr(worker, "_load", lambda name, device: Failing() if device == "meta" else healthy(name, device))
    found = worker.adapt("maml", "meta", 2, CLASSES, tasks(1))
    assert found.fallback.startswith(words)
    assert "Tried" not in found.fallback
    np.testing.assert_array_equal(found.losses, worker.adapt("maml", "cpu", 2, CLASSES, tasks(1)).losses)


def test_a_process_that_was_killed_is_started_again(process: Worker) -> None:
    process.adapt("maml", "cpu", 0, CLASSES, tasks(1))
    assert process._process is not None
    process._process.kill()
    process._process.wait()
    assert process.adapt("maml", "cpu", 1, CLASSES, tasks(1))[0].shape == (2, 1)


def test_a_process_that_ends_while_it_answers_is_reported(process: Worker) -> None:
    process.adapt("maml", "cpu", 0, CLASSES, tasks(1))
    assert process._process is not None
    killer = threading.Timer(0.3, process._process.kill)
    killer.start()
    with pytest.raises(WorkerError, match="ended with code -9"):
        process.adapt("maml", "cpu", 5000, CLASSES, tasks(8))
    killer.join()


def test_one_that_hangs_is_ended_and_another_answers() -> None:
    one = Worker(patience=PATIENCE)
    together = Together(one)
    together.adapt("maml", "cpu", 1, CLASSES, tasks(1)[0])
    assert one._process is not None
    hung = one._process.pid
    one._patience = 0.5
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(HungError, match=r"no answer in 0\.5 s: try again"):
        together.adapt("maml", "cpu", 1, CLASSES, np.tile(tasks(1)[0], (50, 1, 1))[-151:])  # more than a pipe holds
    one._patience = PATIENCE
    assert together.adapt("maml", "cpu", 1, CLASSES, tasks(1)[0])[0].shape == (2,)
    assert one._process.pid != hung
    one.close()


def test_the_process_ends_with_its_input() -> None:
    one = Worker()
    running = one._running()
    assert running.stdin is not None
    running.stdin.close()
    assert running.wait(timeout=60) == 0
    assert running.stdout is not None
    running.stdout.close()


class Recorder:
    """Answers in this process, says how many tasks came at once, and waits until it may answer the first."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def adapt(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> Adapted:
        self.batches.append(len(images))
        self.begun.set()
        assert self.go.wait(60)
        if learner == "nobody":
            raise LearnerError("nobody is not there")
        return worker.adapt(learner, device, steps, labels, images)


def ask_all(together: Together, recorder: Recorder, images: Batch, steps: list[int]) -> list[Adapted]:
    """Asks about all tasks from threads of their own, the first of which comes before the others."""
    found: dict[int, Adapted] = {}

    def ask(k: int) -> None:
        found[k] = together.adapt("maml", "cpu", steps[k], CLASSES, images[k])

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(len(images))]
    threads[0].start()
    assert recorder.begun.wait(60)
    for thread in threads[1:]:
        thread.start()
    while together._waiting.qsize() < len(images) - 1:
        threading.Event().wait(0.001)
    recorder.go.set()
    for thread in threads:
        thread.join(60)
    return [found[k] for k in range(len(images))]


def test_tasks_that_wait_are_adapted_together_and_everyone_gets_his_own() -> None:
    recorder, images = Recorder(), tasks(MOST + 3)
    found = ask_all(Together(recorder), recorder, images, [2] * len(images))
    assert recorder.batches == [1, MOST, 2]
    losses, outputs = one_by_one(images, 2)
    for k, (loss, output, _) in enumerate(found):
        np.testing.assert_allclose(loss, losses[:, k], atol=1e-4)
        np.testing.assert_allclose(output, outputs[:, k], atol=1e-4)


def test_tasks_of_different_kinds_are_kept_apart() -> None:
    recorder, images = Recorder(), tasks(5)
    found = ask_all(Together(recorder), recorder, images, [1, 2, 3, 2, 3])
    assert [len(one.losses) for one in found] == [2, 3, 4, 3, 4]
    assert recorder.batches[0] == 1
    assert sorted(recorder.batches[1:]) == [2, 2]


def test_a_failure_reaches_those_who_asked_and_nobody_else() -> None:
    recorder = Recorder()
    recorder.go.set()
    together = Together(recorder)
    with pytest.raises(LearnerError, match="nobody is not there"):
        together.adapt("nobody", "cpu", 1, CLASSES, tasks(1)[0])
    assert together.adapt("maml", "cpu", 1, CLASSES, tasks(1)[0])[0].shape == (2,)


def test_a_worker_that_ended_is_asked_once_more() -> None:
    class Dying:
        asked = 0

        def adapt(self, learner: str, device: str, steps: int, labels: Labels, images: Batch) -> Adapted:
            self.asked += 1
            if self.asked == 1:
                raise WorkerError("ended")
            return worker.adapt(learner, device, steps, labels, images)

    assert Together(Dying()).adapt("maml", "cpu", 1, CLASSES, tasks(1)[0])[0].shape == (2,)


def test_more_than_may_wait_are_turned_away_at_once_and_those_who_wait_are_answered() -> None:
    recorder, image, found = Recorder(), tasks(1)[0], queue.SimpleQueue[object]()
    together = Together(recorder)

    def ask() -> None:
        found.put(together.adapt("maml", "cpu", 1, CLASSES, image))

    threads = [threading.Thread(target=ask) for _ in range(REQUESTS_WAITING + 1)]
    threads[0].start()
    assert recorder.begun.wait(60)  # adapting to the first: no longer waiting
    assert not together.crowded()
    for thread in threads[1:]:
        thread.start()
    while together._waiting.qsize() < REQUESTS_WAITING:
        threading.Event().wait(0.001)
    assert together.crowded()
    with pytest.raises(BusyError, match="try again"):
        together.adapt("maml", "cpu", 1, CLASSES, image)
    recorder.go.set()
    for thread in threads:
        thread.join(60)
    assert found.qsize() == len(threads)
    assert not together.crowded()
