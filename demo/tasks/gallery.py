"""What training sees beyond Omniglot's own drawings: the same characters by other hands, and doodles.

Strangers' doodles differ from characters carefully copied once. `hands` draws every picture anew, distorted
(`demo.tasks.distort`); `doodles` draws things that do not exist (`demo.tasks.doodles`). Both are drawn from
fixed seeds, before normalisation, and cached.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from demo.tasks import cache, distort, drawing, omniglot, tracing
from demo.tasks.distort import HASTY, STEADY, WILD
from demo.tasks.doodles import Thing
from demo.tasks.omniglot import DRAWERS, SIDE, Part

HANDS = (*(STEADY,) * 5, *(HASTY,) * 3)  # further versions of every drawing
# How many things, the seed, and whose hand. Those for validation are drawn so wildly that a learner about as
# good on characters as OpenAI's page has as much trouble with them as that page has with strangers' doodles.
DOODLES = {"training": (1600, 1, HASTY), "validation": (300, 2, WILD)}

_VERSION = f"{drawing.IMAGE_SIDE} {drawing.INK_SIDE} {drawing.PEN_WIDTH} {drawing.SMALLEST_INK} v1"


def hands(source: Path, part: str, progress: bool = True) -> NDArray[np.uint8]:
    """Every drawing of a part by `HANDS` other hands: (C, 20, len(HANDS), 28, 28), in the order of `omniglot.load`."""

    def make() -> cache.Arrays:
        drawn: dict[str, list[NDArray[np.uint8]]] = {}
        pictures = sorted(omniglot.pictures(source, part), key=lambda picture: _place(picture[0]))
        for number, (name, ink) in enumerate(tqdm(pictures, f"{part} by other hands", disable=not progress)):
            segments = drawing.visible_segments(tracing.trace(ink))
            rng = np.random.default_rng((number, len(part)))
            versions = [_image(distort.distort(segments, hand, rng), SIDE) for hand in HANDS]
            drawn.setdefault(name.rsplit("/", 1)[0], []).append(np.stack(versions))
        return {"images": np.stack([np.stack(drawings) for drawings in drawn.values()])}

    recipe = f"{omniglot.digest(source, part)} {HANDS} {_VERSION}"
    images: NDArray[np.uint8] = cache.kept(f"{part}-hands", recipe, make)["images"].astype(np.uint8, copy=False)
    return images


def doodles(which: str, progress: bool = True) -> Part:
    """Things that do not exist, 20 drawings of each, as characters of one alphabet: "training" or "validation"."""
    count, seed, hand = DOODLES[which]

    def make() -> cache.Arrays:
        rng = np.random.default_rng(seed)
        images = np.empty((count, DRAWERS, drawing.IMAGE_SIDE, drawing.IMAGE_SIDE), np.uint8)
        for thing in tqdm(range(count), f"Doodles for {which}", disable=not progress):
            invented = Thing.invent(rng)
            images[thing] = [_image(invented.draw(rng, hand), 1) for _ in range(DRAWERS)]
        return {"images": images}

    images = cache.kept(f"doodles-{which}", f"{count} {seed} {hand} {_VERSION}", make)["images"]
    return Part(images.astype(np.uint8, copy=False), np.zeros(count, np.int64), ("Doodles",))


def _place(name: str) -> tuple[str, str, int]:
    """ALPHABET/characterNN/IIII_DD as `omniglot.load` sorts: alphabet, character, drawer."""
    alphabet, character, picture = name.split("/")
    return alphabet, character, int(picture.rsplit("_", 1)[1])


def _image(segments: drawing.Segments, canvas_side: float) -> NDArray[np.uint8]:
    image: NDArray[np.uint8] = (drawing.render(drawing.normalise(segments, canvas_side)) * 255).round().astype(np.uint8)
    return image
