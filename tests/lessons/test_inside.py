"""Inside one adaptation: the same run as the learner's own, distances by hand, maps and features by an oracle."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from demo.learners import CLASSIFIERS, store
from demo.learners.gradient import GradientLearner
from demo.learners.objectives import Classification, Regression
from demo.lessons.inside import Inside, layer_of, lengths, look, most_changed
from demo.models import BATCH_NORM_EPSILON, ConvNet, CosineNet, SineNet
from tests.learners.conftest import characters

BLOCKS = ("conv1", "conv2", "conv3", "conv4")


@pytest.fixture(params=[ConvNet(filters=4), CosineNet(filters=4)], ids=["batch norm", "cosine"])
def learner(request: pytest.FixtureRequest) -> GradientLearner:
    theta = request.param.initialise(torch.Generator().manual_seed(3))
    return GradientLearner("test", request.param, Classification(2.0), theta, rate=0.1, steps=4)


def seen(learner: GradientLearner, steps: int = 4, ways: int = 3, shots: int = 2, filters: int = 3) -> Inside:
    task = characters(tasks=1, ways=ways, shots=shots, queries=1)
    return look(learner, task.support[0], task.labels[0], task.queries[0], steps, filters)


@pytest.mark.parametrize("ways, shots", [(2, 1), (3, 1), (5, 5)])
@pytest.mark.parametrize("name", [entry.name for entry in CLASSIFIERS if entry.inner])
def test_the_run_is_the_learners_own(name: str, ways: int, shots: int) -> None:
    task, learner = characters(tasks=1, ways=ways, shots=shots, queries=1), store.load_initialisation(name)
    trace = learner.adapt(task.support[0], task.labels[0], task.queries[0], steps=3)
    inside = look(learner, task.support[0], task.labels[0], task.queries[0], steps=3)
    np.testing.assert_allclose(inside.losses, trace.losses, atol=1e-5)
    np.testing.assert_allclose(inside.probabilities, trace.outputs, atol=1e-5)


def test_shapes(learner: GradientLearner) -> None:
    inside = seen(learner, steps=4, ways=3, shots=2, filters=3)
    drawings = 3 * 2 + 3
    assert inside.losses.shape == (5,)
    assert inside.probabilities.shape == (5, 3, 3)
    assert inside.layers == (*BLOCKS, "head")
    assert inside.moved.shape == (5, 5)
    assert inside.maps.shape == (5, drawings, 3, 14, 14)
    assert inside.features.shape == (5, drawings, 16)
    assert len(set(inside.filters.tolist())) == 3


def test_weights_stay_as_they_were(learner: GradientLearner) -> None:
    before = {name: w.clone() for name, w in learner.theta.items()}
    seen(learner)
    assert all(torch.equal(learner.theta[name], w) and not w.requires_grad for name, w in before.items())


def test_movement_by_hand(learner: GradientLearner) -> None:
    """Two steps of plain gradient descent on a module-free copy, and distances by `numpy.linalg.norm`."""
    task = characters(tasks=1, ways=3, shots=2, queries=1)
    theta = {name: w.double() for name, w in learner.network.start(learner.theta, 3).items()}
    begin = {name: w.numpy().copy() for name, w in theta.items()}
    found = seen(learner, steps=2)
    for k in range(3):
        for layer, moved in zip(found.layers, found.moved[k], strict=True):
            parts = [(w.detach().numpy() - begin[name]).ravel() for name, w in theta.items() if layer_of(name) == layer]
            assert moved == pytest.approx(np.linalg.norm(np.concatenate(parts)), rel=1e-3, abs=1e-7), (k, layer)
        theta = {name: w.detach().requires_grad_() for name, w in theta.items()}
        logits = learner.network(theta, task.support.double())[0]
        loss = -F.log_softmax(logits, dim=1)[torch.arange(6), task.labels[0]].mean()
        loss.backward()
        theta = {name: w - learner.rate * (0 if w.grad is None else w.grad) for name, w in theta.items()}


def test_the_first_step_moves_the_head_alone(learner: GradientLearner) -> None:
    moved = seen(learner).moved
    assert (moved[0] == 0).all()
    assert (moved[1, :-1] == 0).all()
    assert moved[1, -1] > 0
    assert (moved[2:] > 0).all()


def test_sizes_are_of_the_weights_before(learner: GradientLearner) -> None:
    inside = seen(learner)
    for layer, size in zip(BLOCKS, inside.sizes, strict=False):
        parts = [w.numpy().ravel() for name, w in learner.theta.items() if layer_of(name) == layer]
        assert size == pytest.approx(np.linalg.norm(np.concatenate(parts)), rel=1e-5)
    assert inside.sizes[-1] == 0


def test_lengths_by_hand() -> None:
    theta = {
        "head": torch.tensor([[3.0]]),
        "bias": torch.tensor([[4.0]]),
        "conv2": torch.full((1, 2, 2), 3.0),
        "bias1": torch.tensor([[2.0]]),
    }
    assert lengths(theta) == {"conv1": 2.0, "conv2": 6.0, "head": 5.0}
    assert list(lengths(theta)) == ["conv1", "conv2", "head"]


def test_maps_are_the_first_layers_by_an_oracle(learner: GradientLearner) -> None:
    task = characters(tasks=1, ways=3, shots=2, queries=1)
    inside = seen(learner, filters=2)
    images = torch.cat([task.support[0], task.queries[0]])
    theta = learner.theta
    h = F.conv2d(images, theta["conv1"][0], stride=2, padding=1)
    if isinstance(learner.network, ConvNet):
        mean, variance = h[:6].mean(dim=(0, 2, 3)), h[:6].var(dim=(0, 2, 3), correction=0)
        h = (h - mean[:, None, None]) / torch.sqrt(variance + BATCH_NORM_EPSILON)[:, None, None]
        h = h * theta["scale1"][0, :, None, None] + theta["shift1"][0, :, None, None]
    else:
        h = h + theta["bias1"][0, :, None, None]
    np.testing.assert_allclose(inside.maps[0], h.clamp(min=0)[:, inside.filters].numpy(), atol=1e-5)
    np.testing.assert_array_equal(inside.maps[1], inside.maps[0])  # the first step moves the head alone
    assert (inside.maps[2] != inside.maps[0]).any()


def test_the_head_on_the_features_gives_the_answer_after_one_step() -> None:
    """Softmax of cosines to the class means: what one step from a head of zero comes to (see `CosineNet`)."""
    learner = store.load_initialisation("maml")
    inside = seen(learner, steps=1, ways=3, shots=2)
    features = torch.from_numpy(inside.features[0])
    network = learner.network
    assert isinstance(network, CosineNet)
    assert isinstance(learner.objective, Classification)
    means = features[:6].reshape(3, 2, -1).mean(dim=1)
    z = learner.rate * network.gain**2 * features[6:] @ means.T
    expected = (learner.objective.sharpness * z).softmax(dim=1)
    np.testing.assert_allclose(inside.probabilities[1], expected.numpy(), atol=1e-4)


def test_queries_do_not_change_what_others_show(learner: GradientLearner) -> None:
    task = characters(tasks=1, ways=3, shots=2, queries=1)
    support, labels, queries = task.support[0], task.labels[0], task.queries[0]
    together, alone = (look(learner, support, labels, q, steps=3, filters=4) for q in (queries, queries[:1]))
    np.testing.assert_allclose(together.features[:, :7], alone.features, atol=1e-5)
    order = [alone.filters.tolist().index(f) for f in together.filters]
    np.testing.assert_allclose(together.maps[:, :7], alone.maps[:, :, order], atol=1e-5)


def test_most_changed_looks_at_the_picture_and_not_at_what_is_added_everywhere() -> None:
    maps = torch.zeros(2, 1, 3, 4, 4)
    maps[1, 0, 0] += 5  # all of it
    maps[1, 0, 1, 0, 0] = 1  # one pixel
    maps[1, 0, 2, 0, 0] = 2
    assert most_changed(maps, 2).tolist() == [2, 1]
    assert most_changed(maps[1:], 2).tolist() == [2, 1]  # no change at all: what has most in it


def test_a_regressor_is_refused() -> None:
    network = SineNet(width=5)
    theta = network.initialise(torch.Generator().manual_seed(0))
    learner = GradientLearner("sines", network, Regression(), theta, rate=0.1, steps=1)
    task = characters(tasks=1)
    with pytest.raises(TypeError, match="sines is no classifier"):
        look(learner, task.support[0], task.labels[0], task.queries[0], 1)
