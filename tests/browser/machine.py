"""The served app and a Chromium, for the tests here and for the benchmarks."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.servers import Server, free_ports

# Without these Chromium phones home, which on a machine without a network only costs time.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def served(log: Path) -> Iterator[str]:
    """Serves the app as `make run` does, and gives its address, http://localhost:PORT, when it answers.

    Raises RuntimeError, with what the server said, if it does not start.
    """
    server = Server(free_ports(1)[0], log)
    server.start()
    try:
        server.await_answer()
        yield server.url
    finally:
        server.stop()


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Debian's Chromium where there is one, else Playwright's own. Raises RuntimeError if there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(playwright), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


def _chromium(playwright: Playwright) -> str:
    for path in ("/usr/bin/chromium", shutil.which("chromium"), playwright.chromium.executable_path):
        if path and os.access(path, os.X_OK):
            return path
    raise RuntimeError("no Chromium: `apt-get install chromium`, or `python -m playwright install chromium`")
