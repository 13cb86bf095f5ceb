"""`make bench`: every figure of the README's table of speed, measured on this machine, now.

The served app, a real Chromium, and visitors without a browser; about six minutes. A row says what was
measured, how often, and what the same run gave where the pen is not followed, if that makes a difference.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import torch
from playwright.sync_api import Browser

from demo.learners import store
from demo.training.bench import adapting
from tests.benchmarks import pages
from tests.benchmarks.clients import crowd
from tests.browser.machine import launched, served


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def milliseconds(seconds: Sequence[float]) -> str:
    """Median and p95."""
    return f"{1000 * statistics.median(seconds):.0f} ms, p95 {1000 * p95(seconds):.0f} ms"


def row(what: str, found: str, n: int, without: str, aim: str) -> str:
    return f"| {what} | {found} | {n} | {without} | {aim} |"


def rows(strokes: int, visitors: Sequence[int]) -> Iterator[str]:
    yield "| what | measured | n | pen not followed | to reach |"
    yield "|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "log") as url:
        with launched() as browser:
            yield from at_the_page(browser, url, strokes)
        for count in visitors:
            load = asyncio.run(crowd(url, count, 12, pause=(1.0, 1.0)))
            what = f"{count} visitors, a stroke a second each: pen up to the answer"
            found = f"{milliseconds(load.latencies)}, {load.lost} strokes lost"
            yield row(what, found, len(load.latencies), "", {30: "p95 150 ms", 60: "p95 500 ms"}.get(count, ""))
    with launched() as browser:
        usable, paints = pages.starts(browser, 5)
        yield row("server start to a page that can be drawn on", milliseconds(usable), len(usable), "", "6 s")
        yield row("page load to the stored example's answer", milliseconds(paints), len(paints), "", "1.5 s")
    torch.set_num_threads(1)
    for figure, aim in zip(adapting(store.load_initialisation("maml")), ("", "7 ms", "45 ms"), strict=True):
        found = f"{figure.median:.1f} {figure.unit}, p95 {figure.p95:.1f}"
        yield row(figure.what, f"{found}; {figure.remark}" if figure.remark else found, figure.n, "", aim)


def at_the_page(browser: Browser, url: str, strokes: int) -> Iterator[str]:
    on, off = pages.strokes(browser, url, strokes)
    to_bars = milliseconds(on.to_bars), len(on.to_bars), milliseconds(off.to_bars)
    yield row("pen up to bars, 5 steps", *to_bars, "45 ms, p95 90 ms")
    rates = [f"{statistics.median(one.updates):.0f} a second, fewest {min(one.updates):.0f}" for one in (on, off)]
    yield row("updates of the bars while the pen moves", rates[0], len(on.updates), rates[1], "15 a second")
    frames = [milliseconds([gap / 1000 for gap in one.frames]) for one in (on, off)]
    yield row("from frame to frame while the pen moves", frames[0], len(on.frames), frames[1], "no lag")
    kept, off_by, apart = pages.quick_strokes(browser, url, 20)
    found = f"{kept} kept, bars within {100 * off_by:.1f} points of the answer to all"
    yield row(f"20 strokes {1000 * apart:.0f} ms apart", found, 20, "", "none lost")
    took, sent = pages.scrubs(browser, url, 60)
    yield row("a move of the step scrubber", f"{milliseconds(took)}, {sent} messages sent", len(took), "", "no server")
    drags = pages.sine_drag(browser, url, 4)
    yield row("updates of the curves, dragging amplitude; phase", found_rates(drags), len(drags), "", "15 a second")


def found_rates(rates: Sequence[float]) -> str:
    return "; ".join(f"{rate:.0f} a second" for rate in rates)


@click.command()
@click.option("--strokes", default=60, show_default=True, help="With the pen followed, and as many without.")
@click.option("--visitors", default=[10, 30, 60], multiple=True, show_default=True, help="Visitors who draw at once.")
def main(strokes: int, visitors: Sequence[int]) -> None:
    """Measure the app as its visitors meet it, and print a table."""
    for line in rows(strokes, visitors):
        click.echo(line)


if __name__ == "__main__":
    main()
