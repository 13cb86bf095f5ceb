"""How fast: adapting to one task, and training on many, in this process on one thread; and all learners at once."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial

import torch
from torch.utils.flop_counter import FlopCounterMode

from demo.learners import CLASSIFIERS, maml, onestep
from demo.learners.crowd import PROCESSES, Crowd, seconds_for_all
from demo.learners.gradient import GradientLearner
from demo.learners.objectives import Classification
from demo.learners.onestep import Normed
from demo.models import CosineNet
from demo.tasks import sine
from demo.tasks.episodes import noise
from demo.training.rules import RULES

SECONDS = 4.0  # a figure
TASKS, WAYS, STEPS = 8, 5, 5  # of a meta-batch


@dataclass(frozen=True)
class Figure:
    """median and p95 of n repeats, in `unit`, and, where there is one, what to hold them against in the same run.

    ratio: against the plain way; gflop: the floating-point operations of one repeat, in billions; peak: the
    GFLOP/s of this thread's matrix product.
    """

    what: str
    unit: str
    median: float
    p95: float
    n: int
    ratio: float | None = None
    gflop: float | None = None
    peak: float | None = None

    @property
    def remark(self) -> str:
        """What the figure says beside those, in words."""
        if self.ratio is not None:
            return f"{self.ratio:.2f} times the plain loop"
        if self.gflop is None or self.peak is None:
            return ""
        speed = 1000 * self.gflop / self.median
        return f"{self.gflop:.2f} GFLOP, {speed:.0f} GFLOP/s, {speed / self.peak:.0%} of this thread's matrix product"


def lines(classifier: GradientLearner, regressor: GradientLearner, as_json: bool) -> Iterator[str]:
    """All figures in words, with a head line, or each as a JSON object; as they are measured."""
    if not as_json:
        yield f"{'one thread':58} {'median':>9} {'p95':>9}  unit       {'n':>5}"
    for f in figures(classifier, regressor):
        line = f"{f.what:58} {f.median:9.2f} {f.p95:9.2f}  {f.unit:10} {f.n:5}  {f.remark}"
        yield json.dumps(asdict(f)) if as_json else line


def figures(classifier: GradientLearner, regressor: GradientLearner) -> Iterator[Figure]:
    """Measures one figure after the other; about a minute in all."""
    yield from adapting(classifier)
    yield everybody()
    points = sine.sample(1, 10, 200, torch.Generator().manual_seed(0))
    seen = (points.support[0], points.labels[0], points.queries[0])
    yield _milliseconds(f"adapt {regressor.name}, 10 points, 32 steps", partial(regressor.adapt, *seen, 32))
    network = CosineNet()
    for name in ("maml", "fomaml", "reptile"):
        yield _throughput(name, network)
    yield _closed_form(network)


def adapting(classifier: GradientLearner) -> Iterator[Figure]:
    """This thread's matrix product, and adapting to one task of the draw page in 5 and in 32 steps."""
    product = _matrix_product()
    yield product
    drawings = noise(1, ways=3, shots=1, queries=1)
    drawn = (drawings.support[0], drawings.labels[0], drawings.queries[0, :1])
    for steps in (5, 32):
        what = f"adapt {classifier.name}, 3-way 1-shot, 1 query, {steps} steps"
        work = partial(classifier.adapt, *drawn, steps)
        yield replace(_milliseconds(what, work), gflop=_gflop(work), peak=product.median)


def everybody(rounds: int = 30) -> Figure:
    """All classifiers on one task of the compare page, until the last has answered; new drawings every time."""
    names = [entry.name for entry in CLASSIFIERS]
    crowd = Crowd()
    tasks = noise(rounds + 2, ways=3, shots=1, queries=1)
    images = torch.cat([tasks.support, tasks.queries[:, :1]], dim=1)[:, :, 0].numpy()
    times = [1000 * seconds_for_all(crowd, names, range(3), one, STEPS) for one in images][2:]  # two load the weights
    crowd.close()
    times.sort()
    what = f"all {len(names)} classifiers on one 3-way 1-shot task, {PROCESSES} processes"
    return Figure(what, "ms", statistics.median(times), times[int(0.95 * rounds)], rounds)


def _matrix_product(size: int = 1024) -> Figure:
    """GFLOP/s of a float32 matrix product: about the most that this thread can do."""
    matrix = torch.rand(size, size, generator=torch.Generator().manual_seed(0))
    took = _milliseconds("", partial(torch.mm, matrix, matrix))
    mflop = 2 * size**3 / 1e6
    what = f"multiply two {size}x{size} matrices"
    return Figure(what, "GFLOP/s", mflop / took.median, mflop / took.p95, took.n)


def _gflop(work: Callable[[], object]) -> float:
    """Billions of floating-point operations in its convolutions and matrix products."""
    with FlopCounterMode(display=False) as counter:
        work()
    operations: int = counter.get_total_flops()
    return operations / 1e9


def _throughput(name: str, network: CosineNet) -> Figure:
    """Tasks a second when a meta-batch is adapted at once, and the ratio to one task at a time."""
    rule, objective = RULES[name], Classification(4.0)
    theta = network.initialise(torch.Generator().manual_seed(0))
    shots = STEPS if name == "reptile" else 1  # which deals them out to its steps
    batch, single = (noise(tasks, WAYS, shots, 3) for tasks in (TASKS, 1))

    def together() -> None:
        rule(network, objective, theta, batch, 0.05, STEPS)

    def one_by_one() -> None:
        for _ in range(TASKS):
            rule(network, objective, theta, single, 0.05, STEPS)

    what = f"train by {name}, {STEPS} steps, {TASKS} tasks of {WAYS} ways at once"
    return _in_turns(what, "tasks/s", TASKS, together, one_by_one)


def _closed_form(network: CosineNet) -> Figure:
    """Drawings a second through one inner step in closed form, and the ratio to MAML's inner loop."""
    objective, generator = Classification(30.0), torch.Generator().manual_seed(0)
    normed = Normed(network)
    theta, in_training = network.initialise(generator), normed.initialise(generator)
    task = noise(1, 64, 1, 2)
    mirrored = [noise(1, 64, 1, 2)] * 3  # each of a class's three drawings takes its turn as support

    def closed() -> None:
        onestep.meta_gradient(normed, objective, in_training, task, 0.05)

    def loop() -> None:
        for episodes in mirrored:
            maml.meta_gradient(network, objective, theta, episodes, 0.05, 1)

    return _in_turns("train by maml, 1 step in closed form, 64 ways", "drawings/s", 64 * 3, closed, loop)


def _in_turns(what: str, unit: str, amount: int, fast: Callable[[], None], plain: Callable[[], None]) -> Figure:
    """`amount` / time of `fast`, and the ratio to `plain`; they alternate, so that other work meets both."""
    ours: list[float] = []
    theirs: list[float] = []
    end = time.perf_counter() + 2 * SECONDS
    while time.perf_counter() < end or len(ours) < 3:
        ours.append(amount / _timed(fast))
        theirs.append(amount / _timed(plain))
    median = statistics.median(ours)
    slow_end = sorted(ours)[len(ours) // 20]
    return Figure(what, unit, median, slow_end, len(ours), median / statistics.median(theirs))


def _milliseconds(what: str, work: Callable[[], object]) -> Figure:
    for _ in range(3):
        work()
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < 20:
        times.append(1000 * _timed(work))
    times.sort()
    return Figure(what, "ms", statistics.median(times), times[int(0.95 * len(times))], len(times))


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
