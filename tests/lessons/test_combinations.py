"""Combinations of inner gradients: against plain gradient descent, and against the app's own Reptile."""

from __future__ import annotations

import pytest
import torch

from demo.learners import reptile
from demo.lessons import combinations
from demo.lessons.combinations import GRADIENTS, NETWORK, OBJECTIVE, SHOTS, Settings
from demo.models import Weights
from demo.tasks import sine
from demo.tasks.episodes import Episodes

ALPHA = 0.02


@pytest.fixture
def episodes() -> Episodes:
    return sine.sample(3, SHOTS * GRADIENTS, 0, torch.Generator().manual_seed(5))


def learners(count: int) -> Weights:
    """Different ones."""
    made = [NETWORK.initialise(torch.Generator().manual_seed(k)) for k in range(count)]
    return {name: torch.cat([theta[name] for theta in made]) for name in made[0]}


def test_the_combinations_are_those_of_the_paper() -> None:
    c = combinations.combinations()
    assert len(c) == 10
    assert c["last1"] == [1, 0, 0, 0]
    assert c["last3"] == [0, 0, 1, 0]
    assert c["sum3"] == [1, 1, 1, 0]
    for k in (2, 3, 4):
        assert [k * value for value in c[f"mean{k}"]] == pytest.approx(c[f"sum{k}"])


def test_the_sum_of_all_gradients_is_reptile(episodes: Episodes) -> None:
    theta = learners(1)
    g = combinations.gradients(theta, episodes, ALPHA)
    expected, _ = reptile.meta_gradient(NETWORK, OBJECTIVE, theta, episodes, ALPHA, GRADIENTS)
    for name in theta:
        torch.testing.assert_close(ALPHA * g[name].sum(dim=0), expected[name], rtol=1e-3, atol=1e-6)


def test_gradients_are_those_of_plain_descent_for_each_learner_by_itself(episodes: Episodes) -> None:
    theta = learners(2)
    found = combinations.gradients(theta, episodes, ALPHA)
    for learner in range(2):
        total = [{name: torch.zeros_like(w[:1]) for name, w in theta.items()} for _ in range(GRADIENTS)]
        for task in range(episodes.tasks):
            w = {name: value[learner : learner + 1].clone() for name, value in theta.items()}
            for k in range(GRADIENTS):
                x, y = (t[task : task + 1, k::GRADIENTS] for t in (episodes.support, episodes.labels))
                w = {name: value.detach().requires_grad_() for name, value in w.items()}
                ((NETWORK(w, x) - y) ** 2).mean().backward()
                for name, value in w.items():
                    assert value.grad is not None
                    total[k][name] += value.grad / episodes.tasks
                w = {name: value.detach() - ALPHA * value.grad for name, value in w.items() if value.grad is not None}
        for k in range(GRADIENTS):
            for name in theta:
                torch.testing.assert_close(found[name][k, learner], total[k][name][0], rtol=1e-3, atol=1e-5)


def test_the_test_adapts_and_then_looks_at_other_points() -> None:
    held_out = sine.sample(4, SHOTS, 20, torch.Generator().manual_seed(9))
    theta = learners(1)
    still = combinations.test(theta, held_out, alpha=0.0)
    w = {name: value.expand(4, *value.shape[1:]) for name, value in theta.items()}
    expected = ((NETWORK(w, held_out.queries) - held_out.answers) ** 2).mean()
    torch.testing.assert_close(still[0], expected)
    for _ in range(combinations.TEST_STEPS):
        w = {name: value.detach().clone().requires_grad_() for name, value in w.items()}
        loss = ((NETWORK(w, held_out.support) - held_out.labels) ** 2).mean(dim=(1, 2)).sum()
        steps = torch.autograd.grad(loss, list(w.values()))
        w = {name: value - ALPHA * step for (name, value), step in zip(w.items(), steps, strict=True)}
    expected = ((NETWORK(w, held_out.queries) - held_out.answers) ** 2).mean()
    torch.testing.assert_close(combinations.test(theta, held_out, ALPHA)[0], expected.detach())


def test_a_run_begins_alike_learns_and_is_reproducible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinations, "LOOKS", 2)
    settings = Settings(meta_steps=300, tasks=2, outer_rate=0.05, seed=1)
    rows = list(combinations.run(settings))
    first, last = rows[0]["losses"], rows[-1]["losses"]
    assert len({round(loss, 4) for loss in first.values()}) == 1
    assert [row["meta_step"] for row in rows] == [0, 150, 300]
    assert rows[-1]["done"] == 1
    assert last["last4"] < 0.6 * last["last1"]
    assert last["mean4"] < 0.9 * last["last1"]
    assert last["last1"] > 3  # joint training learns nothing that helps to adapt
    assert next(combinations.run(settings)) == rows[0]
    assert next(combinations.run(Settings(seed=2)))["losses"] != first
