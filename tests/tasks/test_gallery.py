"""Other hands and doodles: drawn from seeds, never empty, and nearer to their own kind than to others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.tasks import cache as caching
from demo.tasks import gallery
from demo.tasks.characters import Characters
from demo.tasks.distort import HASTY, Hand, distort
from demo.tasks.doodles import Thing
from demo.tasks.drawing import IMAGE_SIDE, Segments, normalise, render
from demo.tasks.splits import Split, lake

STILL = Hand(turn=0, stretch=0, shear=0, bend=0, tremble=0, gap=0, cut=0, twice=0)


def a_line(pieces: int = 40) -> Segments:
    points = np.stack([np.linspace(10, 90, pieces + 1), np.full(pieces + 1, 30.0)], axis=1)
    return np.stack([points[:-1], points[1:]], axis=1).astype(np.float32)


def test_a_still_hand_changes_nothing() -> None:
    np.testing.assert_allclose(distort(a_line(), STILL, np.random.default_rng(0)), a_line(), atol=1e-4)


def test_a_hand_that_only_turns_keeps_lengths() -> None:
    turned = distort(a_line(), Hand(turn=1, stretch=0, shear=0, bend=0, tremble=0, gap=0, cut=0, twice=0), seeded(3))
    lengths = np.hypot(*(turned[:, 1] - turned[:, 0]).T)
    np.testing.assert_allclose(lengths, 2.0, rtol=1e-4)
    assert np.ptp(turned[..., 1]) > 1  # it did turn


def test_joined_stays_joined() -> None:
    """Waves bend both ends that meet alike: without gaps, every piece still begins where the last one ends."""
    bent = distort(a_line(), Hand(gap=0, cut=0, twice=0), seeded(1))
    np.testing.assert_array_equal(bent[1:, 0], bent[:-1, 1])


@given(seed=st.integers(0, 2**32 - 1), pieces=st.integers(1, 60))
def test_ink_is_finite_and_more_than_half_is_left(seed: int, pieces: int) -> None:
    ink = distort(a_line(pieces), HASTY, seeded(seed))
    assert np.isfinite(ink).all()
    assert len(ink) >= pieces / 4  # a gap and a cut may each take up to half


def seeded(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(seed=st.integers(0, 2**32 - 1))
def test_every_thing_can_be_drawn(seed: int) -> None:
    rng = seeded(seed)
    image = render(normalise(Thing.invent(rng).draw(rng), 1))
    assert image.shape == (IMAGE_SIDE, IMAGE_SIDE)
    assert 5 < image.sum() < 0.9 * IMAGE_SIDE**2


def test_drawings_of_a_thing_are_alike() -> None:
    """Nearest neighbours by pixels find the thing far more often than chance, 1 in 20."""
    rng = seeded(0)
    things = [Thing.invent(rng) for _ in range(20)]
    first, second = (np.stack([render(normalise(thing.draw(rng), 1)).ravel() for thing in things]) for _ in range(2))
    nearest = ((first[:, None] - second) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == np.arange(20)).mean() > 0.3


@pytest.fixture
def with_hands(omniglot_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Split:
    monkeypatch.setattr(gallery, "DOODLES", {"training": (6, 1, HASTY), "validation": (5, 2, HASTY)})
    return lake(omniglot_folder, official=False, hands=True, progress=False)


def test_hands_are_in_the_order_of_the_drawings(with_hands: Split) -> None:
    """Every drawing's versions are, on average, nearer to it than to the next character's."""
    part = with_hands.training
    assert part.hands is not None
    assert part.hands.shape == (len(part.images), 20, len(gallery.HANDS), IMAGE_SIDE, IMAGE_SIDE)
    drawn, versions = part.images[:, :, None].astype(float), part.hands.astype(float)
    own = np.abs(drawn - versions).mean(axis=(1, 2, 3, 4))
    others = np.abs(np.roll(drawn, 1, axis=0) - versions).mean(axis=(1, 2, 3, 4))
    assert (own < others).all()
    same_drawer = np.abs(drawn - versions).mean()
    next_drawer = np.abs(np.roll(drawn, 1, axis=1) - versions).mean()
    assert same_drawer < next_drawer


def test_the_gallery_has_characters_by_all_hands_and_doodles(with_hands: Split) -> None:
    pool = with_hands.pool("gallery")
    characters = len(with_hands.training.images)
    assert len(pool) == 4 * characters + 6  # doodles stay upright
    assert pool.turn[-6:].tolist() == [0] * 6
    assert pool.table.shape == (characters + 6, 20, 1 + len(gallery.HANDS))
    assert len(pool.table[:characters].unique()) == characters * 20 * (1 + len(gallery.HANDS))
    assert len(pool.table[characters:].unique()) == 6 * 20  # a doodle has one version
    assert len(with_hands.pool("doodles")) == 5
    assert len(with_hands.pool("hasty")) == len(with_hands.validation.images)
    assert isinstance(with_hands.pool("evaluation"), Characters)
    assert with_hands.pool("evaluation").table.shape[2] == 1


def test_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKETCHBOOK_CACHE", str(tmp_path))
    made = []

    def make() -> caching.Arrays:
        made.append(1)
        return {"numbers": np.arange(len(made))}

    one, again, other = (caching.kept("x", recipe, make)["numbers"] for recipe in ("a", "a", "b"))
    assert one.tolist() == again.tolist() == [0]
    assert other.tolist() == [0, 1]
    assert not list(tmp_path.glob("*.partial"))


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKETCHBOOK_CACHE", str(tmp_path))

    def fail() -> caching.Arrays:
        raise RuntimeError("no more ink")

    with pytest.raises(RuntimeError, match="no more ink"):
        caching.kept("x", "a", fail)
    assert not list(tmp_path.iterdir())
