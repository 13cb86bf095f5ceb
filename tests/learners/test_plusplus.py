"""MAML++: its gradients, schedules and the batch norm of every step."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from demo.learners.method import Scheduled, meta_gradient
from demo.learners.objectives import Classification
from demo.learners.plusplus import EQUAL, FIRST_ORDER, NORM, PlusPlus, multi_step
from demo.learners.store import learner_of
from demo.models import CosineNet, Weights
from demo.tasks.episodes import Episodes
from demo.training.outer import Outer
from demo.training.plan import Plan
from demo.training.recipes import RECIPES
from tests.learners.conftest import characters, double, in_double

NETWORK, OBJECTIVE = PlusPlus(filters=3, steps=3, begin=0.3), Classification(2.0)


@pytest.fixture
def episodes() -> Episodes:
    return in_double(characters())


@pytest.fixture
def theta() -> Weights:
    generator = torch.Generator().manual_seed(1)
    theta = double(NETWORK.initialise(generator))
    return {name: w + 0.1 * torch.randn(w.shape, dtype=w.dtype, generator=generator) for name, w in theta.items()}


def statistic(name: str) -> bool:
    return name.startswith(("mean", "variance"))


def query_loss(theta: Weights, episodes: Episodes, network: PlusPlus, steps: int = 3) -> float:
    """The multi-step loss by the plain route: trace, judge every step, weigh."""
    logits = network.trace(theta, episodes, OBJECTIVE, steps)[1]
    losses = [OBJECTIVE.query(after, episodes.answers).mean().item() for after in logits[1:]]
    return sum(v * loss for v, loss in zip(multi_step(steps, network.done), losses, strict=True))


@pytest.mark.parametrize("done", [FIRST_ORDER, 1.0])
def test_second_order_equals_finite_differences(theta: Weights, episodes: Episodes, done: float) -> None:
    network = NETWORK.at(done)
    gradient, _ = meta_gradient(network, OBJECTIVE, theta, episodes, 1.0, steps=3)
    generator, step = torch.Generator().manual_seed(2), 1e-6
    for name, w in theta.items():
        if statistic(name):
            continue
        along = torch.randn(w.shape, dtype=w.dtype, generator=generator)
        ahead, behind = (query_loss({**theta, name: w + s * step * along}, episodes, network) for s in (1, -1))
        expected = (ahead - behind) / (2 * step)
        assert (gradient[name] * along).sum().item() == pytest.approx(expected, rel=1e-4, abs=1e-8), name


def test_first_order_early_on_has_other_gradients_of_the_same_loss(theta: Weights, episodes: Episodes) -> None:
    early, late = NETWORK.at(FIRST_ORDER - 0.01), NETWORK.at(FIRST_ORDER)  # the loss is the last step's in both
    first, a = meta_gradient(early, OBJECTIVE, theta, episodes, 1.0, steps=3)
    second, b = meta_gradient(late, OBJECTIVE, theta, episodes, 1.0, steps=3)
    assert a == pytest.approx(b, rel=1e-12)
    assert (first["conv1"] - second["conv1"]).norm() > 0.01 * second["conv1"].norm()
    torch.testing.assert_close(first["rates"][0, 2], second["rates"][0, 2])  # nothing comes after the last step


def test_the_losses_weights() -> None:
    assert multi_step(4, 0.0) == [0.25] * 4
    assert multi_step(4, EQUAL) == multi_step(4, 1.0) == [0, 0, 0, 1]
    for done in (0.0, 0.1, 0.2, 0.5):
        v = multi_step(5, done)
        assert sum(v) == pytest.approx(1)
        assert v[:-1] == [v[0]] * 4
        assert v[-1] >= v[0] - 1e-12


def test_the_multi_step_loss_is_the_steps_weighted_sum(theta: Weights, episodes: Episodes) -> None:
    network = NETWORK.at(0.0)
    loss = network.loss(theta, episodes, OBJECTIVE, 3).item()
    assert loss == pytest.approx(query_loss(theta, episodes, network), rel=1e-9)


def statistics(theta: Weights, episodes: Episodes) -> Weights:
    """What each step's batch norm is given by the support sets of all tasks: a second, plainer computation."""
    found: dict[str, list[torch.Tensor]] = {}
    for k, (w, _) in enumerate(NETWORK.walk(theta, episodes, OBJECTIVE, 3)):
        blocks = [episodes.support[t] for t in range(episodes.tasks)]
        for b in range(1, 5):
            out = [torch.conv2d(x, w[f"conv{b}"][t], stride=2, padding=1) for t, x in enumerate(blocks)]
            every = torch.cat(out).transpose(0, 1).flatten(1)
            found.setdefault(f"mean{b}", []).append(every.mean(dim=1))
            found.setdefault(f"variance{b}", []).append(every.var(dim=1, correction=0))
            mean, variance, scale, shift = (theta[f"{what}{b}"][0, k][:, None, None] for what in NORM)
            blocks = [(scale * (h - mean) / (variance.clamp(min=0) + 1e-5).sqrt() + shift).relu() for h in out]
    return {name: torch.stack(rows)[None].detach() for name, rows in found.items()}


def test_the_running_statistics_are_pulled_to_each_steps_own(theta: Weights, episodes: Episodes) -> None:
    """With plain gradient descent at rate r: running <- (1 - r) running + r batch, the exponential average."""
    gradient, _ = meta_gradient(NETWORK, OBJECTIVE, theta, episodes, 1.0, steps=3)
    for name, own in statistics(theta, episodes).items():
        torch.testing.assert_close(gradient[name], theta[name] - own, msg=name)


def test_it_goes_on_from_a_plain_body_as_its_equal(episodes: Episodes) -> None:
    plain = CosineNet(filters=3)
    theta = double(plain.initialise(torch.Generator().manual_seed(5)))
    theta |= {f"bias{b}": theta[f"bias{b}"] + 0.1 * b for b in range(1, 5)}
    taken = NETWORK.begun(theta, episodes.queries[0])
    assert {name: w.shape for name, w in taken.items()} == {
        name: w.shape for name, w in NETWORK.initialise(torch.Generator()).items()
    }
    # Features are equal before any step; so is one step, for all of it is the head's.
    expected = learner_of("plain", plain, OBJECTIVE, theta, 0.3, 1).adapt_all(episodes)
    for a, b in zip(learner_of("own", NETWORK, OBJECTIVE, taken, 1.0, 1).adapt_all(episodes), expected, strict=True):
        torch.testing.assert_close(a, b)
    own = statistics(taken, replace(episodes, support=episodes.queries[:1], labels=episodes.answers[:1]))
    torch.testing.assert_close(taken["mean4"][:, 0], own["mean4"][:, 0])


def test_further_steps_have_the_last_ones_rates_and_norm(theta: Weights, episodes: Episodes) -> None:
    longer = {
        name: torch.cat([w, w[:, -1:]], dim=1) if name == "rates" or name.startswith(NORM) else w
        for name, w in theta.items()
    }
    a = NETWORK.trace(theta, episodes, OBJECTIVE, 4)
    b = replace(NETWORK, steps=4).trace(longer, episodes, OBJECTIVE, 4)
    torch.testing.assert_close(a, b)


def test_training_tells_it_how_much_lies_behind(theta: Weights, episodes: Episodes) -> None:
    """The outer loop asks for the loss of the moment: first order at its first meta-step, second at its last."""
    recipe = replace(RECIPES["maml-plus-plus"], meta_steps=2, outer="sgd", outer_rate=1e-3, sharpness=2.0, steps=3)
    plan = Plan(NETWORK, OBJECTIVE, lambda generator: theta, lambda generator: episodes, lambda theta: theta)
    assert isinstance(NETWORK, Scheduled)
    outer = Outer(recipe, plan)
    expected, _ = meta_gradient(NETWORK.at(0.0), OBJECTIVE, theta, episodes, 1.0, 3)
    outer.step()
    torch.testing.assert_close(outer.theta["conv1"], theta["conv1"] - 1e-3 * expected["conv1"])
    before = {name: w.clone() for name, w in outer.theta.items()}
    expected, _ = meta_gradient(NETWORK.at(0.5), OBJECTIVE, before, episodes, 1.0, 3)
    outer.step()
    torch.testing.assert_close(outer.theta["conv1"], before["conv1"] - 5e-4 * expected["conv1"])
