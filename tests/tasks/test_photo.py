"""A photographed drawing is the drawing; whatever holds none, or too much, is refused in words."""

from __future__ import annotations

import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.tasks.drawing import Drawing, to_image
from demo.tasks.pad import SIDE, on_pad
from demo.tasks.photo import read
from demo.tasks.picture import WORK_SIDE, PhotoError
from demo.tasks.sharing import encode
from demo.tasks.taskfile import Query, Task
from demo.ui import examples
from demo.ui.answers import answer_all
from demo.ui.sheet import same
from tests.photos import Picture, encoded, photograph

SHEETS = examples.sheets()
HOUSE, TREE, FISH, OTHER_FISH = (SHEETS["house-tree-fish"].drawings[p] for p in SHEETS["house-tree-fish"].places)
DOT = Drawing.of(SIDE, SIDE, [[[140, 140]]])


def difference(one: Drawing, other: Drawing) -> float:
    """Of what the network sees; ink covers about 0.2."""
    return float(np.abs(to_image(one) - to_image(other)).mean())


@pytest.mark.parametrize("turn", [0, 1])  # every scene meets two examples, and every example two scenes
@pytest.mark.parametrize(
    "number, scene, pen, chalk",
    [
        (0, "", 7, False),
        (1, "", 7, True),
        (2, "", 20, False),  # a thick marker
        (3, "lines", 2.5, False),  # a ball pen
        (4, "shadow", 7, False),
        (5, "table", 5, False),
    ],
)
def test_a_photograph_is_the_drawing(number: int, scene: str, pen: float, chalk: bool, turn: int) -> None:
    sheet = [*SHEETS.values()][(number + turn) % len(SHEETS)]
    drawn = sheet.drawings[sheet.queries[0]]
    ink, paper = (0.9, 0.2) if chalk else (0.15, 0.85)
    found = read(encoded(photograph(drawn, scene, pen=pen, ink=ink, paper=paper))).drawing
    assert difference(found, drawn) < (0.06 if pen == 20 else 0.04)


def test_another_drawing_is_not() -> None:
    """The yardstick for the test above."""
    assert difference(read(encoded(photograph(HOUSE))).drawing, FISH) > 0.15


@pytest.mark.parametrize("chalk", [False, True])
def test_photographs_are_recognised_as_the_drawings_are(chalk: bool) -> None:
    ink, paper = (0.9, 0.2) if chalk else (0.15, 0.85)
    photos = [read(encoded(photograph(d, ink=ink, paper=paper))).drawing for d in (HOUSE, TREE, FISH, OTHER_FISH)]
    images = [to_image(drawing) for drawing in photos]
    (found,) = answer_all("maml", [0, 1, 2], images, 5)
    assert found.probabilities[-1].argmax() == 2
    assert found.probabilities[-1].max() > 0.8


def test_the_drawing_is_one_of_the_pads() -> None:
    drawing = read(encoded(photograph(HOUSE))).drawing
    assert (drawing.width, drawing.height) == (SIDE, SIDE)
    assert same(drawing, on_pad(drawing))
    points = np.concatenate(drawing.strokes)
    assert points.min() > 0
    assert points.max() < SIDE
    assert len(drawing.strokes) < 20
    assert len(encode(Task(("A", "B"), ((drawing,), (drawing,)), (Query(drawing),)))) < 1200


def test_what_is_shown_stands_upright_and_in_line() -> None:
    photo = read(encoded(photograph(HOUSE, size=(1600, 1200))))
    assert photo.picture.shape == photo.ink.shape == (WORK_SIDE * 3 // 4, WORK_SIDE)
    assert photo.picture[photo.ink].mean() < photo.picture[~photo.ink].mean() - 40


def test_kinds_of_pictures() -> None:
    page = np.full((300, 300), 255, np.uint8)
    page[60:240, 140:152] = page[140:152, 60:240] = 0
    cross = read(encoded(page, "PNG")).drawing
    seen = np.dstack([np.zeros_like(page)] * 3 + [255 - page])  # black on nothing
    for image in (
        PIL.Image.fromarray(page).convert("1"),
        PIL.Image.fromarray(page).convert("RGB"),
        PIL.Image.fromarray(page).convert("P"),
        PIL.Image.fromarray(page.astype(np.uint16) * 257),
        PIL.Image.fromarray(seen),
        PIL.Image.fromarray(np.dstack([np.full_like(page, 255)] * 3 + [255 - page])),  # white on nothing
        PIL.Image.fromarray(seen[..., 2:]),
    ):
        assert difference(read(encoded(image, "PNG")).drawing, cross) < 0.01, image.mode


def test_an_eye_may_be_a_dot_and_dust_is_nothing() -> None:
    photo = photograph(Drawing.of(SIDE, SIDE, [[[60, 60], [220, 60]], [[140, 140]]]), noise=0)
    photo[400:402, 100:102] = 0
    drawing = read(encoded(photo, "PNG")).drawing
    assert len(drawing.strokes) == 2
    assert difference(drawing, Drawing.of(SIDE, SIDE, [[[60, 60], [220, 60]], [[140, 140]]])) < 0.02


def test_a_dot_alone_stays_small() -> None:
    assert to_image(read(encoded(photograph(DOT))).drawing).sum() < 12


def test_ink_on_the_rim_counts_where_there_is_no_other() -> None:
    page = np.full((300, 300), 255, np.uint8)
    page[:, 145:155] = page[145:155] = 0  # a cross, cut out close
    drawing = read(encoded(page, "PNG")).drawing
    assert difference(drawing, Drawing.of(9, 9, [[[1, 5], [9, 5]], [[5, 1], [5, 9]]])) < 0.03


@pytest.mark.parametrize(
    "picture",
    [
        photograph(Drawing(SIDE, SIDE)),
        photograph(Drawing(SIDE, SIDE), "shadow"),
        photograph(Drawing(SIDE, SIDE), "table"),
        photograph(Drawing(SIDE, SIDE), noise=0.1),
        photograph(HOUSE, ink=0.82),
        np.zeros((200, 200), np.uint8),
        np.full((200, 200), 255, np.uint8),
    ],
)
def test_no_ink_is_said(picture: Picture) -> None:
    with pytest.raises(PhotoError, match="picture") as refusal:
        read(encoded(picture))
    assert refusal.value.reason == "blank"


def test_more_than_one_drawing_is_said() -> None:
    page = np.full((640, 640), 255, np.uint8)
    for y in range(10, 620, 24):
        for x in range(10, 620, 24):
            page[y : y + 7, x : x + 7] = 0
    with pytest.raises(PhotoError) as refusal:
        read(encoded(page, "PNG"))
    assert refusal.value.reason == "busy"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of what is odd about a file
@settings(max_examples=30)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 2**32))
def test_a_broken_file_is_a_picture_or_is_refused(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    content = bytearray(encoded(photograph(HOUSE, size=(48, 36), pen=2), kind, exif=exif))
    for place in rng.integers(0, len(content), 3):
        content[place] = rng.integers(0, 256)
    try:
        drawing = read(bytes(content[: int(rng.choice([len(content), len(content) * rng.random()]))])).drawing
    except PhotoError:
        return
    assert not drawing.empty
