"""A hall that draws at once: `python -m tests.benchmarks.load`.

Visitors without a browser (`clients.py`) speak to the real server, each with drawings of his own, a stroke every
one or two seconds; with --replicas, to as many servers behind nginx (`tests.hall`). The visitors share this
machine's processors with the servers. A stroke's latency is from pen up to the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tests.benchmarks.clients import Load, crowd, visitors_open
from tests.hall import hall
from tests.servers import Server, free_ports

COUNTS = (1, 10, 30, 60, 120, 200)
HEAD = "processes | visitors | strokes a second | median | p95 | lost | updates | page open | memory a session"


@dataclass(frozen=True)
class Serving:
    """Servers under load: the address for visitors, and the processes that hold their sessions."""

    url: str
    processes: list[int]

    def memory(self) -> int:
        """Bytes that the processes have in memory."""
        return sum(resident(pid) for pid in self.processes)


@contextlib.contextmanager
def serving(replicas: int) -> Iterator[Serving]:
    """One server as it is, or several behind nginx."""
    if replicas > 1:
        with hall(replicas) as several:
            yield Serving(several.url, [pid(server) for server in several.replicas])
        return
    with tempfile.TemporaryDirectory() as folder:
        [port] = free_ports(1)
        server = Server(port, Path(folder) / "log")
        server.start()
        try:
            server.await_answer()
            yield Serving(server.url, [pid(server)])
        finally:
            server.stop()


def pid(server: Server) -> int:
    assert server.process is not None
    return server.process.pid


def resident(process: int) -> int:
    """Bytes of the process that are in memory."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def row(replicas: int, load: Load, session: float) -> str:
    cells = [
        str(replicas),
        str(load.clients),
        f"{len(load.latencies) / load.seconds:.0f}",
        f"{1000 * statistics.median(load.latencies):.0f} ms",
        f"{1000 * p95(load.latencies):.0f} ms",
        f"{load.lost} of {len(load.latencies)}",
        f"{load.updates:.1f} a second",
        f"{statistics.median(load.openings):.1f} s, p95 {p95(load.openings):.1f} s",
        f"{session / 1000:.0f} kB",
    ]
    return f"| {' | '.join(cells)} |"


def draw(replicas: int, counts: Sequence[int], strokes: int) -> Iterator[str]:
    """A row for each number of visitors."""
    with serving(replicas) as served:
        asyncio.run(crowd(served.url, 8 * replicas, 4))  # the first ones load what all share
        for count in counts:
            before = served.memory()
            with_them = asyncio.run(visitors_open(served.url, count, served.memory))
            yield row(replicas, asyncio.run(crowd(served.url, count, strokes)), (with_them - before) / count)


def come_and_go(sessions: int, at_once: int) -> Iterator[str]:
    """The server's memory while visitors come, draw a stroke, and leave; and how it grew with the second half of them.

    The first visitor makes it load what all share. With the first half Streamlit comes to keep as many who have left
    as it will ever keep (128, for two minutes), caches fill, and free memory between what is used settles.
    """
    with serving(1) as served:
        yield f"started: {served.memory() / 1e6:.1f} MB"
        asyncio.run(crowd(served.url, 1, 1))
        memory = [served.memory()]
        for gone in range(0, sessions, at_once):
            if gone % max(at_once, sessions // 10 // at_once * at_once) == 0:
                yield f"{gone} sessions have left: {served.memory() / 1e6:.1f} MB"
            asyncio.run(crowd(served.url, at_once, 1))
            memory.append(served.memory())
        yield f"{sessions} sessions have left: {memory[-1] / 1e6:.1f} MB"
        half = len(memory) // 2
        grown, later = memory[-1] - memory[half], (len(memory) - 1 - half) * at_once
        yield f"growth with the last {later}: {grown / 1e6:+.1f} MB, {grown / later / 1000:+.1f} kB a session"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--visitors", type=int, multiple=True, default=COUNTS, show_default=True)
@click.option("--replicas", type=click.IntRange(1, 16), multiple=True, default=(1, 2), show_default=True)
@click.option("--strokes", default=20, show_default=True, help="Of each visitor.")
@click.option("--sessions", default=0, help="Instead: so many visitors come and go; the server's memory meanwhile.")
def main(visitors: Sequence[int], replicas: Sequence[int], strokes: int, sessions: int) -> None:
    """Put the served app under the load of a lecture hall, and print what its visitors meet."""
    if sessions:
        for line in come_and_go(sessions, 20):
            click.echo(line)
        return
    click.echo(f"| {HEAD} |\n|{'---|' * (HEAD.count('|') + 1)}")
    for processes in replicas:
        for line in draw(processes, visitors, strokes):
            click.echo(line)


if __name__ == "__main__":
    main()
