"""Training: it learns, it repeats itself, and an interruption changes nothing."""

from __future__ import annotations

import signal
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch

from demo.learners import store
from demo.learners.store import WeightsError, network_of
from demo.tasks.splits import Split, lake
from demo.training import train as training
from demo.training.checkpoint import CheckpointError
from demo.training.evaluate import regression
from demo.training.outer import Outer
from demo.training.plan import JOINT, ONE_STEP, planned
from demo.training.ranks import Ranks
from demo.training.recipe import Recipe
from demo.training.recipes import RECIPES
from demo.training.rules import RULES, Rule
from demo.training.stopping import Stopped
from demo.training.train import train
from tests.training.conftest import COSINE, NETWORK
from tests.training.ranked import followed


def follow(recipe: Recipe, split: Split | None, folder: Path, resume: bool = False) -> training.Run:
    return train(recipe, split, folder=folder, resume=resume, progress=False)


LOOPS, BIG = ("maml", "fomaml", "reptile"), (*ONE_STEP, *JOINT)


@pytest.mark.parametrize(
    "rule, network", [*product(LOOPS, [NETWORK, COSINE]), *product(BIG, [COSINE])], ids=lambda value: str(value)
)
def test_same_seed_same_weights(
    rule: str, network: dict[str, Any], character_recipe: Recipe, tiny_split: Split
) -> None:
    recipe = replace(character_recipe, rule=rule, network=network, meta_steps=2)
    one, again, other = (followed(replace(recipe, seed=seed), tiny_split) for seed in (0, 0, 1))
    initial = planned(recipe, tiny_split, store.FOLDER).begin(torch.Generator().manual_seed(0))
    assert one.keys() == initial.keys()
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one if name.startswith("conv"))
    assert not any(torch.equal(one[name], initial[name]) for name in one if name.startswith("conv"))


@pytest.mark.parametrize("kind", ["characters", "sines"])
def test_interrupted_and_resumed_is_the_same_run(
    kind: str,
    character_recipe: Recipe,
    sine_recipe: Recipe,
    tiny_split: Split,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cut off in the middle of a meta-step, some steps after the last checkpoint."""
    recipe, split = (character_recipe, tiny_split) if kind == "characters" else (sine_recipe, None)
    whole = follow(recipe, split, tmp_path / "whole")

    path, early, calls = tmp_path / "cut" / f"{recipe.name}.pt", b"", 0

    def interrupting(rule: Rule) -> Rule:
        def meta_gradient(*arguments):  # type: ignore[no-untyped-def]
            nonlocal calls, early
            calls += 1
            if calls == 3:
                early = path.read_bytes()
            if calls == 5:
                raise KeyboardInterrupt
            return rule(*arguments)

        return meta_gradient

    with monkeypatch.context() as patch:
        patch.setitem(RULES, recipe.rule, interrupting(RULES[recipe.rule]))
        with pytest.raises(KeyboardInterrupt):
            train(recipe, split, folder=tmp_path / "cut", progress=False, every=0)
    path.write_bytes(early)
    resumed = follow(recipe, split, tmp_path / "cut", resume=True)
    assert resumed.history == whole.history
    for name, w in whole.learner.theta.items():
        assert torch.equal(w, resumed.learner.theta[name]), name


def test_ctrl_c_lets_the_meta_step_end_and_keeps_it(
    sine_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(sine_recipe, meta_steps=20)
    whole, rule, calls = follow(recipe, None, tmp_path / "whole"), RULES[recipe.rule], 0

    def interrupted(*arguments):  # type: ignore[no-untyped-def]
        nonlocal calls
        calls += 1
        if calls == 5:
            signal.raise_signal(signal.SIGINT)
        return rule(*arguments)

    monkeypatch.setitem(RULES, recipe.rule, interrupted)
    with pytest.raises(Stopped, match=r"stopped after meta-step 5 of 20.*--resume") as stopped:
        follow(recipe, None, tmp_path / "cut")
    assert (stopped.value.signal, calls) == (signal.SIGINT, 5)
    resumed = follow(recipe, None, tmp_path / "cut", resume=True)
    assert calls == 20
    for name, w in whole.learner.theta.items():
        assert torch.equal(w, resumed.learner.theta[name]), name


def test_a_run_says_in_which_shards_it_went_on(sine_recipe: Recipe, tmp_path: Path) -> None:
    """For its card says by which commands it can be made again."""
    recipe = replace(sine_recipe, meta_steps=20)
    for resume, shards in ((False, 1), (True, 2), (True, 2)):
        run = train(recipe, None, folder=tmp_path, resume=resume, progress=False, ranks=Ranks(shards=shards))
    assert run.shards == (1, 2)


def test_how_a_run_begins_is_its_weights_and_its_drawings(sine_recipe: Recipe) -> None:
    def begins(recipe: Recipe, meta_steps: int = 0) -> bytes:
        outer = Outer(recipe, planned(recipe, None, store.FOLDER))
        for _ in range(meta_steps):
            assert outer.begin() == outer.begin()
            outer.step()
        return outer.begin()

    other = [replace(sine_recipe, seed=1), replace(sine_recipe, meta_batch=3)]
    assert len({begins(recipe) for recipe in (sine_recipe, sine_recipe, *other)}) == 3
    assert begins(sine_recipe, 1) != begins(sine_recipe)


def test_reptile_learns_sines(tmp_path: Path) -> None:
    recipe = replace(RECIPES["sine-reptile"], meta_steps=400)
    before = follow(replace(recipe, rule="random"), None, tmp_path / "a").learner
    after = follow(recipe, None, tmp_path / "b").learner
    errors = [regression(learner, tasks=100, steps=5)[-1].mean().item() for learner in (before, after)]
    assert errors[1] < 0.8 * errors[0]


def test_maml_learns_characters(character_recipe: Recipe, tiny_split: Split, tmp_path: Path) -> None:
    """A few steps on seven characters: the query loss on the same characters must fall."""
    recipe = replace(character_recipe, meta_steps=80, meta_batch=4, outer_rate=1e-2, same_alphabet=0.0)
    history = follow(recipe, tiny_split, tmp_path).history
    assert history[-1]["loss"] < 0.9 * history[0]["loss"]


def test_one_recipe_goes_on_from_another(
    character_recipe: Recipe, tiny_split: Split, cache: Path, tmp_path: Path
) -> None:
    """From weights of the folder it is told, which stay what they were."""
    first = replace(character_recipe, name="first", network=COSINE)
    card = {"name": "first", "network": COSINE, "inner": {"rate": 0.05, "steps": 2}, "sharpness": 4.0}
    theta = follow(first, tiny_split, tmp_path / "c").learner.theta
    path = store.save(card, theta, tmp_path / "w")
    before = path.read_bytes()
    further = replace(first, name="second", begin="first", meta_steps=1, outer_rate=1e-5)
    run = train(further, tiny_split, folder=tmp_path / "c", progress=False, weights=tmp_path / "w")
    assert path.read_bytes() == before
    for name, w in run.learner.theta.items():
        assert 0 < (w - theta[name]).abs().max() < 1e-4, name
    with pytest.raises(WeightsError, match=r"first\.json is missing"):
        train(further, tiny_split, folder=tmp_path / "c", progress=False, weights=tmp_path / "nowhere")


def test_resuming_nothing_or_another_recipe_is_refused(sine_recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no checkpoint"):
        follow(sine_recipe, None, tmp_path, resume=True)
    follow(replace(sine_recipe, meta_steps=10), None, tmp_path)
    with pytest.raises(CheckpointError, match="another recipe"):
        follow(sine_recipe, None, tmp_path, resume=True)
    (tmp_path / "sine-reptile.pt").write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match="damaged"):
        follow(sine_recipe, None, tmp_path, resume=True)


@pytest.mark.parametrize("rule", BIG)
def test_big_batches_need_a_network_that_can_be_folded(
    rule: str, character_recipe: Recipe, tiny_split: Split, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="CosineNet"):
        follow(replace(character_recipe, rule=rule), tiny_split, tmp_path)


def test_classifiers_need_a_split(character_recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Omniglot"):
        follow(character_recipe, None, tmp_path)


def test_outer_rate_falls_to_nothing() -> None:
    for recipe in RECIPES.values():
        if recipe.meta_steps:
            rates = [recipe.rate_at(step) for step in range(0, recipe.meta_steps, max(1, recipe.meta_steps // 50))]
            assert rates[0] == recipe.outer_rate
            assert rates == sorted(rates, reverse=True)
            assert recipe.rate_at(recipe.meta_steps) == pytest.approx(0, abs=1e-12)


def test_what_the_other_recipe_does_not_have_begins_afresh(
    character_recipe: Recipe, tiny_split: Split, cache: Path, tmp_path: Path
) -> None:
    """Context adaptation goes on from a body, and has more weights than that."""
    card = {"name": "body", "network": COSINE, "inner": {"rate": 0.05, "steps": 2}, "sharpness": 4.0}
    body = network_of(COSINE).initialise(torch.Generator().manual_seed(5))
    store.save(card, body, tmp_path / "w")
    spec = {"kind": "ContextNet", "filters": 4, "context": 3}
    further = replace(character_recipe, name="caml", network=spec, begin="body", meta_steps=1, outer_rate=1e-5)
    run = train(further, tiny_split, folder=tmp_path / "c", progress=False, weights=tmp_path / "w")
    assert set(run.learner.theta) - set(body) == {"film"}
    assert run.learner.theta["film"].any()
    assert all((run.learner.theta[name] - w).abs().max() < 1e-4 for name, w in body.items())


def test_unlabelled_drawings_are_enough(character_recipe: Recipe, omniglot_folder: Path, cache: Path) -> None:
    split = lake(omniglot_folder, official=False, hands=True, progress=False)
    recipe = replace(character_recipe, name="cactus", rule="onestep", network=COSINE, unlabelled=2, meta_steps=2)
    run = train(replace(recipe, meta_batch=1, ways=4, queries=2), split, folder=cache / "c", progress=False)
    assert run.history[-1]["loss"] > 0
