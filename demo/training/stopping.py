"""Being asked to stop: Ctrl-C and SIGTERM let the meta-step that is under way come to its end, and be kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Training has stopped because it was asked to; `signal` is the number by which."""

    def __init__(self, number: int, words: str) -> None:
        super().__init__(f"{words}: go on with the same command and --resume")
        self.signal = number or signal.SIGTERM  # 0: it came to another rank


@dataclass
class Asked:
    """signal: the last one that came; 0 while none has."""

    signal: int = 0


@contextmanager
def listening() -> Iterator[Asked]:
    """Notes signals instead of ending the process. Outside the main thread nothing can be noted, and nothing is."""
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def note(number: int, _: FrameType | None) -> None:
        asked.signal = number

    before = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
