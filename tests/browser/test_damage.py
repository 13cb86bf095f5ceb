"""The server with damaged weights: it starts, names the file, and the learners that are whole answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import pens
from tests.browser.machine import served
from tests.damage import DAMAGES, DRAWN, damaged
from tests.pages.visit import WHOLE

pytestmark = pytest.mark.browser


def test_the_server_starts_names_the_file_and_the_others_answer(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = damaged(tmp_path)
    monkeypatch.setenv("SKETCHBOOK_WEIGHTS", str(place))
    with served(tmp_path / "server.log") as url:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{url}/?learner={WHOLE}")
        pens.ready(page)
        pens.erase_all(page)
        for pad, strokes in zip(pens.PADS, ([pens.CIRCLE], pens.CROSS, [pens.ZIGZAG], pens.CROSS), strict=True):
            pens.draw(page, pad, *strokes)
        pens.expect_answer(page)
        assert not page.get_by_role("alert").count()
        for name in ("reptile", "prototypical"):
            page.goto(f"{url}/?learner={name}")
            alert = page.get_by_role("alert")
            expect(alert).to_contain_text(f"{name}.safetensors")
            expect(alert).not_to_contain_text(str(place))
            expect(alert).to_contain_text(DAMAGES[DRAWN[name]])
        context.close()
    assert "Traceback" not in (tmp_path / "server.log").read_text()
