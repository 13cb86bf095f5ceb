"""The toy: what its labels are, that nothing gets under ln 2 by luck, and that a rule is learnt."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from demo.lessons import luck
from demo.lessons.luck import INNER_RATE, INPUTS, LN2, NETWORK, OBJECTIVE, Settings, sample


@pytest.fixture
def plane() -> torch.Tensor:
    return torch.randn(INPUTS, generator=torch.Generator().manual_seed(3))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_coins_have_nothing_to_do_with_the_points(plane: torch.Tensor) -> None:
    episodes = sample("coin", plane, 2000, 20, generator())
    side = (episodes.queries - 0.5) @ plane > 0
    agree = (side == episodes.answers.bool()).float().mean().item()
    assert agree == pytest.approx(0.5, abs=0.01)
    assert episodes.labels.float().mean().item() == pytest.approx(0.5, abs=0.02)


def test_by_the_rule_a_side_is_a_class_and_which_one_is_thrown_once_a_task(plane: torch.Tensor) -> None:
    episodes = sample("rule", plane, 1000, 20, generator())
    points = torch.cat([episodes.support, episodes.queries], dim=1)
    labels = torch.cat([episodes.labels, episodes.answers], dim=1)
    same = ((points - 0.5) @ plane > 0) == labels.bool()
    assert (same.all(dim=1) | (~same).all(dim=1)).all()
    assert same[:, 0].float().mean().item() == pytest.approx(0.5, abs=0.05)


def test_both_worlds_show_the_same_points(plane: torch.Tensor) -> None:
    coin, rule = (sample(world, plane, 5, 3, generator(8)) for world in luck.WORLDS)
    torch.testing.assert_close(coin.support, rule.support)


def test_the_network_gives_the_logistic_function_of_one_number(plane: torch.Tensor) -> None:
    theta = NETWORK.initialise(generator())
    x = torch.rand(1, 7, INPUTS, generator=generator(1))
    h = torch.tanh(x[0] @ theta["w1"][0].T + theta["b1"][0])
    z = (h @ theta["w2"][0].T + theta["b2"][0])[:, 0]
    torch.testing.assert_close(NETWORK(theta, x).softmax(dim=2)[0, :, 1], torch.sigmoid(z))


@pytest.mark.parametrize("scale", [0.0, 0.1, 1.0, 3.0])
def test_no_weights_have_an_expected_loss_under_ln_2_on_coins(plane: torch.Tensor, scale: float) -> None:
    theta = {name: scale * w for name, w in NETWORK.initialise(generator(5)).items()}
    x = torch.rand(1, 500, INPUTS, generator=generator(2))
    z = NETWORK(theta, x)[0, :, 1]
    exact = 0.5 * (F.softplus(z) + F.softplus(-z))  # over both labels
    assert exact.min().item() >= LN2 - 1e-6
    drawn = luck.look(theta, sample("coin", plane, 300, 50, generator(6)), inner_steps=1)
    assert drawn["query"] > LN2 - drawn["query_ci"]
    assert drawn["before"] > LN2 - 0.02


def test_a_look_takes_the_inner_steps_it_says(plane: torch.Tensor) -> None:
    theta = NETWORK.initialise(generator())
    episodes = sample("rule", plane, 3, 8, generator(4))
    w = {name: value.detach().requires_grad_() for name, value in theta.items()}
    losses = []
    for task in range(3):
        logits = NETWORK(w, episodes.support[task : task + 1])[0]
        gradient = torch.autograd.grad(F.cross_entropy(logits, episodes.labels[task]), list(w.values()))
        stepped = {name: v - INNER_RATE * g for (name, v), g in zip(w.items(), gradient, strict=True)}
        logits = NETWORK(stepped, episodes.queries[task : task + 1])[0]
        losses.append(F.cross_entropy(logits, episodes.answers[task]).item())
    seen = luck.look(theta, episodes, inner_steps=1)
    assert seen["query"] == pytest.approx(sum(losses) / 3, rel=1e-4)
    deviation = torch.tensor(losses).std().item()
    assert seen["query_ci"] == pytest.approx(1.96 * deviation / math.sqrt(3), rel=1e-3)
    assert luck.loop(theta, episodes, 2)["query"][1] == pytest.approx(seen["query"], rel=1e-4)
    assert luck.loop(theta, episodes, 2)["query"][0] == pytest.approx(seen["before"], rel=1e-4)


def test_a_step_on_the_support_never_changes_the_weights_it_began_with(plane: torch.Tensor) -> None:
    theta = NETWORK.initialise(generator())
    before = {name: w.clone() for name, w in theta.items()}
    luck.look(theta, sample("coin", plane, 2, 2, generator()), inner_steps=3)
    for name, w in theta.items():
        assert torch.equal(w, before[name])


def test_coins_stay_coins_and_the_rule_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luck, "LOOKS", 1)
    monkeypatch.setattr(luck, "OUTER_RATE", 0.01)
    rows = list(luck.run(Settings(meta_steps=220)))
    first, last = ({row["world"]: row for row in rows if row["meta_step"] == step} for step in (0, 220))
    for world in luck.WORLDS:  # both losses fall
        assert last[world]["support"] < 0.6 * first[world]["support"]
        assert last[world]["query"] < first[world]["query"]
        assert last[world]["support"] < LN2
    coin, rule = last["coin"], last["rule"]
    assert coin["query"] > LN2 - coin["query_ci"]
    assert abs(coin["accuracy"] - 0.5) < 2 * coin["accuracy_ci"]
    assert coin["loop"]["query"][-1] > coin["loop"]["query"][0]
    assert coin["loop"]["support"][-1] < 0.5 * coin["loop"]["support"][0]
    assert rule["query"] < 0.45
    assert rule["accuracy"] > 0.85
    assert rule["before"] > LN2 - 0.02  # all is learnt in the inner step
    assert rows[-1]["done"] == 1
    assert all(row["done"] < 1 for row in rows[:-1])


def test_the_objective_of_this_toy_is_plain_cross_entropy() -> None:
    assert OBJECTIVE.sharpness == 1
