"""The flat picture of features: what must not change it, and what it must keep."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from demo.lessons.projection import project


@pytest.fixture
def features() -> NDArray[np.float64]:
    """Four steps of six drawings in seven dimensions, with spreads of their own along each."""
    return np.random.default_rng(0).normal(size=(4, 6, 7)) * [9, 5, 2, 1, 1, 1, 1]


def test_distances_in_a_plane_are_kept_exactly() -> None:
    rng = np.random.default_rng(1)
    flat = rng.normal(size=(3, 5, 2))
    basis = np.linalg.qr(rng.normal(size=(6, 2)))[0]
    found = project(flat @ basis.T + rng.normal(size=6))

    def distances(x: NDArray[np.float64]) -> NDArray[np.float64]:
        points: NDArray[np.float64] = x.reshape(-1, 2)
        return np.asarray(np.linalg.norm(points[:, None] - points[None], axis=-1))

    np.testing.assert_allclose(distances(found.places), distances(flat), atol=1e-10)
    assert found.shares.sum() == pytest.approx(1)


def test_shares_are_those_of_the_covariances_eigenvalues(features: NDArray[np.float64]) -> None:
    eigenvalues = np.linalg.eigvalsh(np.cov(features.reshape(-1, 7).T))[::-1]
    found = project(features)
    np.testing.assert_allclose(found.shares, eigenvalues[:2] / eigenvalues.sum())
    spread = found.places.reshape(-1, 2)
    np.testing.assert_allclose(spread.var(axis=0, ddof=1), eigenvalues[:2])
    np.testing.assert_allclose(spread.mean(axis=0), 0, atol=1e-12)
    assert (spread[:, 0] * spread[:, 1]).sum() == pytest.approx(0, abs=1e-9)  # the axes have nothing in common


def test_turning_mirroring_and_shifting_the_features_changes_nothing(features: NDArray[np.float64]) -> None:
    rng = np.random.default_rng(2)
    turn = np.linalg.qr(rng.normal(size=(7, 7)))[0]
    for moved in (features @ turn, -features, features + rng.normal(size=7)):
        np.testing.assert_allclose(project(moved).places, project(features).places, atol=1e-10)


def test_scaling_the_features_scales_the_places(features: NDArray[np.float64]) -> None:
    np.testing.assert_allclose(project(3 * features).places, 3 * project(features).places, atol=1e-10)
    np.testing.assert_allclose(project(3 * features).shares, project(features).shares)


def test_the_order_of_the_other_drawings_only_changes_the_order_of_places(features: NDArray[np.float64]) -> None:
    order = [0, 4, 2, 5, 1, 3]
    np.testing.assert_allclose(project(features[:, order]).places, project(features).places[:, order], atol=1e-10)


def test_what_stands_still_in_the_network_stands_still_on_the_page(features: NDArray[np.float64]) -> None:
    features[:, 3] = features[0, 3]
    places = project(features).places
    np.testing.assert_allclose(places[:, 3], places[:1, 3].repeat(4, axis=0), atol=1e-10)


def test_the_first_drawing_starts_at_the_left_and_above(features: NDArray[np.float64]) -> None:
    x, y = project(features).places[0, 0]
    assert x < 0 < y


@pytest.mark.parametrize("steps, drawings", [(1, 1), (1, 2), (3, 1)])
def test_too_little_for_two_directions_is_no_error(steps: int, drawings: int) -> None:
    found = project(np.random.default_rng(3).normal(size=(steps, drawings, 5)))
    assert found.places.shape == (steps, drawings, 2)
    assert np.isfinite(found.places).all()
    assert found.shares.sum() == pytest.approx(0 if steps * drawings == 1 else 1)


def test_the_same_everywhere_is_one_place() -> None:
    found = project(np.ones((2, 3, 4)))
    assert (found.places == 0).all()
    assert (found.shares == 0).all()


def test_what_is_not_finite_has_no_place_and_spoils_no_others(features: NDArray[np.float64]) -> None:
    broken = np.concatenate([features, np.full((1, 6, 7), np.inf)])
    found = project(broken)
    np.testing.assert_allclose(found.places[:4], project(features).places)
    assert np.isnan(found.places[4]).all()
