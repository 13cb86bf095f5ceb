"""Each step of a head's way to its rows, by hand or against a plain loop over the paper's formula."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from demo.learners import addressing

ROWS, COLUMNS = 6, 4


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def weights(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.rand(*shape, ROWS, generator=generator, dtype=torch.float64).softmax(dim=-1)


def test_by_content_is_the_softmax_of_cosines(generator: torch.Generator) -> None:
    memory = torch.randn(2, ROWS, COLUMNS, generator=generator, dtype=torch.float64)
    key = torch.randn(2, 3, COLUMNS, generator=generator, dtype=torch.float64)
    beta = 5 * torch.rand(2, 3, 1, generator=generator, dtype=torch.float64)
    found = addressing.by_content(memory, key, beta)
    for b in range(2):
        for head in range(3):
            u = key[b, head]
            cosines = [float(u @ v) / math.sqrt(float(u @ u) * float(v @ v)) for v in memory[b]]
            powers = [math.exp(float(beta[b, head]) * cosine) for cosine in cosines]
            expected = [power / sum(powers) for power in powers]
            assert found[b, head].tolist() == pytest.approx(expected, rel=1e-6)


def test_an_empty_memory_looks_alike_everywhere_and_has_finite_gradients() -> None:
    memory = torch.zeros(1, ROWS, COLUMNS, requires_grad=True)
    key = torch.zeros(1, 1, COLUMNS, requires_grad=True)
    found = addressing.by_content(memory, key, torch.full((1, 1, 1), 3.0))
    assert found.flatten().tolist() == pytest.approx([1 / ROWS] * ROWS)
    found[0, 0, 0].backward()
    assert memory.grad is not None
    assert key.grad is not None
    assert memory.grad.isfinite().all()
    assert key.grad.isfinite().all()


def test_the_gate_chooses_between_content_and_place(generator: torch.Generator) -> None:
    content, before = weights(generator, 2), weights(generator, 2)
    gate = torch.tensor([[0.25], [1.0]], dtype=torch.float64)
    found = addressing.interpolate(content, before, gate)
    torch.testing.assert_close(found[0], 0.25 * content[0] + 0.75 * before[0])
    torch.testing.assert_close(found[1], content[1])


def test_a_whole_shift_rolls_the_weights(generator: torch.Generator) -> None:
    w = weights(generator, 1)[0]
    for place, by in enumerate(addressing.SHIFTS):
        one = torch.eye(3, dtype=torch.float64)[place]
        torch.testing.assert_close(addressing.shift(w, one), torch.roll(w, by))


def test_a_shift_is_a_circular_convolution(generator: torch.Generator) -> None:
    w = weights(generator, 1)[0]
    by = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
    s = {shift % ROWS: float(by[place]) for place, shift in enumerate(addressing.SHIFTS)}
    expected = [sum(float(w[j]) * s.get((i - j) % ROWS, 0.0) for j in range(ROWS)) for i in range(ROWS)]
    found = addressing.shift(w, by)
    assert found.tolist() == pytest.approx(expected)
    assert float(found.sum()) == pytest.approx(1.0)


def test_sharpening_raises_to_a_power_and_keeps_the_sum(generator: torch.Generator) -> None:
    w = weights(generator, 1)
    torch.testing.assert_close(addressing.sharpen(w, torch.ones(1, 1, dtype=torch.float64)), w, rtol=1e-6, atol=1e-7)
    gamma = torch.tensor([[2.5]], dtype=torch.float64)
    powers = [float(value) ** 2.5 for value in w[0]]
    expected = [power / sum(powers) for power in powers]
    assert addressing.sharpen(w, gamma)[0].tolist() == pytest.approx(expected, rel=1e-5)


def test_sharpening_what_is_zero_has_finite_gradients() -> None:
    w = torch.tensor([[0.0, 1.0]], requires_grad=True)
    gamma = torch.tensor([[1.5]], requires_grad=True)
    addressing.sharpen(w, gamma)[0, 0].backward()
    assert w.grad is not None
    assert gamma.grad is not None
    assert w.grad.isfinite().all()
    assert gamma.grad.isfinite().all()


def test_reading_is_the_weighted_sum_of_rows(generator: torch.Generator) -> None:
    memory = torch.randn(2, ROWS, COLUMNS, generator=generator, dtype=torch.float64)
    w = weights(generator, 2)
    expected = torch.stack([sum(w[b, i] * memory[b, i] for i in range(ROWS)) for b in range(2)])  # type: ignore[misc]
    torch.testing.assert_close(addressing.read(memory, w), expected)


def test_writing_erases_and_then_adds(generator: torch.Generator) -> None:
    memory = torch.randn(1, ROWS, COLUMNS, generator=generator, dtype=torch.float64)
    w = weights(generator, 1)
    erase = torch.rand(1, COLUMNS, generator=generator, dtype=torch.float64)
    add = torch.randn(1, COLUMNS, generator=generator, dtype=torch.float64)
    found = addressing.write(memory, w, erase, add)
    for i in range(ROWS):
        for j in range(COLUMNS):
            left = float(memory[0, i, j]) * (1 - float(w[0, i]) * float(erase[0, j]))
            assert float(found[0, i, j]) == pytest.approx(left + float(w[0, i]) * float(add[0, j]))


def test_writing_at_one_row_with_full_erasure_replaces_it() -> None:
    memory = torch.arange(8.0).reshape(1, 4, 2)
    at = torch.tensor([[0.0, 1.0, 0.0, 0.0]])
    found = addressing.write(memory, at, torch.ones(1, 2), torch.tensor([[7.0, -7.0]]))
    assert found[0].tolist() == [[0, 1], [7, -7], [4, 5], [6, 7]]
