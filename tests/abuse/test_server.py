"""The real server under hostile visitors: it lives, answers the honest one beside them in time, tells no secrets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import pytest

from tests.abuse.attacks import ATTACKS, Attack
from tests.abuse.conftest import MEASURED
from tests.abuse.talking import Prober, get, line, open_page
from tests.browser.machine import served

SLOWED = 0.1  # seconds that an honest visitor's answers may take longer
JITTER = 0.15  # seconds more for one answer in ten: the attackers are on these cores, too
BLOCKED = 2.0  # seconds: what no answer takes, unless something holds up everybody
CALM = 25  # answers before anybody attacks, to compare with

LOGGED: list[Path] = []


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "log.txt"
    LOGGED.append(log)
    with served(log) as url:
        yield url


@asynccontextmanager
async def honest(url: str) -> AsyncIterator[Prober]:
    async with open_page(url) as page, line(url, page.token) as pen:
        yield Prober(page, pen)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_the_server_lives_and_nobody_else_waits(url: str, attack: Attack) -> None:
    async def scene() -> tuple[list[float], list[float]]:
        async with honest(url) as prober:
            calm, done = asyncio.Event(), asyncio.Event()
            calm.set()
            await prober.until(calm, CALM)
            before, prober.seconds = prober.seconds[5:], []  # the first few load the learner
            probing = asyncio.create_task(prober.until(done, CALM))
            try:
                await attack(url)
            finally:
                done.set()
                await probing
            return before, prober.seconds

    before, during = asyncio.run(scene())
    for name, seconds in (("before", before), ("during", during)):
        figures = f"n {len(seconds)}, median {1e3 * median(seconds):.0f} ms, worst {1e3 * max(seconds):.0f} ms"
        MEASURED.append(f"{attack.__name__}, {name}: {figures}")
    assert median(during) - median(before) < SLOWED
    assert sorted(during)[int(0.9 * len(during))] - median(before) < SLOWED + JITTER
    assert max(during) < BLOCKED


def test_no_page_has_a_secret_and_the_log_no_crash(url: str) -> None:
    """After all the attacks: Streamlit logs what it refuses; nothing has escaped that nobody expected."""
    status, text = get(url, "/", Accept="text/html")
    assert (status, "Traceback" in text) == (200, False)
    log = LOGGED[-1].read_text(errors="replace")
    raised = set(re.findall(r"^(\w[\w.]*(?:Error|Exception))\b", log, re.MULTILINE))
    assert raised <= {"google.protobuf.message.DecodeError", "TypeError"}, log[
        -3000:
    ]  # garbage; text in place of bytes
