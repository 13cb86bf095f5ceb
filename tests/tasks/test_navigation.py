"""The plane that policies walk in, by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from demo.tasks.navigation import FASTEST, REACH, goals, move, reward, walk


def test_a_step_by_hand() -> None:
    places = torch.tensor([[0.0, 0.0], [0.2, -0.3]])
    torch.testing.assert_close(
        move(places, torch.tensor([[0.05, -0.02], [5.0, -0.4]])), torch.tensor([[0.05, -0.02], [0.3, -0.4]])
    )


def test_a_reward_by_hand() -> None:
    assert reward(torch.tensor([0.3, -0.1]), torch.tensor([0.0, 0.3])).item() == pytest.approx(-(0.09 + 0.16))


def test_a_walk_by_hand() -> None:
    """Rewards come for where a step leads, and velocities are kept as they were asked for."""
    seen = walk(lambda s: torch.full_like(s, 0.3), torch.tensor([[0.2, 0.0]]), count=1, horizon=3)
    along = torch.tensor([0.0, 0.1, 0.2, 0.3])
    torch.testing.assert_close(seen.places[0, 0], torch.stack([along, along], dim=1))
    torch.testing.assert_close(seen.velocities, torch.full((1, 1, 3, 2), 0.3))
    torch.testing.assert_close(seen.rewards[0, 0], torch.tensor([-0.02, -0.04, -0.1]))
    torch.testing.assert_close(seen.returns, torch.tensor([[-0.16]]))
    assert torch.equal(seen.states, seen.places[:, :, :3])


def test_every_task_has_its_goal_and_its_start() -> None:
    goal = torch.tensor([[0.1, 0.2], [-0.3, 0.4]])
    seen = walk(torch.zeros_like, goal, count=3, start=torch.tensor([[0.1, 0.2], [0.0, 0.0]]), horizon=4)
    torch.testing.assert_close(seen.returns, torch.tensor([[0.0] * 3, [-4 * 0.25] * 3]))


def test_nothing_is_differentiated_through_the_world() -> None:
    wish = torch.tensor(0.05, requires_grad=True)

    def act(places: Tensor) -> Tensor:
        return wish.expand_as(places)

    assert not walk(act, torch.zeros(1, 2), 1).rewards.requires_grad


def test_goals_fill_their_square() -> None:
    found = goals(4000, torch.Generator().manual_seed(0))
    assert found.abs().max() <= REACH
    assert found.abs().max() > 0.99 * REACH
    torch.testing.assert_close(found.mean(dim=0), torch.zeros(2), atol=0.02, rtol=0)
    assert torch.equal(found, goals(4000, torch.Generator().manual_seed(0)))
    assert FASTEST == 0.1
