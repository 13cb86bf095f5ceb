"""k-means on points whose clusters are plain to see, and tasks whose classes are clusters."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from demo.tasks.characters import Characters
from demo.tasks.clusters import Clusters, kmeans, nearest
from demo.tasks.omniglot import Part


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_kmeans_finds_what_lies_together() -> None:
    middle = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]]).repeat_interleave(20, dim=0)
    points = middle + 0.1 * torch.randn(60, 2, generator=generator())
    best = min((kmeans(points, 3, generator(seed)) for seed in range(5)), key=lambda found: spread(points, *found))
    cluster, centres = best
    assert all(len(cluster[k : k + 20].unique()) == 1 for k in (0, 20, 40))
    assert len(cluster.unique()) == 3
    for k in range(3):
        torch.testing.assert_close(centres[k], points[cluster == k].mean(dim=0))


def spread(points: torch.Tensor, cluster: torch.Tensor, centres: torch.Tensor) -> float:
    return (points - centres[cluster]).square().sum().item()


def test_every_round_brings_points_nearer_to_their_centres() -> None:
    points = torch.randn(80, 3, generator=generator())
    spreads = [spread(points, *kmeans(points, 6, generator(1), rounds)) for rounds in range(6)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] < spreads[0]


def test_nearest_is_the_nearest() -> None:
    points, centres = torch.randn(40, 3, generator=generator()), torch.randn(5, 3, generator=generator(1))
    assert torch.equal(nearest(points, centres), torch.cdist(points, centres).argmin(dim=1))


def test_more_clusters_than_drawings_is_refused() -> None:
    with pytest.raises(ValueError, match="3 drawings cannot be 4"):
        kmeans(torch.zeros(3, 2), 4, generator())


def test_a_tasks_classes_are_clusters_of_one_sorting() -> None:
    """12 drawings, the d-th of grey d, by two hands; one sorting goes by d // 4, the other by d % 3."""
    grey = np.arange(12, dtype=np.uint8) * 20 + 10
    images = np.repeat(grey, 2 * 28 * 28).reshape(12, 2, 28, 28)
    images[:, :, 0] += 1  # the upper edge, by which turns are known
    drawings = Characters(Part(images, np.zeros(12, np.int64), ("",)), rotations=True)
    number = torch.arange(12)
    pool = Clusters(drawings, [number // 4, number % 3], least=4)
    seen = set()
    for seed in range(20):
        task = pool.sample(3, 1, 2, generator(seed))
        pictures = torch.cat([task.support.unflatten(1, (3, 1)), task.queries.unflatten(1, (3, 2))], dim=2)[0, :, :, 0]
        which = ((pictures[:, :, 14, 14] * 255 - 10) / 20).round().long()  # (N, 3)
        assert all(len(row.unique()) == 3 for row in which), "different drawings of each cluster"
        sortings = [
            len({tuple((by(row)).unique().tolist()) for row in which}) == 3
            and all(len(by(row).unique()) == 1 for row in which)
            for by in (lambda d: d // 4, lambda d: d % 3)
        ]
        assert any(sortings)
        seen.add(tuple(sortings))
        edges = torch.stack(
            [pictures[:, :, 0, 14], pictures[:, :, 14, 0], pictures[:, :, 27, 14], pictures[:, :, 14, 27]]
        )
        turned = (edges > pictures[:, :, 14, 14]).long().argmax(dim=0)
        assert all(len(row.unique()) == 1 for row in turned), "a cluster is turned as one"
    assert len(seen) == 2, "both sortings take their turns"
    assert torch.equal(task.labels, torch.tensor([[0, 1, 2]]))
    assert torch.equal(task.answers, torch.tensor([[0, 0, 1, 1, 2, 2]]))


def test_small_clusters_are_left_out() -> None:
    images = np.zeros((5, 1, 28, 28), np.uint8)
    drawings = Characters(Part(images, np.zeros(5, np.int64), ("",)))
    pool = Clusters(drawings, [torch.tensor([0, 0, 0, 1, 1])], least=3)
    with pytest.raises(ValueError, match="1 clusters are too few for 2"):
        pool.sample(2, 1, 1, generator())
