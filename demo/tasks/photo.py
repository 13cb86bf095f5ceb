"""From a photograph or picture of a drawing to strokes on the pad.

The paper's brightness is estimated all over the picture (grey-scale closing: what is darker than all around
and no wider than a pen is taken for ink), so that shadows and lamps do not matter. What is clearly darker is
ink; chalk on a board, lighter than its ground, is turned round first. The ink is thinned and traced like
Omniglot's pictures (`demo.tasks.tracing`), which takes the pen's width out of it.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray
from skimage.filters import apply_hysteresis_threshold, gaussian
from skimage.measure import label, regionprops
from skimage.morphology import closing, erosion, footprint_rectangle
from skimage.transform import resize

from demo.limits import MAX_POINTS, MAX_STROKES
from demo.tasks.drawing import Drawing
from demo.tasks.pad import SIDE, on_pad
from demo.tasks.picture import Ink, Photo, PhotoError, decode
from demo.tasks.tidying import tidied
from demo.tasks.tracing import trace

INK_ON_PAD = 220.0  # canvas units: the ink's larger side
PEN_ON_PAD = 12.0  # canvas units: a photographed pen is never blown up beyond this, so that a dot stays one
FAINTEST = 0.15  # of the paper's brightness: less contrast is no ink
LEAST_INK = 200  # pixels of a thin and small drawing; a quarter is a dot
COARSE_SIDE = 160  # pixels: in which the paper is looked at
REACHES = (3, 5, 9, 17, 25)  # pixels of these: widths of lines to look for
WIDEST = 0.16  # of the picture's larger side: ink that is wider would be taken for paper

Grey = NDArray[np.float32]  # (H, W), black 0, white 1

_decoding = threading.Lock()
"""One picture at a time: a large one takes 200 MB for a moment."""


def read(content: bytes) -> Photo:
    """The drawing in a PNG, JPEG or WebP picture; raises `PhotoError`."""
    with _decoding:
        picture = decode(content)
    ink, pen = find_ink((picture / np.float32(255)).astype(np.float32))
    return Photo(picture, ink, _strokes(ink, pen))


def find_ink(grey: Grey) -> tuple[Ink, float]:
    """Where there is ink, and the pen's width in pixels; raises `PhotoError` if there is none."""
    smooth = gaussian(grey, 1.0)
    scale = min(1.0, COARSE_SIDE / max(grey.shape))
    coarse = resize(smooth, [max(1, round(side * scale)) for side in grey.shape], anti_aliasing=True)
    darkest = 0.05
    if _lighter(coarse):
        smooth, coarse, darkest = 1 - smooth, 1 - coarse, 0.5  # a board is dark
    paper = resize(_paper(coarse), grey.shape)
    contrast = (paper - smooth) / np.maximum(paper, darkest)
    strength = float(np.sort(contrast, axis=None)[-LEAST_INK:].mean())
    noise = (
        float(np.median(np.abs(np.diff(grey)))) * 0.3 / max(float(np.quantile(paper, 0.05)), darkest)
    )  # once smoothed
    if strength < max(FAINTEST, 8 * noise):
        raise PhotoError("blank", "there is no ink on the picture that stands out from its paper")
    ink, pen = _cleaned(apply_hysteresis_threshold(contrast, 0.4 * strength, 0.6 * strength))
    if ink.sum() < LEAST_INK / 4:
        raise PhotoError("blank", "there is nothing but specks and edges on the picture")
    return ink, pen


def _lighter(coarse: Grey) -> bool:
    """Whether the ink is lighter than its ground: whether light lines stand out more than dark ones.

    Thin lines are looked for first: what lies between the strokes of a drawing looks like a thick line. Lines
    are there once they make up a fair share of what ink there can be at most.
    """
    widest = min(_lines(coarse, REACHES[-1]), _lines(1 - coarse, REACHES[-1]))
    for reach in REACHES:
        dark, light = _lines(coarse, reach), _lines(1 - coarse, reach)
        if max(dark, light) >= 0.3 * widest:
            break
    return light > 1.5 * dark  # nearly the same: noise on a blank sheet, which is rather paper


def _lines(coarse: Grey, reach: int) -> float:
    """How much there is of dark lines no wider than `reach`, away from the rim, where the paper may end."""
    top, left = (side // 8 for side in coarse.shape)
    return float(((_shut(coarse, reach) - coarse)[top:-top, left:-left] ** 2).sum())


def _shut(coarse: Grey, reach: int) -> Grey:
    """Without whatever is dark and narrower than `reach`."""
    shut: Grey = closing(coarse, footprint_rectangle((reach, reach), decomposition="separable"))
    return shut


def _paper(coarse: Grey) -> Grey:
    """The paper's brightness, under the ink as well.

    Along the edges of paper and shadows it is rather too dark, so that no edge is taken for a line.
    """
    reach = round(WIDEST * max(coarse.shape)) | 1  # odd
    paper: Grey = gaussian(erosion(_shut(coarse, reach), footprint_rectangle((5, 5))), 1.0).astype(np.float32)
    return paper


def _cleaned(ink: Ink) -> tuple[Ink, float]:
    """Without specks and without the edges of paper and table; and the pen's width."""
    numbers = label(ink, connectivity=2)
    parts = regionprops(numbers)
    rim = np.zeros(ink.shape, bool)
    rim[[0, -1]] = rim[:, [0, -1]] = True
    along = np.bincount(numbers[rim], minlength=len(parts) + 1)  # pixels on the picture's rim
    inner = [part for part in parts if along[part.label] < 0.12 * rim.sum()]
    apart = [part for part in inner if not along[part.label]]
    wide = any(max(np.subtract(part.bbox[2:], part.bbox[:2]) / ink.shape) > 0.5 for part in inner)
    if not wide or sum(part.area for part in apart) > 0.5 * sum(part.area for part in inner):
        inner = apart  # what touches the rim counts only where a drawing has been cut out close
    if not inner:
        return np.zeros_like(ink), 0.0
    largest = max(inner, key=lambda part: part.area)
    half = largest.perimeter / 2  # of a line as long as it is, with round ends: area = pen * half - pi / 4 * pen^2
    pen = float(2 / np.pi * (half - np.sqrt(max(half**2 - np.pi * largest.area, 0))))
    kept = [part.label for part in inner if part.area > max(8, pen * pen / 2)]
    return np.isin(numbers, kept), pen


def _strokes(ink: Ink, pen: float) -> Drawing:
    """Long strokes along the middle of the ink, centred on the pad; raises `PhotoError` if they are too many."""
    rows, columns = np.nonzero(ink)
    margin = 2 + int(pen)
    cut = np.pad(ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1], margin)
    rounded = gaussian(cut.astype(np.float32), pen / 5) > 0.5 if pen > 4 else cut  # rough ink has bristly skeletons
    lines = tidied(trace(rounded), 0.6 * pen, tolerance=max(cut.shape) / SIDE * 0.6)
    if len(lines.strokes) > MAX_STROKES or sum(map(len, lines.strokes)) > MAX_POINTS:
        raise PhotoError("busy", "there is too much ink on the picture for one drawing")
    if not lines.strokes:
        raise PhotoError("blank", "there is nothing but specks on the picture")
    points = np.concatenate(lines.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = min(INK_ON_PAD / max(float((high - low).max()), 1.0), PEN_ON_PAD / pen)
    centred = [((stroke - (low + high) / 2) * scale + SIDE / 2).astype(np.float32) for stroke in lines.strokes]
    return on_pad(Drawing(SIDE, SIDE, tuple(centred)))
