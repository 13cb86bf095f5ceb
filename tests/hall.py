"""Several replicas of the app behind nginx, with the configuration that compose.yaml mounts, on loopback.

`python -m tests.hall --replicas 2 --port 8600` serves them until Ctrl-C. `hall` is the same for tests, with a handle
to each replica. Needs nginx (`sh .ci/nginx`), but no root and no Docker.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tests.servers import ROOT, STOP_SECONDS, Server, await_answer, free_ports

CONFIGURATION = ROOT / "assets" / "deploy" / "nginx.conf"
COOKIE = "sketchbook"
"""Its value is a replica's number, from "1"."""


@dataclass(frozen=True)
class Hall:
    """The arrangement while it runs: the proxy's address, and the replicas behind it, the first being cookie "1"."""

    url: str
    replicas: list[Server]
    log: Path  # nginx's


@contextlib.contextmanager
def hall(replicas: int = 2, port: int = 0) -> Iterator[Hall]:
    """Serves `replicas` processes at http://localhost:PORT (0: a free one); gives them when all answer.

    Raises RuntimeError if there is no nginx, or if something does not start, with what it said.
    """
    front, *behind = free_ports(replicas + 1)
    front = port or front
    shared = {"STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32)}
    with tempfile.TemporaryDirectory(prefix="hall-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # started by root, nginx works as nobody
        servers = [Server(own, folder / f"replica-{number}.log", shared) for number, own in enumerate(behind, 1)]
        for server in servers:
            server.start()
            stack.callback(_end, server)
        for server in servers:
            server.await_answer()
        configure(folder, front, [f"127.0.0.1:{own}" for own in behind])
        log = folder / "nginx.log"
        with log.open("wb") as sink:
            nginx = subprocess.Popen(command(folder), stdout=sink, stderr=subprocess.STDOUT)
        stack.callback(nginx.wait, timeout=STOP_SECONDS)
        stack.callback(nginx.terminate)
        url = f"http://localhost:{front}"
        await_answer(f"{url}/_stcore/health", nginx, log)
        yield Hall(url, servers, log)


def _end(server: Server) -> None:
    if server.process is not None:  # a test may have ended it
        server.stop()


def configure(folder: Path, port: int, addresses: Sequence[str]) -> None:
    """Puts the repository's configuration into the folder, with what says where to listen, and whom to ask."""
    (folder / CONFIGURATION.name).symlink_to(CONFIGURATION)
    (folder / "listen.conf").write_text(f"listen 127.0.0.1:{port};\n")
    (folder / "replicas.conf").write_text(replicas_conf(addresses))


def command(folder: Path) -> list[str]:
    """The command that starts nginx there; raises RuntimeError if there is none."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        raise RuntimeError("no nginx: `sh .ci/nginx`, or `apt-get install nginx-light`")
    return [binary, "-e", "stderr", "-p", f"{folder}/", "-c", str(folder / CONFIGURATION.name)]


def replicas_conf(addresses: Sequence[str]) -> str:
    """What `assets/deploy/replicas.conf` has for its replicas, for replicas at these addresses, IP:PORT."""
    groups = {"all": [_server(address) for address in addresses]}
    for number, own in enumerate(addresses, 1):
        others = [_server(address, " backup") for address in addresses if address != own]
        groups[f"replica-{number}"] = [_server(own), *others]
    asked = [f"{number} replica-{number};" for number in range(1, len(addresses) + 1)]
    served = [f'"~{re.escape(address)}$" {number};' for number, address in enumerate(addresses, 1)]
    kept = ["keepalive 32;", "keepalive_timeout 2s;"]
    blocks = [
        *(_block(f"upstream {name}", [f"zone {name} 64k;", *lines, *kept]) for name, lines in groups.items()),
        _block("map $cookie_sketchbook $asked", [*asked, "default all;"]),
        _block("map $upstream_addr $served", [*served, 'default "";']),
    ]
    return "".join(blocks)


def _server(address: str, role: str = "") -> str:
    return f"server {address} fail_timeout=5s{role};"


def _block(head: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{head} {{", *(f"    {line}" for line in lines), "}\n"])


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--replicas", default=2, show_default=True, type=click.IntRange(1, 16))
@click.option("--port", default=8600, show_default=True, help="Where nginx listens, on 127.0.0.1.")
def main(replicas: int, port: int) -> None:
    """Serve replicas of the app behind nginx on loopback, until Ctrl-C."""
    ended = threading.Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: ended.set())
    with hall(replicas, port) as served:
        for number, server in enumerate(served.replicas, 1):
            assert server.process is not None
            click.echo(f"replica {number}: {server.url}, process {server.process.pid}")
        click.echo(f"nginx: {served.url}")
        ended.wait()


if __name__ == "__main__":
    main()
