"""Serves the app: `python -m demo.server`, which `make run` and `python -m demo run` call.

`streamlit run demo/app.py` works as well, but answers 40 ms later: it binds the port in a way that leaves
Nagle's algorithm on, so that an answer waits until the browser has acknowledged the message before it
(TCP_NODELAY). A port that uvicorn binds has it off.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click

from demo.limits import CONNECTIONS, MESSAGE_BYTES

CLOSING_SECONDS = 3  # open pages are told that the server goes; they are not waited for any longer


def prepare() -> None:
    """Settles what Streamlit would get wrong elsewhere: it finds `.streamlit/config.toml` by the working directory.

    Without that file it would show tracebacks to everybody. And a hall's connections are more than the 1024 files
    that many systems let a process open unless it asks for more.
    """
    os.chdir(Path(__file__).resolve().parents[1])
    if sys.platform != "win32":
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * CONNECTIONS if most == resource.RLIM_INFINITY else min(2 * CONNECTIONS, most)
        if now != resource.RLIM_INFINITY and now < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="localhost", show_default=True, help="0.0.0.0: to the whole network.")
@click.option("--port", default=8501, show_default=True)
def main(host: str, port: int) -> None:
    """Serve the app."""
    prepare()
    # As the first process of a container it would not hear SIGTERM before uvicorn listens for it; and uvicorn hands
    # it on when all is closed: what threads still compute then, nobody will read.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    os.environ["STREAMLIT_SERVER_ADDRESS"], os.environ["STREAMLIT_SERVER_PORT"] = host, str(port)
    import streamlit
    import uvicorn
    from starlette.middleware import Middleware
    from streamlit.runtime.pages_manager import PagesManager

    from demo.ui import health, line
    from demo.ui.answers import warm_up
    from demo.ui.door import Door
    from demo.ui.settings import DRAW
    from demo.ui.wire import Wire

    # The folder pages/ is not Streamlit's old way of making pages, which would serve whoever comes first, and asks
    # for another page than the first, without what `demo.ui.frame` puts around it.
    PagesManager.uses_pages_directory = False

    @asynccontextmanager
    async def warm(_: streamlit.App) -> AsyncIterator[None]:
        # Else a server whose first visitor comes by a link to a page shows him that file alone: Streamlit takes
        # demo/pages for its older kind of pages until `st.navigation` has run once.
        PagesManager.uses_pages_directory = False
        warm_up(str(DRAW["learner"].default))
        click.echo(f"Few-Shot Sketchbook: http://{'localhost' if host == '0.0.0.0' else host}:{port}")
        yield

    script = Path(__file__).with_name("app.py")
    uvicorn.run(
        streamlit.App(script, lifespan=warm, routes=[line.route, health.route], middleware=[Middleware(Door)]),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        ws=Wire,
        ws_max_size=MESSAGE_BYTES,
        limit_concurrency=CONNECTIONS,
        ws_per_message_deflate=False,  # it took four fifths of the event loop's time; Streamlit leaves it off, too
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )


if __name__ == "__main__":
    main()
