"""What has been made of a drawing is at hand as long as the drawing is, and goes with it.

`functools.lru_cache` would hold on to the drawings: to those of visitors who have left, and to every half of a
stroke that a pen has reported.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

from demo.tasks.drawing import Drawing

T = TypeVar("T")


class Recall(Generic[T]):
    """The function `make` of a drawing, which is asked once, for any number of threads; raises what it raises.

    The same object every time. Of more than `most` drawings the first ones' are let go of, and made anew.
    """

    def __init__(self, make: Callable[[Drawing], T], most: int) -> None:
        self._make, self._most = make, most
        self._made: OrderedDict[int, tuple[ref[Drawing], T]] = OrderedDict()  # by their drawings' identities

    def __call__(self, drawing: Drawing) -> T:
        key, made = id(drawing), self._made
        if (found := made.get(key)) is not None:
            return found[1]
        result = self._make(drawing)
        # No lock: each of these is one step of the interpreter; and a drawing's identity is free only after it is told.
        made[key] = ref(drawing, lambda _: made.pop(key, None)), result
        while len(made) > self._most:
            made.popitem(last=False)
        return result

    def __len__(self) -> int:
        """Drawings that are remembered."""
        return len(self._made)
