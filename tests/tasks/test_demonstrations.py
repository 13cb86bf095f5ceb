"""Walks that are shown: they follow their line, at an even pace that the world allows, and stay at its end."""

from __future__ import annotations

import torch

from demo.tasks.demonstrations import PACE, SHARE, bent, paced, sample, straight
from demo.tasks.navigation import FASTEST, HORIZON, REACH, move


def test_a_straight_one_by_hand() -> None:
    shown = straight(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.09, 0.12]]))  # 3, 4, 5: three paces of 0.05
    torch.testing.assert_close(
        shown.places[0, :5], torch.tensor([[0.0, 0.0], [0.03, 0.04], [0.06, 0.08], [0.09, 0.12], [0.09, 0.12]])
    )
    torch.testing.assert_close(shown.velocities[0, 2:4], torch.tensor([[0.03, 0.04], [0.0, 0.0]]))
    assert shown.places.shape == (1, HORIZON + 1, 2)


def test_corners_are_passed_and_long_lines_are_walked_faster() -> None:
    line = torch.tensor([[[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8], [-0.8, -0.7]]])
    shown = paced(line)
    length = 1.6 * 3 + 1.5
    torch.testing.assert_close(shown.velocities.norm(dim=2)[0, 0].item(), max(PACE, length / (SHARE * HORIZON)))
    torch.testing.assert_close(shown.places[0, -1], line[0, -1])
    assert (shown.places[0, :, None] - line[0, None, 1:4]).norm(dim=2).min(dim=0).values.max() < 0.05
    assert torch.equal(shown.places[0, int(SHARE * HORIZON) + 2], shown.places[0, -1])


def test_the_world_lets_everybody_walk_as_shown() -> None:
    generator = torch.Generator().manual_seed(0)
    for shown in sample(200, generator):
        assert shown.velocities.abs().max() <= FASTEST
        torch.testing.assert_close(move(shown.states, shown.velocities), shown.places[:, 1:])


def test_two_demonstrations_of_a_task_share_its_goal_and_nothing_else() -> None:
    shown, judged = sample(50, torch.Generator().manual_seed(1))
    torch.testing.assert_close(shown.places[:, -1], judged.places[:, -1])
    assert (shown.places[:, 0] - judged.places[:, 0]).norm(dim=1).min() > 0.01
    assert judged.places[:, -1].abs().max() <= REACH


def test_bends_go_to_both_sides_and_keep_their_ends() -> None:
    here, there = torch.tensor([[-0.4, 0.0]]).expand(100, 2), torch.tensor([[0.4, 0.0]]).expand(100, 2)
    shown = bent(here, there, torch.Generator().manual_seed(0))
    highest = shown.places[:, :, 1].max(dim=1).values
    assert 30 < (highest > 0.01).sum() < 70
    torch.testing.assert_close(shown.places[:, 0], here)
    torch.testing.assert_close(shown.places[:, -1], there, atol=1e-5, rtol=0)


def test_a_line_that_goes_nowhere_is_a_stay() -> None:
    place = torch.tensor([[0.3, 0.1]])
    assert torch.equal(straight(place, place).velocities, torch.zeros(1, HORIZON, 2))
