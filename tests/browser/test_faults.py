"""Nothing drawn is ever lost: the server is killed, the tab reloaded, the wire cut, and everything is back.

What is done to the app is given to the steps as a callable: whoever has other ways to die (a replica behind a
proxy, say) calls `faults.survives` with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from demo.tasks.taskfile import loads
from demo.ui.words import say
from tests.browser import pens
from tests.browser.faults import (
    ACROSS,
    CONNECTED,
    DOWN,
    HOOK,
    MARK,
    die_and_rise,
    meet,
    prepare,
    reach_over,
    rename,
    rest,
    rise,
    sleep,
    state,
    strokes,
    survives,
)
from tests.browser.wire import wired
from tests.hall import COOKIE, hall
from tests.servers import Server, free_ports

pytestmark = pytest.mark.browser

FORBIDDEN = """
  Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError"); } });
"""
FULL = """
  Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(free_ports(1)[0], tmp_path_factory.mktemp("mortal") / "server.log")
    rise(server)
    yield server
    server.stop()


@pytest.fixture
def visit(mortal: Server, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a tab of one browser; at the end none may have thrown an error or show one."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    pages: list[Page] = []
    errors: list[str] = []

    def open_at(path: str = "/", base: str = mortal.url, script: str = "") -> Page:
        page = context.new_page()
        page.add_init_script(script)
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        page.goto(base + path)
        return page

    yield open_at
    broken = [text for page in pages for text in page.locator(".stException").all_inner_texts()]
    context.close()
    assert not broken, broken
    assert not errors, errors


MINUTE = 60  # seconds
ADDRESS = "/?learner=reptile&twin=random&steps=9&seen=true&lang=en"


def test_a_killed_server_takes_nothing_with_it(visit: Callable[..., Page], mortal: Server) -> None:
    page = visit(ADDRESS)
    prepare(page)
    survives(page, lambda: die_and_rise(mortal))
    pens.draw(page, "query", ACROSS)  # and the lecture goes on

    def stroke_at_the_moment_and_after() -> None:
        pens.drag(page, "query", ACROSS)
        mortal.kill()
        expect(page.get_by_text(say("keep.away", "en"))).to_be_visible()
        pens.drag(page, "query", DOWN)
        pens.drag(page, pens.cell(1), HOOK)
        rise(mortal)

    meet(page, stroke_at_the_moment_and_after)
    expect(page.get_by_text(say("keep.away", "en"))).to_be_hidden()
    pens.expect_strokes(page, "query", 4)
    pens.expect_strokes(page, pens.cell(1), 2)
    assert strokes(pens.export(page)) == [1, 1, 2, 1, 4]
    pens.expect_answer(page, ways=2)


def test_a_replica_that_dies_takes_nothing_with_it(visit: Callable[..., Page]) -> None:
    with hall(replicas=2) as served:
        page = visit("/?steps=9", base=served.url)
        pens.ready(page)
        pens.draw(page, "query", HOOK)
        rename(page, "A", "castle")
        (number,) = (each["value"] for each in page.context.cookies() if each.get("name") == COOKIE)
        survives(page, served.replicas[int(str(number)) - 1].kill)
        pens.draw(page, "query", ACROSS)


def test_a_reloaded_tab_goes_on_where_it_was(visit: Callable[..., Page]) -> None:
    page = visit("/?live=false")
    pens.ready(page)
    pens.draw(page, "query", ACROSS)
    rename(page, "A", "castle")
    pens.draw(page, "class-3", HOOK)
    before = state(page)
    meet(page, page.reload)
    pens.expect_strokes(page, "query", 3)
    assert state(page) == before
    page.evaluate("WebSocket.prototype.send = () => {}")  # what is drawn now, the server will never hear of
    for pad, stroke in (("class-2", ACROSS), ("query", HOOK)):
        pens.drag(page, pad, stroke)
    meet(page, page.reload)
    pens.expect_strokes(page, "query", 4)
    known = strokes(pens.export(page))
    page.get_by_role("button", name="Erase all").click()
    pens.expect_strokes(page, "query", 0)
    meet(page, page.reload)
    pens.expect_strokes(page, "query", 0)
    meet(page, lambda: page.goto(page.url + "&example=two-five-eight"))  # a link that is opened in this tab
    pens.expect_strokes(page, "query", 2)
    pens.draw(page, "query", ACROSS)
    meet(page, page.reload)
    pens.expect_strokes(page, "query", 3)
    assert known == [each + more for each, more in zip(strokes(loads(before.task)), (0, 1, 0, 1), strict=True)]


def test_a_cut_wire_cuts_off_nothing(visit: Callable[..., Page], mortal: Server) -> None:
    """For a minute, during which one goes on drawing; and once more, while the server is started anew.

    The server keeps a session that is away for two minutes, and Streamlit's frontend tries again at least every four
    seconds: whoever comes back after a minute soon finds the session that was left.
    """
    with wired(mortal.port) as wire:
        page = visit("/", base=wire.url)
        pens.ready(page)
        pens.draw(page, "query", ACROSS)
        mark = page.evaluate(MARK)
        sleep(page, wire)
        page.evaluate("window.cut = performance.now()")
        away, bars = page.get_by_text(say("keep.away", "en")), pens.widths(page)
        for seconds, pad in zip((10, 20, 30, 40, 50, MINUTE), (*pens.PADS, "query", None), strict=True):
            expect(away).to_be_visible()
            if pad is not None:
                pens.drag(page, pad, HOOK)
            page.wait_for_function("most => performance.now() > window.cut + most", arg=1000 * seconds)
        expect(page.locator(CONNECTED)).to_have_count(0)
        assert pens.widths(page) == bars, "nobody has answered"
        wire.mend()
        pens.expect_strokes(page, "query", 5)
        rest(page)
        expect(away).to_be_hidden()
        pens.expect_other_bars(page, bars)
        assert page.evaluate(MARK) == mark, "the server still had the session"
        assert strokes(pens.export(page)) == [4, 4, 4, 5]
        sleep(page, wire)
        pens.drag(page, "class-1", HOOK)
        die_and_rise(mortal)
        meet(page, lambda: reach_over(page, wire))
        pens.expect_strokes(page, "query", 6)
        pens.expect_strokes(page, "class-1", 5)
        pens.expect_answer(page)
        corners = pens.export(page).queries[0].drawing.strokes[-1]
        assert np.ptp(corners, axis=0)[1] > 120, "from above the middle of the pad to its lower end"


def test_every_tab_goes_on_with_its_own(visit: Callable[..., Page], mortal: Server) -> None:
    compare, sine, forbidden = tabs = [
        visit("/?steps=9&twin=random"),
        visit("/sine?phase=2&sine_steps=20&present=true&lang=zh", script=FULL),
        visit(script=FORBIDDEN),
    ]
    for page, pad in ((compare, "query"), (forbidden, "class-1")):
        pens.ready(page)
        pens.draw(page, pad, ACROSS)
    rename(compare, "A", "castle")
    compare.get_by_text(say("page.group.learners", "en"), exact=True).click()
    compare.get_by_text(say("page.compare", "en"), exact=True).click()
    castle = compare.locator(".st-key-compare-table").get_by_text("castle").first
    expect(castle).to_be_visible()
    sine.locator(".st-key-sine-amplitude input").press("ArrowRight")
    expect(sine).to_have_url(re.compile("amplitude=3.1"))
    addresses = [page.url for page in tabs]
    mortal.kill()
    for page in tabs:
        expect(page.locator(CONNECTED)).to_have_count(0)
    rise(mortal)
    for page in tabs:
        rest(page)
    assert [page.url for page in tabs] == addresses
    expect(castle).to_be_visible()
    compare.get_by_role("link", name=say("page.draw", "en"), exact=True).click()
    pens.expect_strokes(compare, "query", 3)
    expect(compare).to_have_url(re.compile("steps=9"))
    expect(compare).to_have_url(re.compile("twin=random"))
    for key, value in {"amplitude": 3.1, "phase": 2}.items():
        expect(sine.locator(f".st-key-sine-{key} input")).to_have_value(str(value))
    expect(sine.locator(".st-key-leave")).to_be_visible()
    pens.draw(forbidden, "query", HOOK)
    pens.expect_strokes(forbidden, "class-1", 4)
