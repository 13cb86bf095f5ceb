"""Two ranks do what one does; a rank that is lost ends the run in words, and the run goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from safetensors.torch import load_file

from demo.__main__ import main
from demo.learners import store
from demo.models import Weights
from demo.tasks.splits import Split
from demo.training import checkpoint
from demo.training.ranks import Ranks, RanksError, joined
from demo.training.shards import by_drawing
from demo.training.train import train
from tests.training.ranked import CLASSIFIERS, SINES, followed
from tests.training.small import PIDS, SHORT

ROOT = Path(__file__).resolve().parents[2]
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone")  # as `torchrun` is
ALIKE = 1e-6
RECIPE = SHORT["sine-reptile"]


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


def test_ranks_are_not_started_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "one")  # as torchrun does
    monkeypatch.setenv("TORCHELASTIC_RESTART_COUNT", "1")
    with pytest.raises(RanksError, match="leave out torchrun's --max-restarts"), joined("cpu"):
        pass


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


def command(folder: Path, *options: object) -> list[object]:
    """A training in six shards."""
    named = ["-m", "tests.training.small", "train", RECIPE.name, "--shards", 6, *options]
    return [*named, "--checkpoints", folder, "--output", folder / "w"]


def loses_one(folder: Path, number: int, *options: object) -> int:
    """Sends rank 1 of two a signal once they train; returns the last meta-step that rank 0 has kept."""
    path, log = folder / f"{RECIPE.name}.pt", folder / "log"

    def done() -> int:
        return int(checkpoint.read(path, RECIPE, "cpu")["meta_step"]) if path.exists() else 0

    before = done()
    ranks = (*TORCHRUN, "--nproc-per-node", 2, *command(folder, "--patience", 5, "--every", 0, *options))
    running = start(ranks, log, **{PIDS: folder})

    def until(come: Callable[[], bool]) -> None:
        while not come():
            with pytest.raises(subprocess.TimeoutExpired):
                running.wait(timeout=0.05)

    until(lambda: done() > before)
    lost = int((folder / "1").read_text())
    os.kill(lost, number)
    until(lambda: "Error: another rank has ended, hangs, or cannot be reached" in log.read_text())
    if number == signal.SIGSTOP:
        os.kill(lost, signal.SIGKILL)  # else torchrun, which has asked it to end, waits half a minute
    assert running.wait(timeout=120) == 1
    *_, last, line = log.read_text().strip().splitlines()
    assert "with the same command and --resume; another number of ranks will do" in last
    assert set(line) == {"="}
    assert not (folder / "w").exists()
    return done()


def test_ranks_that_lose_one_end_in_words_and_three_go_on_to_where_one_process_ends(tmp_path: Path) -> None:
    """SIGSTOP leaves a process that says nothing, as does a network that has gone."""
    loses_one(tmp_path, signal.SIGKILL)
    kept = loses_one(tmp_path, signal.SIGSTOP, "--resume")
    follow((*TORCHRUN, "--nproc-per-node", 3, *command(tmp_path, "--resume")), tmp_path / "log")
    assert f"| {kept}/{RECIPE.meta_steps} " in (tmp_path / "log").read_text()
    alone = train(RECIPE, None, folder=tmp_path / "alone", progress=False, ranks=Ranks(shards=6))
    assert most_apart(store.load(RECIPE.name, tmp_path / "w").theta, alone.learner.theta) == 0
    card = store.read_card(RECIPE.name, tmp_path / "w")
    assert card["training"]["command"] == f"python -m demo train {RECIPE.name} --shards 6"
