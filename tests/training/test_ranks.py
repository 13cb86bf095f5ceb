"""Two ranks do what one does; a rank that is lost ends the run in words, and the run goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from safetensors.torch import load_file

from demo.__main__ import main
from demo.learners import store
from demo.models import Weights
from demo.tasks.splits import Split
from demo.training.ranks import Ranks
from demo.training.shards import by_drawing
from demo.training.train import train
from tests.training.ranked import CLASSIFIERS, SINES, followed
from tests.training.small import PIDS, SHORT

ROOT = Path(__file__).resolve().parents[2]
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone")  # as `torchrun` is
ALIKE = 1e-6


def start(arguments: Sequence[object], log: Path, **variables: object) -> subprocess.Popen[bytes]:
    """Python modules as processes; what they say goes to the file `log`."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **{key: str(value) for key, value in variables.items()}}
    with log.open("wb") as sink:
        return subprocess.Popen(
            [str(argument) for argument in arguments], cwd=ROOT, env=environment, stdout=sink, stderr=subprocess.STDOUT
        )


def follow(arguments: Sequence[object], log: Path) -> None:
    """The same, to its end, which must be a good one."""
    assert start(arguments, log).wait(timeout=300) == 0, log.read_text()


def most_apart(one: Weights, other: Weights) -> float:
    assert one.keys() == other.keys()
    return max((one[name] - other[name]).abs().max().item() for name in one)


@pytest.mark.parametrize("names", [["mann"], ["sine-maml", "sine-reptile"], ["nav-maml"]])
def test_what_ranks_cannot_follow_is_refused_by_name(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "one")  # as torchrun does
    monkeypatch.setenv("TORCHELASTIC_ERROR_FILE", str(tmp_path / "error.json"))
    result = CliRunner().invoke(main, ["train", *names])
    assert result.exit_code == 1
    last_words = json.loads((tmp_path / "error.json").read_text())["message"]["message"]
    for said in (result.output, last_words):
        assert "torchrun trains one of these at a time: maml, reptile, fomaml" in said
        assert "mann" not in said


def test_one_process_refuses_shards_that_it_cannot_follow_by_name() -> None:
    result = CliRunner().invoke(main, ["train", "maml", "mann", "--shards", "2"])
    assert result.exit_code == 1
    assert "leave out --shards for mann: it is for maml, reptile, fomaml" in result.output


def test_two_ranks_make_the_weights_that_one_makes(
    omniglot_folder: Path, tiny_split: Split, cache: Path, tmp_path: Path
) -> None:
    """Bit for bit in as many shards, in single precision; sines almost so in one."""
    follow(
        (*TORCHRUN, "--nproc-per-node", 2, "-m", "tests.training.ranked", tmp_path, omniglot_folder), tmp_path / "log"
    )
    tasks = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1)]
    for recipe in (*SINES, *CLASSIFIERS):
        first, second = (load_file(tmp_path / f"{recipe.name}-{rank}.safetensors") for rank in (0, 1))
        assert most_apart(first, second) == 0
        if recipe in SINES:
            assert most_apart(first, followed(recipe, tiny_split)) <= ALIKE, recipe.name
        assert most_apart(first, followed(recipe, tiny_split, Ranks(shards=2))) == 0, recipe.name
        few, every = recipe.meta_batch // 2, 1 if recipe.rule == "pretrained" else recipe.meta_batch
        seen = (every, every) if by_drawing(recipe) else (few, recipe.meta_batch - few)
        assert [one[recipe.name] for one in tasks] == [recipe.meta_steps * count for count in seen]


def test_a_rank_that_hangs_or_is_killed_ends_the_run_in_words_and_three_ranks_go_on(tmp_path: Path) -> None:
    """SIGSTOP leaves a process that says nothing, as a network does that has gone. All to the same bits as alone."""
    command = ["-m", "tests.training.small", "train", "sine-reptile", "--shards", "6", "--patience", "3"]
    command += ["--checkpoints", str(tmp_path), "--output", str(tmp_path / "w")]
    checkpoint, log = tmp_path / "sine-reptile.pt", tmp_path / "log"
    before = b""
    for number, resume in ((signal.SIGSTOP, []), (signal.SIGKILL, ["--resume"])):
        two = (*TORCHRUN, "--nproc-per-node", 2, *command, "--every", 0, *resume)
        running = start(two, log, **{PIDS: tmp_path})
        while not checkpoint.exists() or checkpoint.read_bytes() == before:
            with pytest.raises(subprocess.TimeoutExpired):
                running.wait(timeout=0.05)
        lost = int((tmp_path / "1").read_text())
        os.kill(lost, number)
        while number == signal.SIGSTOP and "Error: another rank" not in log.read_text():
            with pytest.raises(subprocess.TimeoutExpired):
                running.wait(timeout=0.05)
        if number == signal.SIGSTOP:
            os.kill(lost, signal.SIGKILL)  # else torchrun, which has asked it to end, waits half a minute more
        assert running.wait(timeout=120) == 1
        said = log.read_text()
        assert "Error: another rank has ended, hangs, or cannot be reached" in said
        *_, last, line = said.strip().splitlines()
        assert "with the same command and --resume; another number of ranks will do" in last
        assert set(line) == {"="}
        assert not (tmp_path / "w").exists()
        before = checkpoint.read_bytes()

    follow((*TORCHRUN, "--nproc-per-node", 3, *command, "--resume"), log)
    alone = train(SHORT["sine-reptile"], None, folder=tmp_path / "alone", progress=False, ranks=Ranks(shards=6))
    assert most_apart(store.load("sine-reptile", tmp_path / "w").theta, alone.learner.theta) == 0
    card = store.read_card("sine-reptile", tmp_path / "w")
    assert card["training"]["command"] == "python -m demo train sine-reptile --shards 6"
