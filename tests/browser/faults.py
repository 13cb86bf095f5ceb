"""Steps of the tests of faults: a page is drawn on, something is done to the app, and everything is as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from demo.tasks.taskfile import Task, dumps, loads
from tests.browser import pens
from tests.browser.pens import PADS, Stroke
from tests.browser.wire import Wire
from tests.servers import Server

MARK = "() => sessionStorage.getItem('sketchbook-mark')"
CONNECTED = "[data-test-connection-state=CONNECTED]"
RESTED = f"{CONNECTED}[data-test-script-state=notRunning]"
ACROSS: Stroke = [(0.2, 0.5), (0.8, 0.4)]
DOWN: Stroke = [(0.4, 0.2), (0.5, 0.8)]
HOOK: Stroke = [(0.2, 0.3), (0.7, 0.3), (0.5, 0.8)]


def rise(server: Server) -> None:
    server.start()
    server.await_answer()


def die_and_rise(server: Server) -> None:
    server.kill()
    rise(server)


@dataclass(frozen=True)
class State:
    """Of a draw page: what it exports, its settings as its controls show them, and its address."""

    task: str
    settings: tuple[str, ...]
    address: str


def state(page: Page) -> State:
    controls = page.locator(".st-key-learner input, .st-key-twin input").all()
    said = [control.input_value() for control in controls]
    said += page.locator(".st-key-steps [data-testid=stSliderThumbValue]").all_text_contents()
    return State(dumps(pens.export(page)), tuple(said), page.url)


def strokes(task: Task) -> list[int]:
    return [len(d.strokes) for shots in task.drawings for d in shots] + [len(q.drawing.strokes) for q in task.queries]


def prepare(page: Page) -> None:
    """Draws on every pad, two shots of two classes, and changes names and settings."""
    pens.ready(page)
    page.get_by_role("button", name="Erase all").click()
    for pad in PADS:
        pens.expect_strokes(page, pad, 0)
    pens.choose(page, "Classes", "2")
    pens.choose(page, "Drawings of each", "2")
    cells = [pens.cell(0), pens.cell(0, 1), pens.cell(1), pens.cell(1, 1), "query"]
    pens.ready(page, cells)
    for pad, stroke in zip(cells, (ACROSS, ACROSS, DOWN, HOOK, HOOK), strict=True):
        pens.draw(page, pad, stroke)
    rename(page, "A", "<b>sun</b>")
    rename(page, "B", "二")


def rename(page: Page, letter: str, name: str) -> None:
    page.get_by_label(f"Name of class {letter}").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem", name=f"{letter}, {name}: ")).to_be_visible()


def meet(page: Page, kill: Callable[[], object]) -> None:
    """Whatever `kill` does, then waits until the tab has met a new session and come to rest with it."""
    before = page.evaluate(MARK)
    kill()
    page.wait_for_function(f"before => ({MARK})() !== before", arg=before)
    rest(page)


def rest(page: Page) -> None:
    expect(page.locator(RESTED)).to_have_count(1)
    expect(page.locator("html[class*=keep-]")).to_have_count(0)


def survives(page: Page, kill: Callable[[], object]) -> None:
    """A draw page with settings in its address, and with ink, goes on as if `kill` had not been."""
    before = state(page)
    meet(page, kill)
    pens.expect_answer(page, ways=len(loads(before.task).labels))
    assert state(page) == before


def reach_over(page: Page, wire: Wire) -> None:
    """A stroke that is begun before the wire is mended, and ends afterwards."""
    area = pens.box(page, "query")
    x, y, side = area["x"] + area["width"] / 2, area["y"], area["height"]
    page.mouse.move(x, y + 0.3 * side)
    page.mouse.down()
    page.mouse.move(x, y + 0.5 * side)
    wire.mend()
    expect(page.locator(CONNECTED)).to_have_count(1)
    page.mouse.move(x + 5, y + 0.8 * side, steps=2)
    page.mouse.up()


def sleep(page: Page, wire: Wire) -> None:
    wire.cut()
    expect(page.locator(CONNECTED)).to_have_count(0)
