"""How many hostile cases have come by each door: counted where they happen, told at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from demo.ui.desk import Desk
from demo.ui.examples import OPENING, sheets
from demo.ui.sketch import Sketch

CASES: Counter[str] = Counter()
MEASURED: list[str] = []
"""What an honest visitor met meanwhile."""

_KEYS = "hostile-cases", "hostile-measured"


def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)  # of a worker of pytest-xdist
    if output is not None:
        output.update(zip(_KEYS, (dict(CASES), MEASURED), strict=True))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output = getattr(node, "workeroutput", {})
    CASES.update(output.get(_KEYS[0], {}))
    MEASURED.extend(output.get(_KEYS[1], []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in MEASURED:
        terminalreporter.write_line(line)
    if CASES:
        doors = ", ".join(f"{door} {count:,}" for door, count in sorted(CASES.items()))
        terminalreporter.write_line(f"{CASES.total():,} hostile cases: {doors}")


@pytest.fixture(scope="session")
def others() -> Callable[[], None]:
    """Another session, which asks again what it has asked before; call it after each case."""
    desk = Desk(Sketch(sheets()[OPENING]), learner="maml", steps=5)
    before = desk.says()
    assert not before["error"]
    assert all(query["answer"] for query in before["trace"]["queries"])

    def asked_again() -> None:
        assert desk.says() == before

    return asked_again
