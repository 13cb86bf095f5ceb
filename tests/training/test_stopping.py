"""A training that is asked to stop, or has no room to write: its last checkpoint is whole, and it goes on from it."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from demo.training import checkpoint
from demo.training.ranks import ALONE
from demo.training.stopping import SIGNALS, listening
from demo.training.train import train
from tests.training.small import SHORT

ROOT = Path(__file__).resolve().parents[2]
RECIPE = SHORT["sine-reptile"]
ROOM = 20_000  # bytes that a file may have on the full disk; the checkpoint has more


def command(folder: Path) -> list[str]:
    arguments = ["train", RECIPE.name, "--every", "0.05", "--checkpoints", str(folder), "--output", str(folder / "w")]
    return [sys.executable, "-m", "tests.training.small", *arguments]


def full_disk() -> None:
    """The operating system refuses this process what is beyond ROOM, as it does on a full disk: a write fails."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


def test_after_sigterm_and_on_a_full_disk_the_last_checkpoint_is_whole(tmp_path: Path) -> None:
    path = tmp_path / f"{RECIPE.name}.pt"
    running = subprocess.Popen(command(tmp_path), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not path.exists():
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(timeout=0.02)
    running.send_signal(signal.SIGTERM)
    said = running.communicate(timeout=120)[1]
    assert running.returncode == 128 + signal.SIGTERM, said
    saved = checkpoint.read(path, RECIPE, "cpu")
    assert 0 < saved["meta_step"] < RECIPE.meta_steps
    stopped = f"stopped after meta-step {saved['meta_step']} of {RECIPE.meta_steps}, which {path} has"
    assert said.strip().splitlines()[-1] == f"{stopped}: go on with the same command and --resume"

    before = path.read_bytes()
    assert len(before) > ROOM
    on_full_disk = [*command(tmp_path), "--resume"]
    full = subprocess.run(on_full_disk, cwd=ROOT, capture_output=True, text=True, preexec_fn=full_disk, timeout=120)
    assert full.returncode == 1
    assert f"the checkpoint {path} cannot be written" in full.stderr
    assert "File too large" in full.stderr
    assert (
        "make room, or name another folder; the one from before is whole: go on with --resume"
        in full.stderr.strip().splitlines()[-1]
    )
    assert "Traceback" not in full.stderr
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]

    resumed = train(RECIPE, None, folder=tmp_path, resume=True, progress=False)
    whole = train(RECIPE, None, folder=tmp_path / "whole", progress=False)
    assert resumed.history == whole.history
    for name, w in whole.learner.theta.items():
        assert torch.equal(w, resumed.learner.theta[name]), name


def test_signals_are_noted_and_then_left_as_they_were() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with listening() as asked:
        assert asked.signal == 0
        for number in SIGNALS:
            signal.raise_signal(number)
            assert asked.signal == number
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_process_alone_shares_nothing_and_agrees_with_itself() -> None:
    ALONE.agree(b"all")
    assert ALONE.shared(b"all") == b"all"
    assert [ALONE.any(here) for here in (True, False)] == [True, False]
