"""The running app and a real Chromium for the tests beside this file, once a session.

A missing browser is a failure, never a skip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.machine import launched, served

PATIENCE = 20_000  # milliseconds a test waits for what it expects

expect.set_options(timeout=PATIENCE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="FOLDER", help="keep the lecture's pictures here")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running app, http://localhost:PORT."""
    with served(tmp_path_factory.mktemp("server") / "server.log") as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


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
