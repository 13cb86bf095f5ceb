"""Attention that sums to one, answers that are attended labels, and context by PyTorch's own LSTM cells."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners import context
from demo.learners.matching import Matching
from demo.learners.method import MethodLearner
from demo.learners.objectives import Classification
from demo.models import Weights
from demo.tasks.episodes import Episodes
from tests.learners.conftest import characters, double, in_double

SHARP = Classification(7.0)
SIZE = 4


def learner(context_steps: int) -> MethodLearner:
    network = Matching(filters=3, size=SIZE, context_steps=context_steps)
    generator = torch.Generator().manual_seed(1)
    theta = {
        name: w + 0.2 * torch.randn(w.shape, generator=generator) for name, w in network.initialise(generator).items()
    }
    return MethodLearner("test", network, SHARP, double(theta), 0.0, 0)


def parts(one: MethodLearner) -> tuple[Matching, Weights]:
    assert isinstance(one.network, Matching)
    return one.network, one.theta


def answers(one: MethodLearner, episodes: Episodes) -> Tensor:
    return one.adapt_all(episodes)[1][0]


def reordered(episodes: Episodes, order: list[int]) -> Episodes:
    return Episodes(episodes.support[:, order], episodes.labels[:, order], episodes.queries, episodes.answers)


@pytest.mark.parametrize("steps", [0, 2])
def test_probabilities_are_the_labels_weighted_by_attention(steps: int) -> None:
    one = learner(steps)
    network, theta = parts(one)
    episodes = in_double(characters(tasks=2, ways=3, shots=2, queries=2))
    a = network.attention(theta, episodes, SHARP)
    assert a.min() >= 0
    torch.testing.assert_close(a.sum(dim=2), torch.ones_like(a[..., 0]))
    torch.testing.assert_close(answers(one, episodes), a @ F.one_hot(episodes.labels).to(a.dtype))


def test_cosines_by_hand() -> None:
    network, theta = parts(learner(0))
    episodes = in_double(characters(tasks=1, ways=2, shots=1, queries=1))
    f, g = (network.embed(theta, x[0]) @ theta["projection"][0].T for x in (episodes.queries, episodes.support))
    cosines = network.cosines(theta, episodes, episodes.queries)[0]
    for q in range(2):
        for i in range(2):
            torch.testing.assert_close(cosines[q, i], f[q] @ g[i] / (f[q].norm() * g[i].norm()))


@pytest.mark.parametrize("steps", [0, 2])
def test_a_single_class_is_always_the_answer(steps: int) -> None:
    outputs = answers(learner(steps), in_double(characters(tasks=2, ways=1, shots=3)))
    torch.testing.assert_close(outputs, torch.ones_like(outputs))


def test_without_context_neither_the_order_nor_the_names_matter() -> None:
    one, episodes = learner(0), in_double(characters(tasks=1, ways=3, shots=2))
    plain = answers(one, episodes)
    torch.testing.assert_close(answers(one, reordered(episodes, [5, 0, 3, 1, 4, 2])), plain)
    renamed = Episodes(episodes.support, (episodes.labels + 1) % 3, episodes.queries, episodes.answers)
    torch.testing.assert_close(answers(one, renamed), plain.roll(1, dims=2))


def test_with_context_classes_may_lie_anyhow_but_their_names_matter() -> None:
    """The paper's own wart: an LSTM reads a set in some order, here that of the classes' numbers."""
    one, episodes = learner(2), in_double(characters(tasks=1, ways=3, shots=2))
    plain = answers(one, episodes)
    torch.testing.assert_close(answers(one, reordered(episodes, [4, 0, 2, 1, 5, 3])), plain)
    renamed = Episodes(episodes.support, (episodes.labels + 1) % 3, episodes.queries, episodes.answers)
    assert not torch.allclose(answers(one, renamed), plain.roll(1, dims=2), atol=1e-6)


def lstm(theta: Weights, name: str, inputs: int) -> torch.nn.LSTMCell:
    """PyTorch's, with these weights: its gates stand in the order input, forget, new, output."""
    cell = torch.nn.LSTMCell(inputs, SIZE).double()
    kernel, bias = (theta[key][0].view(4, SIZE, -1)[[0, 1, 3, 2]].flatten(0, 1) for key in (name, f"{name}.bias"))
    with torch.no_grad():
        cell.weight_ih.copy_(kernel[:, :inputs])
        cell.weight_hh.copy_(kernel[:, inputs:])
        cell.bias_ih.copy_(bias[:, 0])
        cell.bias_hh.zero_()
    return cell


def test_the_support_set_is_read_from_both_ends() -> None:
    _, theta = parts(learner(1))
    g = torch.randn(2, 3, SIZE, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    labels = torch.tensor([[0, 1, 2], [2, 0, 1]])  # the second task's drawings are read as 1, 2, 0
    states = torch.zeros(2, 3, SIZE, dtype=torch.float64)
    for name, step in (("forward", 1), ("backward", -1)):
        cell = lstm(theta, name, SIZE)
        for task, order in enumerate(([0, 1, 2], [1, 2, 0])):
            state = None
            for i in order[::step]:
                state = cell(g[task, i][None], state)
                states[task, i] += state[0][0].detach()
    torch.testing.assert_close(context.of_support(theta, g, labels), g + states)


def test_attention_steps_by_hand() -> None:
    _, theta = parts(learner(1))
    generator = torch.Generator().manual_seed(3)
    f, g = (torch.randn(1, n, SIZE, dtype=torch.float64, generator=generator) for n in (2, 3))
    kernel, bias = theta["attend"][0], theta["attend.bias"][0]
    for q in range(2):
        h, c = f[0, q], torch.zeros(SIZE, dtype=torch.float64)
        for _ in range(3):
            r = (g[0] @ h).softmax(dim=0) @ g[0]
            i, forget, out, new = (kernel @ torch.cat([f[0, q], h, r]) + bias).chunk(4)
            c = forget.sigmoid() * c + i.sigmoid() * new.tanh()
            h = out.sigmoid() * c.tanh() + f[0, q]
        torch.testing.assert_close(context.of_drawings(theta, f, g, 3)[0, q], h)


def test_context_goes_on_from_weights_without() -> None:
    """The encoder and the projection are the same weights with and without context."""
    plain, deep = (parts(learner(steps))[1] for steps in (0, 2))
    assert plain.keys() < deep.keys()
    assert all(plain[name].shape == deep[name].shape for name in plain)
