"""Tasks: disjoint drawings, honest labels, rotations, one alphabet; and splits that share no character."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from demo.tasks import splits
from demo.tasks.characters import Characters
from demo.tasks.omniglot import DataError
from demo.tasks.splits import VALIDATION, Split, lake
from tests import doodles


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def pool(tiny_split: Split) -> Characters:
    return tiny_split.pool("evaluation")


def place(pool: Characters, image: torch.Tensor) -> tuple[int, int]:
    """(character, drawing) of an image (1, 28, 28)."""
    same = (pool.images == (image[0] * 255).round().to(torch.uint8)).all(dim=-1).all(dim=-1)
    (number,) = same.nonzero()[:, 0].tolist()
    ((character, drawn, _),) = (pool.table == number).nonzero().tolist()
    return character, drawn


def test_classes_differ_and_drawings_are_used_once(pool: Characters) -> None:
    episodes = pool.sample(4, ways=3, shots=2, queries=3, generator=generator())
    assert episodes.support.shape == (4, 6, 1, 28, 28)
    assert episodes.queries.shape == (4, 9, 1, 28, 28)
    for task in range(4):
        class_of: dict[int, int] = {}
        seen = set()
        for images, labels in (
            (episodes.support[task], episodes.labels[task]),
            (episodes.queries[task], episodes.answers[task]),
        ):
            for image, label in zip(images, labels.tolist(), strict=True):
                found = place(pool, image)
                assert found not in seen
                seen.add(found)
                assert class_of.setdefault(label, found[0]) == found[0]
        assert sorted(class_of) == [0, 1, 2]
        assert len(set(class_of.values())) == 3


def test_same_seed_same_tasks(pool: Characters) -> None:
    one, again, other = (pool.sample(2, 3, 1, 1, generator(seed)).support for seed in (5, 5, 6))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_same_alphabet(pool: Characters) -> None:
    episodes = pool.sample(20, ways=2, shots=1, queries=1, generator=generator(), same_alphabet=1.0)
    for task in range(20):
        alphabets = {int(pool.alphabet[place(pool, image)[0]]) for image in episodes.support[task]}
        assert len(alphabets) == 1


def test_rotations_are_classes_of_their_own(tiny_split: Split) -> None:
    turned = tiny_split.pool("training")
    characters = len(tiny_split.training.images)
    assert len(turned) == 4 * characters
    one, drawer = torch.tensor([0]), torch.tensor([3])
    upright = turned.drawings(one, drawer, generator())[0, 0]
    for turn in (1, 2, 3):
        again = turned.drawings(one + turn * characters, drawer, generator())[0, 0]
        assert torch.equal(again, torch.rot90(upright, turn))
    assert len(tiny_split.pool("evaluation")) == len(tiny_split.evaluation.images)


def test_too_few_drawings_is_an_error(pool: Characters) -> None:
    with pytest.raises(ValueError, match="more than 20"):
        pool.sample(1, 2, 15, 6, generator())


def test_lake_split_shares_no_alphabet(tiny_split: Split) -> None:
    def names(part: str) -> set[str]:
        chosen = getattr(tiny_split, part)
        return {chosen.names[a] for a in chosen.alphabet}

    assert names("validation") == set(VALIDATION)
    assert names("training").isdisjoint(names("validation"))
    assert names("evaluation").isdisjoint(names("training") | names("validation"))


def test_paper_split_is_disjoint_and_complete(
    omniglot_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splits, "PAPER_TRAINING", 12)
    monkeypatch.setattr(splits, "PAPER_VALIDATION", 3)
    drawn = splits.paper(omniglot_folder, official=False)
    sizes = [len(part.images) for part in (drawn.training, drawn.validation, drawn.evaluation)]
    assert sizes == [9, 3, 6]
    together = np.concatenate([drawn.training.images, drawn.validation.images, drawn.evaluation.images])
    assert len({character.tobytes() for character in together}) == 18
    again = splits.paper(omniglot_folder, official=False)
    assert np.array_equal(again.training.images, drawn.training.images)


def test_split_without_the_validation_alphabets_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKETCHBOOK_CACHE", str(tmp_path / "cache"))
    doodles.write_part(tmp_path, "images_background", {"Loops": 1})
    with pytest.raises(DataError, match="Bengali"):
        lake(tmp_path, official=False)
