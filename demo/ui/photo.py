"""Pictures and photographs of drawings, shown as they are understood before they go on a pad."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from demo.limits import PHOTO_LEAST_SIDE, PHOTO_MEGABYTES, PHOTO_MEGAPIXELS
from demo.tasks.drawing import Drawing, to_image
from demo.tasks.picture import Ink, Photo, PhotoError
from demo.ui.upload import upload
from demo.ui.words import say

STYLE = Path(__file__).resolve().parents[2] / "assets" / "photo.css"
SIDE = 224  # pixels of the pictures shown, 8 for each that the network sees

_LAST = "photo-last"

Use = Callable[[int, Drawing], None]


@dataclass(frozen=True)
class _Read:
    """A file, by its id, and what was found on it: read once, however often the page runs."""

    file: str
    found: Photo | PhotoError


def show_photo_import(names: Sequence[str], use: Use) -> None:
    """A place to upload a picture, what was found on it, and a button for every pad, by `names`.

    use: called with the pad's place among `names` and the drawing before the run that the button causes.
    """
    with st.container(key="photo-body"):
        st.html(STYLE)
        st.caption(say("photo.what", megabytes=PHOTO_MEGABYTES))
        file = upload(
            say("photo.menu"),
            say("photo.choose"),
            key="photo-upload",
            type=["png", "jpg", "jpeg", "webp"],
            max_upload_size=PHOTO_MEGABYTES,
            label_visibility="collapsed",
        )
        if file is None:
            st.session_state.pop(_LAST, None)
            return
        found = _found(file.file_id, file.getvalue())
        if isinstance(found, PhotoError):
            reason = say(
                f"photo.error.{found.reason}",
                megabytes=PHOTO_MEGABYTES,
                megapixels=PHOTO_MEGAPIXELS,
                pixels=PHOTO_LEAST_SIDE,
            )
            st.error(reason, icon=":material/image_not_supported:")
            return
        _show(found)
        with st.container(key="photo-use", horizontal=True, gap="small"):
            for place, name in enumerate(names):
                text = say("photo.use", name=name)
                st.button(text, key=f"photo-use-{place + 1}", on_click=use, args=(place, found.drawing))


def _found(file: str, content: bytes) -> Photo | PhotoError:
    from demo.tasks.photo import read  # half a second of image processing that no first paint should wait for

    last: _Read | None = st.session_state.get(_LAST)
    if last is None or last.file != file:
        try:
            last = _Read(file, read(content))
        except PhotoError as error:
            last = _Read(file, error)
        st.session_state[_LAST] = last
    return last.found


def _show(photo: Photo) -> None:
    seen = (to_image(photo.drawing) * 255).astype(np.uint8)
    pictures = {
        say("photo.picture"): _square(photo.picture, int(np.median(photo.picture))),
        say("photo.ink"): _square(_on_paper(photo.ink), 255),
        say("photo.seen"): seen.repeat(SIDE // len(seen), 0).repeat(SIDE // len(seen), 1),
    }
    with st.container(key="photo-pictures"):
        for caption, picture in pictures.items():
            st.image(picture, caption=caption, width="stretch", output_format="PNG", alt=caption)


def _on_paper(ink: Ink) -> NDArray[np.uint8]:
    return np.where(ink, 27, 255).astype(np.uint8)


def _square(picture: NDArray[np.uint8], ground: int) -> NDArray[np.uint8]:
    """The picture on a square ground of its own, so that all three stand in line."""
    height, width = picture.shape
    side = max(height, width)
    square = np.full((side, side), ground, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = picture
    return square
