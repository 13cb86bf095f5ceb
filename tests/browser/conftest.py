"""The running app and a real Chromium for the tests beside this file.

`server` serves the app as `make run` does, once a session; `browser` is Debian's
Chromium where there is one, else Playwright's own. A missing browser is a failure, never a skip.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90  # a cold start on a busy machine
PATIENCE = 20_000  # milliseconds a test waits for what it expects

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

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running app, http://localhost:PORT."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "streamlit.log"
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
    for _ in range(START_SECONDS * 10):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass  # not listening yet
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the app did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(playwright), args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


def _chromium(playwright: Playwright) -> str:
    for path in ("/usr/bin/chromium", shutil.which("chromium"), playwright.chromium.executable_path):
        if path and os.access(path, os.X_OK):
            return path
    pytest.fail("no Chromium: `apt-get install chromium`, or `python -m playwright install chromium`")


@pytest.fixture
def open_page(server: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a path of the app in a fresh session; `script` runs before its own; options are Playwright's.

    At the end of the test no page may show a traceback, and none may have thrown a JavaScript error.
    """
    pages: list[Page] = []
    errors: list[str] = []

    def open_at(path: str = "/", script: str = "", **options: object) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
        page.add_init_script(script)
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        page.goto(server + path)
        return page

    yield open_at
    broken = [text for page in pages for text in page.locator(".stException").all_inner_texts()]
    for page in pages:
        page.context.close()
    assert not broken, broken
    assert not errors, errors


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The app's first page at 1280 x 900."""
    return open_page()
