"""Ten ways to make a server's life hard, each by a real connection; what the server has to say to them is asserted."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import numpy as np
import PIL.Image
import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg

from demo.limits import (
    JSON_LISTS,
    LINE_CHARACTERS,
    LINES_OF_ONE,
    MEGABYTE,
    MESSAGE_BYTES,
    SESSIONS,
    UPLOAD_MEGABYTES,
    UPLOADS_OF_ONE,
    WIDGETS_MEGABYTES,
)
from demo.ui.line import NOT_UNDERSTOOD, TOO_LONG
from demo.ui.words import say
from tests.abuse.hostile import count
from tests.abuse.talking import Page, announce, forgery_token, get, line, open_page, put, stream

Attack = Callable[[str], Awaitable[None]]


async def ends_with(url: str, *frames: bytes | str, pages: bool = False) -> int | None:
    """Sends these frames to Streamlit's websocket; the code with which the server closes it."""
    count("server")
    async with stream(url) as socket:
        if pages:
            await Page(socket).ask()
        for frame in frames:
            await socket.send(frame)
        async with asyncio.timeout(20):
            while True:
                try:
                    said = await socket.recv()
                except websockets.ConnectionClosed as error:
                    return error.rcvd.code if error.rcvd else None
                assert b"Traceback" not in (said if isinstance(said, bytes) else said.encode())


def state(text: str, widget: str = "$$ID-0-pad-0-1") -> bytes:
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id=widget, json_value=text)
    frame: bytes = message.SerializeToString()
    return frame


async def garbage(url: str) -> None:
    rng = np.random.default_rng(0)
    for size in (1, 10, 1000, 100_000, 900_000):
        assert await ends_with(url, rng.bytes(size - 1) + b"\xff") == 1002
    assert await ends_with(url, "text") == NOT_UNDERSTOOD


async def too_large(url: str) -> None:
    assert await ends_with(url, bytes(MESSAGE_BYTES + 1)) == 1009
    assert await ends_with(url, state('"' + "x" * WIDGETS_MEGABYTES * MEGABYTE + '"')) == 1009


async def too_many(url: str) -> None:
    for text in ("[" + "[]," * JSON_LISTS + "[]]", "[" + "{}," * JSON_LISTS + "{}]"):
        assert await ends_with(url, state(text)) == 1009


async def too_deep(url: str) -> None:
    for text in ("[" * 100_000, '{"a":' * 100_000, "[" * 900 + "]" * 900):
        assert await ends_with(url, state(text)) == 1008


async def wide(url: str) -> None:
    """All that a message may hold, in the shapes that take Python longest, one after another."""
    size = WIDGETS_MEGABYTES * 10**6 - 1000
    nest = "[" * 200 + "]" * 200
    async with open_page(url) as page:
        pad = next(key for key in page.components if key.startswith("pad-0-"))
        for part in ("[]", nest, "{}", "1.5", '"x"', '["M",1,2]'):
            count("server")
            most = JSON_LISTS // max(1, part.count("[") + part.count("{")) - 10
            objects = "[" + ",".join([part] * min(most, size // (len(part) + 1))) + "]"
            await page.ask(states={pad: f'{{"drawing": {{"raw": {{"objects": {objects}}}}}}}'})
            path = f'{{"drawing": {{"raw": {{"objects": [{{"type": "Path", "path": {objects}}}]}}}}}}'
            await page.ask(states={pad: path})
        assert not any(text.startswith("exception") for text in page.texts)


async def unknown_widgets(url: str) -> None:
    count("server")
    async with open_page(url) as page:
        message = BackMsg()
        for k in range(5000):
            message.rerun_script.widget_states.widgets.add(id=f"$$ID-{k}-nobody", string_value="<script>")
        message.rerun_script.query_string = "learner=../../etc/passwd&steps=NaN&lang=<script>&task=AAAA"
        await page.ask(message)
        lost = BackMsg()
        lost.rerun_script.fragment_id = "nobody"
        await page.socket.send(lost.SerializeToString())
        await page.ask()
        assert "pen" in page.components


async def hostile_lines(url: str) -> None:
    async with open_page(url) as page, AsyncExitStack() as stack:
        for text, code in (
            ("x" * (LINE_CHARACTERS + 1), TOO_LONG),
            ("[" * 100_000, NOT_UNDERSTOOD),
            ("[" + "[]," * 80_000 + "[]]", NOT_UNDERSTOOD),
            ('{"number": 1e999, "open": null, "pads": {}}', NOT_UNDERSTOOD),
        ):
            count("server")
            async with line(url, page.token) as pen:
                await pen.send(text)
                with pytest.raises(websockets.ConnectionClosed) as ended:
                    await pen.recv()
                assert ended.value.rcvd is not None
                assert ended.value.rcvd.code == code
        for token, origin in (("guess", None), (page.token, "http://elsewhere:8501"), ("", None)):
            count("server")
            with pytest.raises(websockets.InvalidStatus):
                await line(url, token, origin)
        for _ in range(LINES_OF_ONE):
            await stack.enter_async_context(line(url, page.token))
        with pytest.raises(websockets.InvalidStatus):
            await line(url, page.token)


async def much_ink(url: str) -> None:
    """As much as all pads hold, at once; and a report of the same ink for pads that are not there."""
    strokes = json.dumps([[[1, 2], [k, 9]] for k in range(450)], separators=(",", ":"))  # once: others ask meanwhile
    async with open_page(url) as page, line(url, page.token) as pen:
        for keys in (list(page.known), [f"pad-{k}-99" for k in range(60)]):
            count("server")
            ink = ",".join(f'"{key}":{{"first":{page.known.get(key, 0)},"strokes":{strokes}}}' for key in keys)
            await pen.send(f'{{"number":1,"open":null,"pads":{{{ink}}}}}'[:LINE_CHARACTERS])
            with contextlib.suppress(websockets.ConnectionClosed):  # what is cut off is no JSON
                await asyncio.wait_for(pen.recv(), 20)


def bomb() -> bytes:
    """As large a picture as is unpacked in full, in a few kilobytes."""
    out = io.BytesIO()
    PIL.Image.new("RGBA", (4000, 3999)).save(out, "PNG")
    return out.getvalue()


async def uploads(url: str) -> None:
    """Files too large, too many, without the token; and a picture that takes long, which is waited for."""
    token = await asyncio.to_thread(forgery_token, url)
    picture = await asyncio.to_thread(bomb)
    async with open_page(url) as page:
        files = f"/_stcore/upload_file/{page.session}"
        assert await asyncio.to_thread(announce, url, f"{files}/large", UPLOAD_MEGABYTES * MEGABYTE + 1, token) == 413
        assert await asyncio.to_thread(put, url, f"{files}/forged", b"x", None) == 403
        assert await asyncio.to_thread(put, url, "/_stcore/upload_file/nobody/1", b"x", token) == 400
        message = BackMsg()
        message.file_urls_request.request_id = "1"
        message.file_urls_request.file_names.append("a.png")
        message.file_urls_request.session_id = page.session
        await page.socket.send(message.SerializeToString())
        await page.until(lambda: "1" in page.urls)
        name, address = page.urls["1"]
        assert await asyncio.to_thread(put, url, address, picture, token) == 204
        run = BackMsg()
        kept = run.rerun_script.widget_states.widgets.add(id=page.uploaders["photo-upload"]).file_uploader_state_value
        kept.uploaded_file_info.add(file_id=name, name="a.png", size=len(picture)).file_urls.CopyFrom(
            type(kept.uploaded_file_info[0].file_urls)(file_id=name, upload_url=address, delete_url=address)
        )
        await page.ask(run)
        assert any(say("photo.error.blank", "en") in text for text in page.texts)
        codes = [await asyncio.to_thread(put, url, f"{files}/{k}", b"x", token) for k in range(UPLOADS_OF_ONE)]
        assert codes == [204] * (UPLOADS_OF_ONE - 1) + [429]
        count("server")


async def full_house(url: str) -> None:
    """As many connections as the server takes: one more is told to wait, in words; then they leave, and it gets in."""
    async with AsyncExitStack() as stack:
        for _ in range(SESSIONS - 1):  # the honest visitor has one
            await stack.enter_async_context(stream(url))
        count("server")
        with pytest.raises(websockets.InvalidStatus) as refused:
            await stream(url)
        assert refused.value.response.status_code == 503
        status, page = await asyncio.to_thread(get, url, "/sine", Accept="text/html")
        assert (status, say("door.title", "en") in page) == (503, True)
        assert (await asyncio.to_thread(get, url, "/_stcore/health"))[0] == 200
    async with open_page(url) as page_after:
        assert "pen" in page_after.components


ATTACKS = [garbage, too_large, too_many, too_deep, wide, unknown_widgets, hostile_lines, much_ink, uploads, full_house]
