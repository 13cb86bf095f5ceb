"""Two real replicas behind a real nginx with the repository's configuration: who is where, and what if one dies."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from tests.deploy.guest import PATIENCE, STREAM, fetch, named, visiting, websocket
from tests.hall import Hall
from tests.servers import Server

AT_ONCE = 3.0  # seconds in which a visitor whose replica has died has another
NEWCOMERS = 20


def sessions(server: Server) -> int:
    """Pages that are open at this replica, by its own word."""
    return int(json.loads(fetch(server.url, path="/health").body)["sessions"])


def health(server: Server) -> tuple[int, bool] | None:
    """What a replica says of itself, a moment later; None while it does not listen. Fails where it has ended."""
    assert server.process is not None
    with pytest.raises(subprocess.TimeoutExpired):
        server.process.wait(timeout=0.1)
    try:
        reply = fetch(server.url, path="/health")
    except ConnectionError:
        return None
    return reply.status, json.loads(reply.body)["ready"]


def newcomers(served: Hall) -> Counter[str]:
    replies = [fetch(served.url) for _ in range(NEWCOMERS)]
    assert {reply.status for reply in replies} == {200}
    return Counter(reply.replica for reply in replies)


def await_both(served: Hall) -> None:
    """Returns when both replicas are ready, and the proxy sends newcomers to both again, and visitors to their own."""
    for server in served.replicas:
        server.await_answer()
    end = time.monotonic() + PATIENCE
    while not (
        all(health(server) for server in served.replicas)  # which takes a moment: nginx refuses whoever asks too fast
        and len(newcomers(served)) == 2
        and not any(fetch(served.url, replica).replica for replica in ("1", "2"))
    ):
        assert time.monotonic() < end


@pytest.fixture
def both(served: Hall) -> Hall:
    await_both(served)
    return served


def test_newcomers_are_spread(both: Hall) -> None:
    assert newcomers(both) == {"1": NEWCOMERS / 2, "2": NEWCOMERS / 2}


def test_the_page_loads_with_all_that_it_names(both: Hall) -> None:
    page = fetch(both.url)
    assert page.status == 200
    scripts = re.findall(rb'(?:src|href)="[./]*(static/[^"]+)"', page.body)
    assert scripts
    for script in scripts:
        first, second = (fetch(both.url, page.replica, f"/{script.decode()}") for _ in range(2))
        assert (first.status, second.status) == (200, 200)
        assert first.body == second.body  # the second is the proxy's own copy
        assert first.replica == second.replica == ""


def test_a_hall_behind_one_address_is_not_refused_its_scripts(both: Hall) -> None:
    """More requests at once than the proxy lets through to the replicas; a hall's first minute has 21 600 of these."""
    [script, *_] = re.findall(rb'src="[./]*(static/[^"]+)"', fetch(both.url).body)
    request = b"HEAD /%s HTTP/1.1\r\nHost: hall\r\n\r\n" % script
    statuses: Counter[bytes] = Counter()
    for _ in range(12):
        with socket.create_connection(("127.0.0.1", urlsplit(both.url).port or 80), PATIENCE) as connection:
            connection.sendall(500 * request)
            answers = b""
            while answers.count(b"\r\n\r\n") < 500:
                answers += connection.recv(2**16)
        statuses.update(re.findall(rb"HTTP/1.1 (\d+)", answers))
    assert statuses == {b"200": 6000}


@pytest.mark.parametrize("replica", ["1", "2"])
def test_a_visitor_stays_with_one_replica(both: Hall, replica: str) -> None:
    own, other = (both.replicas[int(replica) - 1], both.replicas[2 - int(replica)])
    before, elsewhere = sessions(own), sessions(other)
    assert {fetch(both.url, replica, path).replica for path in ["/", "/health", "/_stcore/host-config"] * 10} == {""}
    with visiting(both.url, replica) as one, visiting(both.url, replica) as another:
        assert one.replica == another.replica == replica
        assert (sessions(own), sessions(other)) == (before + 2, elsewhere)


@pytest.mark.parametrize("cookie", ["3", "replica-1", "1, 2", "../1"])
def test_a_cookie_that_names_nobody_is_as_none(both: Hall, cookie: str) -> None:
    reply = fetch(both.url, cookie)
    assert reply.status == 200
    assert reply.replica in ("1", "2")


@pytest.mark.parametrize("replica", ["1", "2"])
def test_the_pages_own_line_reaches_its_session(both: Hall, replica: str) -> None:
    with visiting(both.url, replica) as guest:
        pen = guest.pen()
        answer = guest.draw(pen["pass"], pen["known"])
        assert answer["number"] == 1


def test_another_sites_websockets_are_refused(both: Hall) -> None:
    with visiting(both.url) as guest:
        for path in (STREAM, f"/line?pass={guest.pen()['pass']}"):
            with pytest.raises(InvalidStatus, match="403"), guest.connect(path, origin="http://elsewhere.example"):
                pass


def test_too_large_an_upload_stops_at_the_proxy(both: Hall) -> None:
    reply = fetch(both.url, path="/_stcore/upload_file/x/y", method="PUT", body=bytes(14 * 2**20))
    assert (reply.status, reply.replica) == (413, "")


def test_nothing_is_written_down_of_who_came(both: Hall) -> None:
    """No log but what nginx says when something fails, which stands in the folder: a hall's needs no root, too."""
    fetch(both.url)
    folder = both.log.parent
    master = int((folder / "nginx.pid").read_text())
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    files = {os.readlink(each) for pid in (master, *workers) for each in Path(f"/proc/{pid}/fd").iterdir()}
    assert workers
    assert {name for name in files if name.endswith(".log")} == {str(both.log)}


def test_health_is_asked_through_the_proxy(both: Hall) -> None:
    reply = fetch(both.url, path="/health")
    assert reply.status == 200
    assert json.loads(reply.body)["ready"] is True


def test_a_dead_replicas_visitors_get_the_other_and_stay_there(both: Hall) -> None:
    dying = both.replicas[0]
    with visiting(both.url, "1") as guest:
        guest.pen()
        began = time.monotonic()
        dying.kill()
        guest.closed()
    with visiting(both.url, "1") as again:  # as the browser, which knows nothing of replicas, comes back
        assert again.replica == "2"
        assert time.monotonic() - began < AT_ONCE
        pen = again.pen()
        assert newcomers(both) == {"2": NEWCOMERS}
        dying.start()
        await_both(both)
        # His session is at the second replica, so there he stays.
        assert fetch(both.url, again.replica).replica == ""
        assert again.draw(pen["pass"], pen["known"])["number"] == 1


def test_a_websocket_alone_finds_the_other_replica_too(both: Hall) -> None:
    dying = both.replicas[1]
    dying.kill()
    with websocket(both.url, "2") as socket:
        assert socket.response is not None
        assert named(socket.response.headers["Set-Cookie"]) == "1"
    dying.start()


def test_sigterm_ends_a_replica_gracefully_for_another_to_follow(both: Hall) -> None:
    leaving = both.replicas[0]
    with visiting(both.url, "1") as guest:
        guest.pen()
        code, seconds = leaving.stop()
        assert code == 0
        assert seconds < 5
        assert guest.closed() == 1012  # RFC 6455's registry: "Service Restart"
        assert fetch(both.url, "1").replica == "2"
    leaving.start()
    # Its successor is not ready, then it is, and stays so.
    found = [health(leaving)]
    while found[-1] != (200, True):
        found.append(health(leaving))
    assert set(found) <= {None, (503, False), (200, True)}


def test_who_comes_to_a_replica_that_hangs_is_answered_by_the_other_and_stays_there(both: Hall) -> None:
    """It accepts connections and says nothing, as one in an endless loop. A file is for its own replica alone."""
    hung = both.replicas[0].process
    assert hung is not None
    upload = "/_stcore/upload_file/nobody/nothing"
    with visiting(both.url, "1") as guest, ThreadPoolExecutor(4) as together:
        os.kill(hung.pid, signal.SIGSTOP)
        try:
            sent = together.submit(fetch, both.url, "1", upload, "PUT", b"file")
            asked = [together.submit(fetch, both.url, replica) for replica in ("1", "", "")]
            found = [(each.result().status, each.result().replica) for each in asked]
            again = fetch(both.url, "1")
            assert not sent.done()
        finally:
            os.kill(hung.pid, signal.SIGCONT)
        assert found == [(200, "2")] * 3
        assert (again.status, again.replica) == (200, "2")  # at once: it is known to hang
        assert (sent.result().status, sent.result().replica) == (
            403,
            "",
        )  # by whom it was for, who knows no such session
        assert guest.pen()["number"] == 0  # an open page had only to wait
