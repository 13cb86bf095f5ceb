"""Training on several processes, of one machine or of many, as `torchrun` starts them.

Every rank draws the same meta-batch from the same generator, works through its own shards of it
(`demo.training.shards`), hears what all others made of theirs, and takes the same outer step. Rank 0 alone validates,
shows a bar and writes files. PyTorch's own engine moves the numbers: gloo between CPUs, NCCL between GPUs.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

MEETING = timedelta(minutes=10)
"""For a rank to come: machines start, and may have to download Omniglot first."""

PATIENCE = 300.0
"""Seconds until a rank that says nothing is taken for lost: it hangs, or the network has gone, which nothing else
tells. Rank 0 validates meanwhile, for at most a minute. A process that has ended is noticed at once."""

LAST_WORDS = (
    "A rank has ended, or hung, before the training did. What it said, if it could, stands further up."
    " Go on from the last checkpoint with the same command and --resume; another number of ranks will do."
)


class RanksError(RuntimeError):
    """Ranks that cannot train together. The message says what to do."""


class LostRankError(RanksError):
    """Another rank has ended, hangs, or cannot be reached."""


@dataclass(frozen=True)
class Ranks:
    """number: this rank's, from 0. As it is by default, a process is alone, with all of a meta-batch at once.

    shards: of every meta-batch, of all ranks together; each rank has as many. It is they, and not the ranks, that
    say in which order numbers are added: with as many shards, any number of ranks makes the same weights. Raises
    RanksError for shards that cannot be dealt out evenly.
    """

    number: int = 0
    count: int = 1
    shards: int = 1
    device: str = "cpu"
    group: dist.ProcessGroup | None = None

    def __post_init__(self) -> None:
        if self.shards % self.count:
            raise RanksError(
                f"--shards {self.shards} cannot be dealt out to {self.count} processes: give a multiple of {self.count}"
            )

    @property
    def first(self) -> bool:
        return self.number == 0

    @property
    def own(self) -> range:
        """The numbers of this rank's shards."""
        each = self.shards // self.count
        return range(self.number * each, (self.number + 1) * each)

    def share(self, shard: int, of: int) -> slice:
        """Which `of` things a shard has: all shards as many, but for one."""
        return slice(shard * of // self.shards, (shard + 1) * of // self.shards)

    def gathered(self, own: Sequence[Tensor]) -> Tensor:
        """All shards' tensors (shards, ...) of this rank's own (...), of equal shape. Raises LostRankError."""
        here = torch.stack(list(own))
        if self.count == 1:
            return here
        every = [torch.empty_like(here) for _ in range(self.count)]
        _done(dist.all_gather, every, here, group=self.group)
        return torch.cat(every)

    def total(self, own: Sequence[Tensor]) -> Tensor:
        """The sum of all shards' tensors. Raises LostRankError.

        Not all_reduce: in which order that adds depends on the number of ranks, and the sum's last digits with it.
        """
        return self.gathered(own).sum(dim=0)

    def any(self, here: bool) -> bool:
        """Whether it is so on any rank: the same answer on all. Raises LostRankError."""
        if self.count == 1:
            return here
        flag = torch.tensor(here, device=self.device)
        return bool(self.gathered([flag] * len(self.own)).any())

    def shared(self, raw: bytes) -> bytes:
        """What rank 0 has. Raises LostRankError."""
        if self.count == 1:
            return raw
        size = torch.tensor(len(raw), device=self.device)
        _done(dist.broadcast, size, src=0, group=self.group)
        content = torch.zeros(int(size), dtype=torch.uint8, device=self.device)
        if self.first and raw:
            content = torch.frombuffer(bytearray(raw), dtype=torch.uint8).to(self.device)
        _done(dist.broadcast, content, src=0, group=self.group)
        return content.cpu().numpy().tobytes()

    def agree(self, begin: bytes) -> None:
        """Raises RanksError unless all ranks begin with the same: their files may differ."""
        if self.any(self.shared(begin) != begin):
            raise RanksError(
                "the ranks begin with different weights or drawings: every machine needs the same weights/ folder, the"
                " same Omniglot, and the same versions of this program and of PyTorch"
            )


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
def joined(device: str, shards: int | None = None, patience: float = PATIENCE) -> Iterator[Ranks]:
    """The ranks that torchrun has started, one of which this process is; without torchrun, this process alone.

    shards: as many as ranks if None. patience: seconds after which a rank that says nothing is taken for lost.
    Waits for the others. Raises RanksError for shards that cannot be dealt out evenly, for ranks that torchrun starts a
    second time, and for more ranks than GPUs on this machine, if they are to train on GPUs.
    """
    if not launched():
        yield Ranks(shards=shards or 1, device=device)
        return
    leave_word(LAST_WORDS)
    if os.environ.get("TORCHELASTIC_RESTART_COUNT", "0") != "0":  # without --resume, it would begin anew
        raise RanksError("leave out torchrun's --max-restarts: go on from the last checkpoint with --resume")
    options: dict[str, Any] = {"backend": "gloo", "timeout": MEETING}
    if device == "cuda":
        own = int(os.environ["LOCAL_RANK"])
        if own >= torch.cuda.device_count():
            raise RanksError(f"there are {torch.cuda.device_count()} GPUs: no more --nproc-per-node, or --device cpu")
        torch.cuda.set_device(own)
        options |= {"backend": "nccl", "device_id": torch.device("cuda", own)}
        # Else a rank learns of a lost one from NCCL's watchdog, which ends it without a word or a checkpoint.
        os.environ.setdefault("TORCH_NCCL_BLOCKING_WAIT", "1")
    try:
        dist.init_process_group(**options)
        group = dist.new_group(timeout=timedelta(seconds=patience))
    except RuntimeError as error:
        raise RanksError(f"the other ranks did not come ({error}): see that torchrun runs on every machine") from error
    try:
        count = dist.get_world_size()
        yield Ranks(dist.get_rank(), count, shards or count, device, group)
    except BaseException:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # torchrun's, once one rank has ended: the others speak first
        raise
    else:
        _done(dist.barrier, group=group)  # nobody leaves while another still hears from him
        if dist.get_rank():
            atexit.register(_leave)
    finally:
        dist.destroy_process_group()


def _leave() -> None:
    """Ends a process whose work is done: gloo's threads have been seen to abort one at the very end (SIGABRT)."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _done(work: Callable[..., object], *tensors: Tensor | list[Tensor], **options: Any) -> None:
    try:
        work(*tensors, **options)
    except RuntimeError as error:  # gloo's and NCCL's, which differ in words alone
        reason = str(error).strip().splitlines()[0]
        raise LostRankError(
            f"another rank has ended, hangs, or cannot be reached ({reason}): go on from the last checkpoint"
            " with the same command and --resume; another number of ranks will do"
        ) from error
