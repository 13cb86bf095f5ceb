"""The copy task: what is shown, when, and which part of an answer counts."""

from __future__ import annotations

import torch

from demo.tasks import copying


def test_vectors_are_shown_once_between_two_marks() -> None:
    sequence = copying.sample(3, 5, torch.Generator().manual_seed(0))
    x = copying.presented(sequence)
    assert x.shape == (12, 3, copying.INPUTS)
    assert torch.equal(x[1:6, :, : copying.BITS], sequence)
    start, end = x[..., copying.BITS], x[..., copying.BITS + 1]
    assert start.sum() == start[0].sum() == 3
    assert end.sum() == end[6].sum() == 3
    assert x[7:].abs().sum() == 0, "nothing is shown while it answers"
    assert x[0, :, : copying.BITS].abs().sum() == x[6, :, : copying.BITS].abs().sum() == 0


def test_the_answer_is_what_comes_after_the_end_mark() -> None:
    times = torch.arange(12)
    assert copying.answer(times).tolist() == [7, 8, 9, 10, 11]
    assert copying.answer(torch.arange(4)).tolist() == [3]


def test_bits_are_fair_and_come_again_with_their_seed() -> None:
    drawn = copying.sample(500, 4, torch.Generator().manual_seed(7))
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    assert abs(drawn.mean().item() - 0.5) < 0.02
    assert torch.equal(drawn, copying.sample(500, 4, torch.Generator().manual_seed(7)))
