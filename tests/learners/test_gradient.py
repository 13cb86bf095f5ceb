"""Adapting: what it must leave alone, and what must not change its answers."""

from __future__ import annotations

import pytest
import torch

from demo.learners.gradient import GradientLearner
from demo.learners.inner import adapted, tracked
from demo.learners.objectives import Classification, Regression
from demo.models import ConvNet, CosineNet, Network, SineNet, Weights, fan_out
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double, sines


@pytest.fixture(params=[ConvNet(filters=4), CosineNet(filters=4)], ids=["batch norm", "cosine"])
def learner(request: pytest.FixtureRequest) -> GradientLearner:
    network = request.param
    theta = double(network.initialise(torch.Generator().manual_seed(3)))
    return GradientLearner("test", network, Classification(2.0), theta, rate=0.1, steps=4)


def test_shared_weights_stay_bit_identical(learner: GradientLearner) -> None:
    before = {name: w.clone() for name, w in learner.theta.items()}
    episodes = in_double(characters(tasks=1))
    learner.adapt(episodes.support[0], episodes.labels[0], episodes.queries[0], steps=3)
    assert all(
        torch.equal(learner.theta[name], w) and not learner.theta[name].requires_grad for name, w in before.items()
    )


def test_batch_equals_loop(learner: GradientLearner) -> None:
    episodes = in_double(characters(tasks=4))
    losses, outputs = learner.adapt_all(episodes)
    for task in range(4):
        alone = learner.adapt(episodes.support[task], episodes.labels[task], episodes.queries[task])
        torch.testing.assert_close(torch.from_numpy(alone.losses), losses[:, task])
        torch.testing.assert_close(torch.from_numpy(alone.outputs), outputs[:, task])


def test_order_of_classes_only_permutes_the_probabilities(learner: GradientLearner) -> None:
    episodes = in_double(characters(tasks=1, ways=3, shots=2))
    support, labels, queries = episodes.support[0], episodes.labels[0], episodes.queries[0]
    plain = torch.from_numpy(learner.adapt(support, labels, queries).outputs)
    order = torch.tensor([2, 0, 1])  # class c is called order[c] now
    renamed = torch.from_numpy(learner.adapt(support, order[labels], queries).outputs)
    torch.testing.assert_close(renamed[..., order], plain)


def test_order_of_drawings_changes_nothing(learner: GradientLearner) -> None:
    episodes = in_double(characters(tasks=1, shots=2))
    support, labels, queries = episodes.support[0], episodes.labels[0], episodes.queries[0]
    shuffled = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    plain = torch.from_numpy(learner.adapt(support, labels, queries).outputs)
    again = torch.from_numpy(learner.adapt(support[shuffled], labels[shuffled], queries).outputs)
    torch.testing.assert_close(again, plain)


def test_non_transductive_queries_do_not_see_each_other(learner: GradientLearner) -> None:
    episodes = in_double(characters(tasks=1, queries=3))
    support, labels, queries = episodes.support[0], episodes.labels[0], episodes.queries[0]
    together = torch.from_numpy(learner.adapt(support, labels, queries).outputs)
    alone = torch.from_numpy(learner.adapt(support, labels, queries[:1]).outputs)
    torch.testing.assert_close(together[:, :1], alone)
    leaking = torch.from_numpy(learner.adapt(support, labels, queries, transductive=True).outputs)
    leak = (leaking[-1, :1] - alone[-1]).abs().max()
    assert leak > 1e-4 if learner.network.mixes else leak < 1e-12


def test_before_the_first_step_every_class_is_as_likely(learner: GradientLearner) -> None:
    episodes = in_double(characters(tasks=1, ways=4))
    trace = learner.adapt(episodes.support[0], episodes.labels[0], episodes.queries[0])
    assert trace.outputs[0] == pytest.approx(1 / 4)
    assert trace.losses[0] == pytest.approx(1.3862944)  # ln 4
    assert trace.losses[-1] < trace.losses[0]
    assert trace.outputs.sum(axis=-1) == pytest.approx(1)


def test_no_steps_is_one_entry(learner: GradientLearner) -> None:
    episodes = in_double(characters(tasks=1))
    trace = learner.adapt(episodes.support[0], episodes.labels[0], episodes.queries[0], steps=0)
    assert trace.steps == 0
    assert trace.outputs.shape == (1, 6, 3)


def test_inner_steps_are_gradient_descent() -> None:
    """One step on a sine against autograd on an ordinary torch module with the same weights."""
    network = SineNet(width=5)
    theta = double(network.initialise(torch.Generator().manual_seed(3)))
    module = torch.nn.Sequential(
        torch.nn.Linear(1, 5), torch.nn.Tanh(), torch.nn.Linear(5, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1)
    ).double()
    layers = (module[0], module[2], module[4])
    for number, layer in enumerate(layers, start=1):
        assert isinstance(layer, torch.nn.Linear)
        layer.weight.data.copy_(theta[f"w{number}"][0])
        layer.bias.data.copy_(theta[f"b{number}"][0, 0])
    episodes = in_double(sines(tasks=1))
    x, y, queries = episodes.support[0], episodes.labels[0], episodes.queries[0]
    optimiser = torch.optim.SGD(module.parameters(), lr=0.05)
    expected = [module(queries).detach()]
    for _ in range(3):
        optimiser.zero_grad()
        (module(x) - y).square().mean().backward()
        optimiser.step()
        expected.append(module(queries).detach())
    trace = GradientLearner("test", network, Regression(), theta, 0.05, 3).adapt(x, y, queries)
    torch.testing.assert_close(torch.from_numpy(trace.outputs), torch.stack(expected))


def test_convnet_equals_torch_modules() -> None:
    """The functional network against nn.Conv2d and nn.BatchNorm2d in training mode."""
    network = ConvNet(filters=4)
    theta = double(network.initialise(torch.Generator().manual_seed(3)))
    generator = torch.Generator().manual_seed(4)
    theta = {name: w + 0.1 * torch.randn(w.shape, generator=generator).double() for name, w in theta.items()}
    x = torch.rand(5, 1, 28, 28, generator=generator).double()
    h = x
    for b in range(1, 5):
        conv = torch.nn.Conv2d(h.shape[1], 4, 3, stride=2, padding=1, bias=False).double()
        conv.weight.data.copy_(theta[f"conv{b}"][0])
        norm = torch.nn.BatchNorm2d(4).double()
        if b < 4:
            norm.weight.data.copy_(theta[f"scale{b}"][0])
            norm.bias.data.copy_(theta[f"shift{b}"][0])
        h = norm(conv(h)).relu()
    torch.testing.assert_close(network.embed(theta, x[None])[0], h.flatten(1).detach())


def test_cosinenet_equals_torch_modules() -> None:
    network = CosineNet(filters=4, gain=3.0)
    generator = torch.Generator().manual_seed(4)
    theta = network.start(double(network.initialise(generator)), ways=3)
    theta = {name: w + 0.1 * torch.randn(w.shape, generator=generator).double() for name, w in theta.items()}
    x = torch.rand(5, 1, 28, 28, generator=generator).double()
    h = x
    for b in range(1, 5):
        conv = torch.nn.Conv2d(h.shape[1], 4, 3, stride=2, padding=1).double()
        conv.weight.data.copy_(theta[f"conv{b}"][0])
        assert conv.bias is not None
        conv.bias.data.copy_(theta[f"bias{b}"][0])
        h = conv(h).relu()
    features = h.flatten(1) / h.flatten(1).norm(dim=1, keepdim=True)
    expected = 3.0 * 3**0.5 * features @ theta["head"][0].T
    torch.testing.assert_close(network(theta, x[None])[0], expected.detach())


@pytest.mark.parametrize("ways", [2, 5])
def test_the_first_step_compares_cosines(ways: int) -> None:
    """Logits alpha * gain^2 * (cosine to the class's drawing - the mean cosine to all), whatever the ways."""
    network = CosineNet(filters=4, gain=3.0)
    theta = double(network.initialise(torch.Generator().manual_seed(3)))
    episodes = in_double(characters(tasks=1, ways=ways))
    f = network.embed(theta, episodes.support)[0]
    q = network.embed(theta, episodes.queries)[0]
    cosines = q @ f.T
    expected = (0.1 * 9 * (cosines - cosines.mean(dim=1, keepdim=True))).softmax(dim=1)
    outputs = GradientLearner("test", network, Classification(), theta, 0.1, 1).adapt_all(episodes)[1]
    torch.testing.assert_close(outputs[1, 0], expected)


@pytest.mark.parametrize("network", [ConvNet(filters=4), CosineNet(filters=4)], ids=["batch norm", "cosine"])
def test_leaving_out_the_first_steps_zero_gradients_changes_nothing(network: Network) -> None:
    episodes = in_double(characters(tasks=1))
    theta = network.start(fan_out(double(network.initialise(torch.Generator().manual_seed(3))), 1), ways=3)
    moving = network.moving(0, theta)
    everything: Weights = tracked(theta)
    loss = Classification().support(network(everything, episodes.support), episodes.labels)
    gradients = dict(zip(everything, torch.autograd.grad(loss.sum(), list(everything.values())), strict=True))
    assert any(gradients[name].abs().max() > 0 for name in moving)
    assert all(gradients[name].abs().max() == 0 for name in everything if name not in moving)
    assert set(network.moving(1, theta)) == set(theta)


def test_statistics_are_those_of_the_first_rows() -> None:
    network = ConvNet(filters=4)
    theta = double(network.initialise(torch.Generator().manual_seed(3)))
    episodes: Episodes = in_double(characters(tasks=2))
    support = network.embed(theta | {}, episodes.support[:1])
    x = torch.cat([episodes.support, episodes.queries], dim=1)[:1]
    torch.testing.assert_close(network.embed(theta, x, statistics=3)[:, :3], support)


@pytest.mark.parametrize("network", [ConvNet(filters=4), CosineNet(filters=4)], ids=["batch norm", "cosine"])
@pytest.mark.parametrize("tasks", [1, 2])
def test_kernels_stay_channels_last_from_step_to_step(network: Network, tasks: int) -> None:
    """Else every convolution has to rearrange them: nothing would be wrong, but a sixth slower."""
    episodes = characters(tasks=tasks)
    theta = network.initialise(torch.Generator().manual_seed(3))
    adapting = network.start(fan_out(theta, tasks), ways=3)
    assert all(torch.equal(adapting[name], w.expand_as(adapting[name])) for name, w in theta.items())
    twice = [(episodes.support, episodes.labels)] * 2
    for weights in (adapting, adapted(network, Classification().support, adapting, twice, 0.1)):
        for b in range(2, 5):
            assert weights[f"conv{b}"].flatten(0, 1).is_contiguous(memory_format=torch.channels_last)


def test_a_feature_that_is_zero_stays_zero() -> None:
    network = CosineNet(filters=4)
    theta = {name: torch.zeros_like(w) for name, w in network.initialise(torch.Generator()).items()}
    losses, outputs = GradientLearner("test", network, Classification(), theta, 0.1, 2).adapt_all(characters(tasks=1))
    assert losses.flatten().numpy() == pytest.approx(1.0986123)  # ln 3
    assert outputs.flatten().numpy() == pytest.approx(1 / 3)
