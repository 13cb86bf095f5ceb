"""The memory's weights by hand, sequences, and that a label comes one step late."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
import torch

from demo.learners import store
from demo.learners.contract import TaskError
from demo.learners.mann import LABELS, Mann
from demo.learners.mann_memory import GAMMA, Memory, content, least_used
from demo.learners.mann_sequence import in_turns, presentations, shuffled
from demo.learners.objectives import Classification
from demo.models import Weights
from demo.tasks import taskfile
from demo.training.reports import tensors
from tests.learners.conftest import characters, double, in_double

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
NETWORK = Mann(filters=3, hidden=6, rows=5, width=4)


@pytest.fixture
def theta() -> Weights:
    return double(NETWORK.initialise(torch.Generator().manual_seed(0)))


def test_content_is_a_softmax_over_cosines() -> None:
    rows = torch.tensor([[[3.0, 0.0], [0.0, 2.0], [1.0, 1.0], [0.0, 0.0]]])
    expected = torch.tensor([math.exp(2 * c) for c in (1, 0, math.sqrt(0.5), 0)])
    read = content(rows, torch.tensor([[5.0, 0.0]]), torch.tensor(2.0))
    torch.testing.assert_close(read[0], expected / expected.sum(), atol=1e-5, rtol=1e-5)


def test_the_least_used_row_is_one_of_them() -> None:
    usage = torch.tensor([[0.4, 0.1, 0.3], [0.0, 0.0, 0.0]])
    assert least_used(usage).tolist() == [[0, 1, 0], [1, 0, 0]]


def test_one_access_by_hand() -> None:
    rows = torch.tensor([[[1.0, 0.0], [7.0, 7.0]]])
    before = Memory(rows, torch.tensor([[0.9, 0.2]]), torch.tensor([[0.6, 0.4]]), torch.zeros(1, 2))
    key, add = torch.tensor([[0.0, 1.0]]), torch.tensor([[2.0, 4.0]])
    after, found = before.access(key, add, torch.tensor([math.log(3.0)]), torch.tensor(1.0))
    written = torch.tensor([0.75 * 0.6, 0.75 * 0.4 + 0.25])  # sigmoid(log 3) = 3/4; the second row is used least
    torch.testing.assert_close(after.written[0], written)
    now = torch.stack([rows[0, 0] + written[0] * add[0], written[1] * add[0]])  # the second was cleared first
    torch.testing.assert_close(after.rows[0], now)
    cosines = (now @ key[0]) / torch.linalg.vector_norm(now, dim=1)
    torch.testing.assert_close(after.read[0], cosines.softmax(dim=0), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found[0], after.read[0] @ now)
    torch.testing.assert_close(after.usage[0], GAMMA * before.usage[0] + after.read[0] + written)


def test_usage_decays_until_a_row_is_free_again() -> None:
    memory = Memory.empty(1, 3, 2, torch.zeros(()))
    nowhere = torch.tensor([-50.0])  # never to the row read last
    places = []
    for step in range(6):
        add = torch.eye(2)[step % 2][None]
        memory, _ = memory.access(add, add, nowhere, torch.tensor(0.0))  # read evenly
        places.append(int(memory.written[0].argmax()))
    assert places == [0, 1, 2, 0, 1, 2]  # the oldest first


def test_presentations_and_turns() -> None:
    labels = torch.tensor([[0, 0, 1, 1, 0], [2, 1, 2, 2, 0]])
    assert presentations(labels).tolist() == [[1, 2, 1, 2, 3], [1, 1, 2, 3, 1]]
    turns = in_turns(labels)
    assert labels.gather(1, turns).tolist() == [[0, 1, 0, 1, 0], [2, 1, 0, 2, 2]]


def test_shuffling_keeps_drawings_with_their_classes() -> None:
    episodes = characters(tasks=3, ways=4, shots=1, queries=2)
    sequence = shuffled(episodes, symbols=9)
    drawings = torch.cat([episodes.support, episodes.queries], dim=1)
    classes = torch.cat([episodes.labels, episodes.answers], dim=1)
    for task in range(3):
        names: dict[int, set[int]] = {}
        for drawing, name in zip(sequence.drawings[task], sequence.labels[task].tolist(), strict=True):
            [place] = (drawings[task] == drawing).flatten(1).all(dim=1).nonzero()[:, 0].tolist()
            names.setdefault(int(classes[task, place]), set()).add(name)
        assert all(len(of_class) == 1 for of_class in names.values())
        assert len({name for of_class in names.values() for name in of_class}) == 4  # another for each class
    again = shuffled(episodes, symbols=9)
    assert torch.equal(again.labels, sequence.labels)
    first = shuffled(episodes, 9, support_first=1.0).drawings[:, :4]
    assert {float(d.sum()) for d in first[0]} == {float(d.sum()) for d in episodes.support[0]}


def test_a_label_comes_one_step_late(theta: Weights) -> None:
    """Another label changes nothing until the next drawing is there."""
    episodes = in_double(characters(tasks=1, ways=4, shots=1))
    seen, labels = NETWORK.seen(theta, episodes.support), torch.tensor([[0, 1, 2, 3]])
    other = torch.tensor([[0, 9, 2, 3]])
    same = [
        torch.equal(one, two)
        for (_, one), (_, two) in zip(NETWORK.walk(theta, seen, labels), NETWORK.walk(theta, seen, other), strict=True)
    ]
    assert same == [True, True, False, False]


def test_there_are_names_for_so_many_classes(theta: Weights) -> None:
    assert NETWORK.trace(theta, in_double(characters(tasks=1, ways=LABELS)), Classification())[1].shape[-1] == LABELS
    with pytest.raises(TaskError, match=f"{LABELS} classes, not for {LABELS + 1}"):
        NETWORK.trace(theta, in_double(characters(tasks=1, ways=LABELS + 1)), Classification())


def test_the_classes_order_matters_little() -> None:
    """Whoever comes first is remembered from further back, under another name: no exact invariance, as others have."""
    mann = store.load("mann")
    for path in sorted(EXAMPLES.glob("*.json")):
        support, labels, queries = tensors(taskfile.loads(path.read_bytes()))
        outputs = []
        for order in itertools.permutations(range(len(labels))):
            turned = torch.from_numpy(mann.adapt(support[list(order)], labels, queries).outputs[-1])
            outputs.append(turned[:, torch.tensor(order).argsort()])
        different = torch.stack(outputs) - outputs[0]
        assert 0 < different.abs().max() < 0.25
        assert len({tuple(one.argmax(dim=1).tolist()) for one in outputs}) == 1
