"""Real server processes, as `make run` starts them: for tests, benchmarks, and whoever wants to kill one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 90  # a cold start on a busy machine
STOP_SECONDS = 30


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nothing listens on, all different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


class Server:
    """One `python -m demo.server` on a port of its own. What it says goes to the file `log`."""

    def __init__(self, port: int, log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.port, self.log = port, log
        self.url = f"http://localhost:{port}"
        self._environment = dict(environment or {})
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, and does not wait: see `await_answer`."""
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo.server", "--port", str(self.port)],
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdout=sink,
                stderr=subprocess.STDOUT,
            )

    def await_answer(self) -> None:
        """Returns when it answers; raises RuntimeError, with what it said, if it does not."""
        assert self.process is not None
        await_answer(f"{self.url}/_stcore/health", self.process, self.log)

    def kill(self) -> None:
        """SIGKILL: it gets no chance to do anything, as in a power cut."""
        self._end(signal.SIGKILL)

    def stop(self) -> tuple[int, float]:
        """SIGTERM, as Docker and Kubernetes send it; returns the exit code and the seconds it took."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> tuple[int, float]:
        assert self.process is not None
        began = time.perf_counter()
        self.process.send_signal(number)
        code = self.process.wait(timeout=STOP_SECONDS)
        self.process = None
        return code, time.perf_counter() - began


def await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the process answers 200 there; raises RuntimeError with its log if it ends or takes too long."""
    for _ in range(START_SECONDS * 20):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass  # not listening yet
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"it did not start:\n{log.read_text(errors='replace')}")
