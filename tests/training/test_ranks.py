"""Two ranks do what one does; a rank that is killed ends the run in words, and the run goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from demo.__main__ import main
from demo.learners import store
from demo.learners.encoder import Encoding
from demo.learners.objectives import Classification, Objective, Regression
from demo.learners.onestep import Normed
from demo.learners.pretrained import AllClasses
from demo.models import Weights
from demo.tasks.splits import Split
from demo.training import ranks
from demo.training.plan import JOINT, ONE_STEP
from demo.training.recipe import Recipe
from demo.training.recipes import RECIPES
from demo.training.rules import RULES
from demo.training.train import train
from tests.learners.conftest import characters, double, in_double, sines
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


KINDS = {
    (r.rule, r.network["kind"], r.begin is None): r
    for r in RECIPES.values()
    if r.meta_steps and r.name != "pretrained"  # whose meta-batch is one task
}


@pytest.mark.parametrize("recipe", KINDS.values(), ids=lambda recipe: recipe.name)
def test_what_is_shared_out_is_the_mean_of_its_parts_and_nothing_else_is(recipe: Recipe) -> None:
    """In double precision, by the definition: five tasks at once, against two and three."""
    network: Any = store.network_of({**recipe.network, **({"filters": 4} if recipe.classifies else {})})
    if recipe.rule in ONE_STEP:
        network = Normed(network)
    elif recipe.rule in JOINT and recipe.classifies:
        network = AllClasses(Normed(network), 5 * 3)
    elif isinstance(network, Encoding) and recipe.begin is None:
        network = replace(network, normed=True)
    theta = double(network.initialise(torch.Generator().manual_seed(0)))
    theta = {name: w + 0.01 * torch.arange(w.numel()).view_as(w).double().sin() for name, w in theta.items()}
    shots = 1 if recipe.rule in (*ONE_STEP, *JOINT) else 2
    one = in_double(characters(5, 3, shots) if recipe.classifies else sines(5))
    if recipe.classifies:
        one = replace(one, characters=torch.arange(15).view(5, 3))
    objective: Objective = Classification(3.0) if recipe.classifies else Regression()

    def of(begin: int, end: int) -> Weights:
        return RULES[recipe.rule](network, objective, theta, one.part(begin, end), 0.05, 2)[0]

    whole, few, many = of(0, 5), of(0, 2), of(2, 5)
    apart = most_apart(whole, {name: (2 * few[name] + 3 * many[name]) / 5 for name in whole})
    largest = max(g.abs().max().item() for g in whole.values())
    assert (apart < 1e-10 * largest) == ranks.by_task(recipe), apart / largest


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


def test_two_ranks_make_the_weights_that_one_makes(
    omniglot_folder: Path, tiny_split: Split, cache: Path, tmp_path: Path
) -> None:
    follow(
        (*TORCHRUN, "--nproc-per-node", 2, "-m", "tests.training.ranked", tmp_path, omniglot_folder), tmp_path / "log"
    )
    tasks = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1)]
    for recipe in (*SINES, *CLASSIFIERS):
        both = [load_file(tmp_path / f"{recipe.name}-{rank}.safetensors") for rank in (0, 1)]
        assert most_apart(*both) == 0
        assert most_apart(both[0], followed(recipe, tiny_split)) <= ALIKE, recipe.name
        few, every = recipe.meta_batch // 2, 1 if recipe.rule == "pretrained" else recipe.meta_batch
        seen = (every, every) if ranks.by_drawing(recipe) else (few, recipe.meta_batch - few)
        assert [one[recipe.name] for one in tasks] == [recipe.meta_steps * count for count in seen]


def test_a_killed_rank_ends_the_run_in_words_and_three_ranks_go_on(tmp_path: Path) -> None:
    command = ["-m", "tests.training.small", "train", "sine-reptile", "--double"]
    command += ["--checkpoints", str(tmp_path), "--output", str(tmp_path / "w")]
    running = start((*TORCHRUN, "--nproc-per-node", 2, *command, "--every", 0), tmp_path / "log", **{PIDS: tmp_path})
    while not (tmp_path / "sine-reptile.pt").exists():
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(timeout=0.05)
    os.kill(int((tmp_path / "1").read_text()), signal.SIGKILL)
    assert running.wait(timeout=120) == 1
    said = (tmp_path / "log").read_text()
    assert "Error: another rank has ended" in said
    *_, last, line = said.strip().splitlines()
    assert "with the same command and --resume; another number of ranks will do" in last
    assert set(line) == {"="}
    assert not (tmp_path / "w").exists()

    follow((*TORCHRUN, "--nproc-per-node", 3, *command, "--resume"), tmp_path / "log")
    alone = train(replace(SHORT["sine-reptile"], double=True), None, folder=tmp_path / "alone", progress=False)
    assert most_apart(store.load("sine-reptile", tmp_path / "w").theta, alone.learner.theta) <= ALIKE
