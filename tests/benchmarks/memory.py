"""Peak memory of the app as Streamlit Community Cloud serves it: `python -m tests.benchmarks.memory`.

`streamlit run demo/app.py`, and visitors in a real Chromium who draw, compare all learners, and with --tour open
every other page as well. The memory is that of the server and every process below it; what they share, of a file such
as PyTorch's libraries or since a fork, is counted once. Linux; about half a minute, with --tour a minute and a half.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, expect

from tests.browser import pens
from tests.browser.machine import launched
from tests.browser.walk import OPENING, PATHS, settled
from tests.servers import ROOT, await_answer, free_ports

PERIOD = 0.5  # seconds between two looks
LIMIT = 1000  # MB, of Community Cloud


def descendants(pid: int) -> Iterator[int]:
    """The process and all below it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from descendants(int(child))


@dataclass(frozen=True)
class Memory:
    """Bytes: each process' own, by its name, and those of each stretch of a file, which processes share.

    What forked processes still share is each one's in equal parts (proc(5): "proportional set size").
    """

    own: dict[str, int]
    files: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.own.values()) + sum(self.files.values())


def memory(root: int) -> Memory:
    """Of the process and all below it; raises FileNotFoundError or ProcessLookupError if one ends meanwhile."""
    own, files = Counter[str](), dict[str, int]()
    for pid in descendants(root):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        for size in re.findall(r"^Pss_(?:Anon|Shmem): *(\d+)", rollup, re.MULTILINE):
            own[name(pid)] += 1024 * int(size)
        stretch, resident = "", 0
        for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
            key, *rest = line.split()
            if not key.endswith(":"):  # ADDRESSES PERMISSIONS OFFSET DEVICE INODE [PATH]
                stretch = " ".join(rest[1:]) if rest[3] != "0" else ""
            elif key == "Rss:":
                resident = 1024 * int(rest[0])
            elif key == "Anonymous:" and stretch:
                files[stretch] = max(files.get(stretch, 0), resident - 1024 * int(rest[0]))
    return Memory(dict(own), files)


def name(pid: int) -> str:
    """A forked process has its module's name, shortened; its command is that of the nursery."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    module = next((word for word in words if word.startswith("demo.")), "server")
    comm = Path(f"/proc/{pid}/comm").read_text().strip()
    return comm if module.endswith("nursery") and "." in comm else module.removeprefix("demo.")


class Watch(threading.Thread):
    """Looks at a process and those below it until it is told to end."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.ended, self.peak = pid, threading.Event(), Memory({}, {})

    def run(self) -> None:
        while not self.ended.wait(PERIOD):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # one has ended: at the next look
                self.peak = max(self.peak, memory(self.pid), key=lambda found: found.total)

    def say(self, what: str) -> None:
        parts = {**self.peak.own, "files": sum(self.peak.files.values())}
        listed = ", ".join(f"{part} {size / 1e6:.0f}" for part, size in parts.items())
        click.echo(f"{what}: {self.peak.total / 1e6:.0f} MB at most so far ({listed})")


def visit(browser: Browser, url: str) -> Page:
    """A visitor who has drawn on every pad."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(url)
    pens.ready(page)
    for pad in pens.PADS:
        pens.draw(page, pad, pens.ZIGZAG)
    pens.expect_answer(page)
    return page


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--visitors", default=3, show_default=True)
@click.option("--tour", is_flag=True, help="Open every other page as well.")
def main(visitors: int, tour: bool) -> None:
    """Measure the app's peak memory under `streamlit run`; fails above the limit of Community Cloud."""
    expect.set_options(timeout=OPENING)
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        log = Path(folder) / "log"
        with log.open("wb") as sink:
            order = [sys.executable, "-m", "streamlit", "run", "demo/app.py", "--server.port", str(port)]
            server = subprocess.Popen(order, cwd=ROOT, stdout=sink, stderr=subprocess.STDOUT)
        url = f"http://localhost:{port}"
        watch = Watch(server.pid)
        try:
            await_answer(f"{url}/_stcore/health", server, log)
            watch.start()
            pages = [visit(browser, url) for _ in range(visitors)]
            watch.say(f"{visitors} visitors have drawn")
            for page in pages:
                page.goto(f"{url}/compare")
                expect(page.locator(".compare[data-pending='0']")).to_have_count(1)
            watch.say("they have compared all learners")
            for path in PATHS.values() if tour else ():
                pages[0].goto(url + path)
                settled(pages[0])
                watch.say(f"one has opened {path}")
        finally:
            watch.ended.set()
            server.kill()
            server.wait()
    if watch.peak.total / 1e6 > LIMIT:
        raise click.ClickException(f"more than {LIMIT} MB")


if __name__ == "__main__":
    main()
