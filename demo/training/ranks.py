"""Training on several processes, of one machine or of many, as `torchrun` starts them.

    g = sum_r (T_r / T) * g_r        where rank r has T_r of a meta-step's T tasks

Every rank draws the same meta-batch from the same generator, makes the meta-gradient g_r of its own share of the
tasks, and takes the same outer step down their mean g: but for rounding, that is what one process would have done. Of
one big task, it is the drawings that are shared out (`demo.training.spread`). Rank 0 alone validates, shows a bar and
writes files. PyTorch's own engine moves the numbers: gloo between CPUs, NCCL between GPUs.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor

from demo.models import Weights
from demo.tasks.episodes import Episodes
from demo.training.recipe import Recipe

PATIENCE = timedelta(minutes=10)
"""For a rank that says nothing: rank 0 validates meanwhile. A process that has ended is noticed at once."""

BY_TASK = ("maml", "fomaml", "reptile", "taml-entropy", "random")
"""Rules whose meta-gradient is the mean of every task's own, whatever they train."""

METHODS = {"MetaSGD": False, "LstmMeta": False, "Relation": True, "Matching": True}
"""Methods of which "descent" is such a rule; True: if they go on from other weights, for else they have batch norm."""

BY_DRAWING = ("onestep", "onestep-first-order", "concepts")
NORMED = ("Prototypical", "Siamese", "Matching", "GaussPrototypical", "SemiPrototypical")
"""Rules, and methods from random weights, whose tasks meet in batch norm and nowhere else."""

LAST_WORDS = (
    "A rank has ended before the training did. What it said, if it could, stands further up."
    " Go on from the last checkpoint with the same command and --resume; another number of ranks will do."
)


class RanksError(RuntimeError):
    """Ranks that cannot train together. The message says what to do."""


class LostRankError(RanksError):
    """Another rank has ended, or cannot be reached."""


@dataclass(frozen=True)
class Ranks:
    """number: this rank's, from 0. As it is by default, a process is alone."""

    number: int = 0
    count: int = 1
    device: str = "cpu"

    @property
    def first(self) -> bool:
        return self.number == 0

    def mean(
        self,
        rule: Callable[[Episodes], tuple[Weights, float]],
        episodes: Episodes,
        theta: Weights,
        parted: Collection[str] | None = None,
    ) -> tuple[Weights, float]:
        """What `rule` makes of all the episodes, shaped like theta, and the loss; asked about this rank's share alone.

        parted: the rule itself shares out its drawings (`demo.training.spread`), and is asked about all episodes; each
        rank has a part of the gradients of these weights, and all of the others'. Raises LostRankError.
        """
        if self.count == 1:
            return rule(episodes)
        sizes = [w.numel() for w in theta.values()]
        flat = _flat({name: torch.zeros_like(w) for name, w in theta.items()}, 0.0)
        begin, end = (k * episodes.tasks // self.count for k in (self.number, self.number + 1))
        if parted is not None:
            gradient, loss = rule(episodes)
            whole = {name: 1.0 if name in parted else 1 / self.count for name in theta}
            flat = _flat({name: whole[name] * gradient[name] for name in theta}, loss / self.count)
        elif begin < end:  # else there are more ranks than tasks
            gradient, loss = rule(episodes.part(begin, end))
            flat = _flat({name: gradient[name] for name in theta}, loss) * ((end - begin) / episodes.tasks)
        *parts, last = total(flat).split([*sizes, 1])
        return {name: g.view_as(w) for (name, w), g in zip(theta.items(), parts, strict=True)}, last.item()

    def any(self, here: bool) -> bool:
        """Whether it is so on any rank: the same answer on all. Raises LostRankError."""
        if self.count == 1:
            return here
        flag = torch.tensor(float(here), device=self.device)
        return total(flag).item() > 0

    def shared(self, raw: bytes) -> bytes:
        """What rank 0 has. Raises LostRankError."""
        if self.count == 1:
            return raw
        size = torch.tensor(len(raw), device=self.device)
        _done(dist.broadcast, size, src=0)
        content = torch.zeros(int(size), dtype=torch.uint8, device=self.device)
        if self.first and raw:
            content = torch.frombuffer(bytearray(raw), dtype=torch.uint8).to(self.device)
        _done(dist.broadcast, content, src=0)
        return content.cpu().numpy().tobytes()

    def agree(self, theta: Weights) -> None:
        """Raises RanksError unless all ranks have the same weights: their files may differ."""
        sums = torch.stack([w.detach().double().square().sum() for w in theta.values()])
        first = torch.frombuffer(bytearray(self.shared(sums.cpu().numpy().tobytes())), dtype=torch.float64)
        if self.any(not torch.equal(first, sums.cpu())):
            raise RanksError("the ranks begin with different weights: every machine needs the same weights/ folder")


ALONE = Ranks()


def launched() -> bool:
    """Whether torchrun has started this process."""
    return dist.is_available() and dist.is_torchelastic_launched()


def leave_word(word: str) -> None:
    """What torchrun is to say last, should this process end badly: it reads the file then, and shows its message."""
    if place := os.environ.get("TORCHELASTIC_ERROR_FILE"):
        message = {"message": word, "extraInfo": {"timestamp": str(int(time.time()))}}
        Path(place).write_text(json.dumps({"message": message}), encoding="utf-8")


@contextmanager
def joined(device: str) -> Iterator[Ranks]:
    """The ranks that torchrun has started, one of which this process is; without torchrun, this process alone.

    Waits for the others. Raises RanksError for more ranks than GPUs on this machine, if they are to train on GPUs.
    """
    if not launched():
        yield ALONE
        return
    leave_word(LAST_WORDS)
    if device == "cuda":
        own = int(os.environ["LOCAL_RANK"])
        if own >= torch.cuda.device_count():
            raise RanksError(f"there are {torch.cuda.device_count()} GPUs: no more --nproc-per-node, or --device cpu")
        torch.cuda.set_device(own)
    try:
        dist.init_process_group("nccl" if device == "cuda" else "gloo", timeout=PATIENCE)
    except RuntimeError as error:
        raise RanksError(f"the other ranks did not come ({error}): see that torchrun runs on every machine") from error
    try:
        yield Ranks(dist.get_rank(), dist.get_world_size(), device)
    except BaseException:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # torchrun's, once one rank has ended: the others speak first
        raise
    else:
        _done(dist.barrier)  # nobody leaves while another still hears from him
        if dist.get_rank():
            atexit.register(_leave)
    finally:
        dist.destroy_process_group()


def by_task(recipe: Recipe) -> bool:
    """Whether its meta-gradient is the mean of every task's own, so that tasks can be shared out."""
    kind = recipe.network["kind"]
    if recipe.rule == "descent":
        return kind in METHODS and (recipe.begin is not None or not METHODS[kind])
    return recipe.rule in BY_TASK or (recipe.rule == "pretrained" and not recipe.classifies)


def by_drawing(recipe: Recipe) -> bool:
    """Whether its tasks meet in batch norm alone, so that drawings can be shared out: see `demo.training.spread`."""
    from_random = recipe.rule == "descent" and recipe.network["kind"] in NORMED and recipe.begin is None
    return from_random or recipe.rule in BY_DRAWING or (recipe.rule == "pretrained" and recipe.classifies)


def shareable(recipe: Recipe) -> bool:
    """Whether several ranks can follow it.

    They cannot where tasks are weighed against each other (gradient agreement, TAML by inequality), share statistics
    inside the inner loop (MAML++) or a shuffle (MANN), or hang on the sign of a gradient near 0 (ADML).
    """
    return by_task(recipe) or by_drawing(recipe)


def total(x: Tensor) -> Tensor:
    """Of all ranks' tensors, in place of this one's. Raises LostRankError."""
    _done(dist.all_reduce, x)
    return x


def _flat(gradient: Weights, loss: float) -> Tensor:
    parts = [g.flatten() for g in gradient.values()]
    return torch.cat([*parts, parts[0].new_tensor([loss])])


def _leave() -> None:
    """Ends a process whose work is done: gloo's threads have been seen to abort one at the very end (SIGABRT)."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _done(work: Callable[..., object], *tensors: Tensor, **options: int) -> None:
    try:
        work(*tensors, **options)
    except RuntimeError as error:  # gloo's and NCCL's, which differ in words alone
        reason = str(error).strip().splitlines()[0]
        raise LostRankError(
            f"another rank has ended, or cannot be reached ({reason}): go on from the last checkpoint with the same"
            " command and --resume; another number of ranks will do"
        ) from error
