"""Random tasks: a function of the seed, the smaller within the larger, and the same to pen and network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pooch
import pytest

from demo.tasks import SOURCES, making, taskfile
from demo.tasks.drawing import to_image
from demo.tasks.making import LETTERS, Doodles, Examples, Omniglot, Source
from demo.tasks.omniglot import DataError


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest, omniglot_folder: Path, cache: Path) -> Source:
    if request.param == "omniglot":
        return Omniglot(omniglot_folder, official=False)
    return making.opened(request.param)


def test_the_same_seed_gives_the_same_task_and_another_seed_another(source: Source) -> None:
    one, again, other = (source.make(4, 2, seed) for seed in (7, 7, 8))
    assert one.names == again.names
    assert one.order == again.order
    np.testing.assert_array_equal(one.support, again.support)
    np.testing.assert_array_equal(one.queries, again.queries)
    assert not np.array_equal(one.support, other.support)


def test_a_larger_task_begins_with_the_smaller_one(source: Source) -> None:
    small, large = source.make(3, 1, 5), source.make(5, 4, 5)
    assert large.names[:3] == small.names
    np.testing.assert_array_equal(large.queries[:3], small.queries)
    np.testing.assert_array_equal(large.support[:3, :1], small.support)


def test_classes_differ_and_no_drawing_comes_twice(source: Source) -> None:
    made = source.make(5, 5, 2)
    assert (made.ways, made.shots) == (5, 5)
    assert len(set(made.names)) == 5
    pictures = np.concatenate([made.queries[:, None], made.support], axis=1).reshape(30, -1)
    assert len(np.unique(pictures, axis=0)) == 30
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert (pictures.max(axis=1) > 0.5).all(), "every picture has ink"


def test_strokes_give_the_pictures_that_the_network_sees(source: Source) -> None:
    made = source.make(3, 2, 1)
    task = made.task()
    np.testing.assert_allclose(
        [[to_image(drawing) for drawing in drawings] for drawings in task.drawings], made.support, atol=0.003
    )
    for query in task.queries:
        n = made.names.index(str(query.label))
        np.testing.assert_allclose(to_image(query.drawing), made.queries[n], atol=0.003)
    assert sorted(made.order) == [0, 1, 2]


def test_a_made_task_can_be_kept_as_a_file(source: Source) -> None:
    task = source.make(2, 1, 3).task()
    again = taskfile.loads(taskfile.dumps(task))
    assert again.labels == task.labels
    assert [query.label for query in again.queries] == [query.label for query in task.queries]


def test_more_classes_than_there_are_is_refused(source: Source) -> None:
    limit = source.limit()
    assert source.make(limit, 1, 0).ways == limit
    with pytest.raises(ValueError, match=f"2 to {limit} classes"):
        source.make(limit + 1, 1, 0)


def test_limits_and_names() -> None:
    assert Examples().limit() == 18
    assert Doodles().limit() == 20
    assert Doodles().make(20, 1, 0).names == tuple(LETTERS)


def test_one_alphabet_is_one_with_enough_characters(omniglot_folder: Path, cache: Path) -> None:
    source = Omniglot(omniglot_folder, official=False)  # Knots has three characters, Waves two
    assert source.limit() == 5
    assert source.limit(one_alphabet=True) == 3
    alphabets = set()
    for seed in range(10):
        names = source.make(2, 1, seed, one_alphabet=True).names
        [alphabet] = {name.split()[0] for name in names}
        alphabets.add(alphabet)
        assert {name.split()[0] for name in source.make(3, 1, seed, one_alphabet=True).names} == {"Knots"}
    assert alphabets == {"Knots", "Waves"}


def test_omniglot_is_found_where_it_is_and_never_fetched(
    omniglot_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pooch, "retrieve", lambda *_, **__: pytest.fail("must not download"))
    monkeypatch.setenv("OMNIGLOT_DIR", str(tmp_path))
    making.opened.cache_clear()
    assert making.omniglot_folder() is None
    assert not making.omniglot_ready()
    with pytest.raises(DataError, match="OMNIGLOT_DIR"):
        making.opened("omniglot")
    monkeypatch.setenv("SKETCHBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OMNIGLOT_DIR", str(omniglot_folder))
    assert making.omniglot_folder() == omniglot_folder
    assert not making.omniglot_ready(), "there, but not normalised yet"
    Omniglot(omniglot_folder, official=False)
    assert making.omniglot_ready()
