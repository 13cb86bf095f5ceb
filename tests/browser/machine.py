"""The served app and a Chromium, for the tests here and for the benchmarks."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90  # a cold start on a busy machine

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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "demo.server", "--port", str(port)],
            cwd=ROOT,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://localhost:{port}"
        _await_health(process, f"{url}/_stcore/health", log)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await_health(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(START_SECONDS * 20):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass  # not listening yet
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"the app did not start:\n{log.read_text(errors='replace')}")


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
