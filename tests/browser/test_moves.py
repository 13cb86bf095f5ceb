"""How it moves in a real browser: the start is dragged, meta-steps are taken and played, gradients combined live."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from demo.lessons import moves
from demo.lessons.moves import Array, Loops

pytestmark = pytest.mark.browser

OPENING = 90_000  # milliseconds: a new visitor fetches and compiles 4.7 MB of Plotly, slow on a busy machine
RUNNING = 90_000  # an experiment of a few seconds gives way to everybody
TASKS, LOOPS, START = moves.plane(3, 5), Loops(0.3, 4, 0.9), np.array([-2.0, 1.5])
QUERY = "moves_tasks=3&moves_seed=5&moves_rate=0.3&moves_steps=4&moves_meta=0.9&moves_x=-2&moves_y=1.5"
CURVES = """place => {
  const plots = [...document.querySelectorAll(`.st-key-${place} .js-plotly-plot`)];
  const plot = plots.find((p) => p._fullData?.length && p.offsetHeight);
  return plot && Object.fromEntries(plot._fullData.map((t) => [t.name, Array.from(t.y)]));
}"""


@pytest.fixture
def plane(open_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_with(query: str = QUERY, **options: object) -> Page:
        page = open_page(f"/moves?{query}", **options)
        expect(page.locator(".plane .handle")).to_be_visible(timeout=OPENING)
        return page

    return open_with


def card(page: Page, rule: str) -> Locator:
    return page.locator(f".card[data-rule={rule}]")


def stands(page: Page, rule: str, theta: Array) -> None:
    """Waits until the rule is at theta."""
    expect(card(page, rule)).to_have_attribute("data-theta", ",".join(f"{value:.4f}" for value in theta))


def taken(page: Page, count: int) -> None:
    expect(page.locator(".plane .count")).to_have_text(f"Meta-steps taken: {count}")


def test_every_rule_steps_and_plays_as_python_says(plane: Callable[..., Page]) -> None:
    page = plane()
    for count in (1, 2):
        page.get_by_role("button", name="Take the meta-step").click()
        taken(page, count)
        for rule in moves.RULES:
            stands(page, rule, moves.play(rule, TASKS, START, LOOPS, count)[-1])
    there = moves.play(moves.AGREEMENT, TASKS, START, LOOPS, 2)[-1]
    w = moves.agreement(moves.directions("reptile", TASKS, there, LOOPS))
    shares = card(page, moves.AGREEMENT).locator(".weights")
    expect(shares).to_have_attribute("data-weights", ",".join(f"{share:.4f}" for share in w))
    after = moves.loss_after(TASKS, moves.play("maml", TASKS, START, LOOPS, 2)[-1], LOOPS)
    expect(card(page, "maml").locator(".loss")).to_contain_text(f"→ {after:.2f}")
    page.get_by_role("button", name="▶ Play").click()
    page.wait_for_function(f"({CURVES})('moves-after') !== undefined")
    expect(page.locator(".plane .count")).not_to_have_text("Meta-steps taken: 3")
    page.get_by_role("button", name="Pause").click()
    count = int((page.locator(".plane .count").text_content() or "").split()[-1])
    assert count > 3
    for rule in moves.RULES:
        stands(page, rule, moves.play(rule, TASKS, START, LOOPS, count)[-1])
    page.get_by_role("button", name="Start again").click()
    taken(page, 0)
    for rule in moves.RULES:
        stands(page, rule, START)


def test_the_start_follows_the_mouse_and_then_the_curves_and_the_address_follow(plane: Callable[..., Page]) -> None:
    page = plane()
    box = page.locator(".plane .figure svg").bounding_box()
    handle = page.locator(".plane .handle .start").bounding_box()
    assert box
    assert handle
    unit = box["width"] / 9.2
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 5.6 * unit, box["y"] + 4.1 * unit, steps=6)
    there = np.array([1.0, -1.0])
    stands(page, "reptile", there)  # still dragging
    assert "moves_x=-2" in page.url
    page.mouse.up()
    page.wait_for_function("Number(new URLSearchParams(location.search).get('moves_x')) === 1")
    page.wait_for_function(
        f"([loss]) => {{ const c = ({CURVES})('moves-before'); return c && Math.abs(c.MAML[0] - loss) < 1e-3; }}",
        arg=[moves.loss_before(TASKS, there)],
        timeout=OPENING,
    )
    stands(page, "reptile", there)


def test_the_start_moves_by_keys_and_says_where_it_is(plane: Callable[..., Page]) -> None:
    page = plane()
    handle = page.get_by_role("slider", name="Initialisation θ")
    handle.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        handle.press(key)
    expect(handle).to_have_attribute("aria-valuetext", "-1.80 across, 1.40 up")
    stands(page, "maml", np.array([-1.8, 1.4]))
    page.wait_for_function("Number(new URLSearchParams(location.search).get('moves_y')) === 1.4")


def test_a_rule_shows_what_its_arrow_is_made_of(plane: Callable[..., Page]) -> None:
    query = QUERY.replace("steps=4", "steps=2") + "&lang=zh"  # fewer: on a phone the last of many are too short to see
    page = plane(query, viewport={"width": 390, "height": 844}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(card(page, "pretrained")).to_contain_text("联合预训练")
    parts = page.locator(".plane .parts .shaft")
    expect(parts).to_have_count(0)
    card(page, "reptile").click()
    expect(card(page, "reptile")).to_have_attribute("aria-pressed", "true")
    expect(parts).to_have_count(3)  # one a task
    expect(page.locator(".plane .loops .shaft.part")).to_have_count(6)  # every inner step
    card(page, "fomaml").click()
    expect(page.locator(".plane .loops .shaft.part.last")).to_have_count(3)
    card(page, "fomaml").click()
    expect(parts).to_have_count(0)


def test_gradients_are_combined_live_and_it_can_be_stopped(plane: Callable[..., Page]) -> None:
    page = plane("mix_steps=500&mix_tasks=1")
    button = page.locator(".st-key-combinations-run button")
    bar = page.locator(".st-key-combinations-report [role=progressbar]")
    button.click()
    expect(bar).to_be_visible()
    expect(button).to_contain_text("Stop")
    page.wait_for_function(f"({CURVES})('mix-sum')?.['g₁']?.length > 1", timeout=RUNNING)
    button.click()
    expect(page.locator(".st-key-combinations-report")).to_contain_text("Stopped at")
    expect(bar).to_have_count(0)
    drawn = page.evaluate(CURVES, "mix-mean")
    assert set(drawn) == {"g₁", "½(g₁+g₂)", "⅓(g₁+…+g₃)", "¼(g₁+…+g₄)"}
    assert len({round(curve[0], 3) for curve in drawn.values()}) == 1  # all begin with the same weights
    expect(button).to_be_enabled()
