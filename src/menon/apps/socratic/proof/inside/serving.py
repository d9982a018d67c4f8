"""The project's application in a child: one request after the other, over a pipe.

Requests and answers are JSON; bodies are Base64. What the application raises is told, since a
server hides it behind a 500.
"""

import asyncio
import base64
import importlib
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .channel import Closed, Frames, send

_TRACE = 4_000
_DAY_S = 86_400.0


def serve(read: int, write: int, entry: str, headers: str) -> None:
    """Import `entry` (`module:name`), and answer until nobody asks.

    `headers` names a function of the application and a number: the headers of somebody who is
    signed in, perhaps another one for each number. It is asked each time, since a request may sign
    somebody out.
    """
    sys.path.insert(0, str(Path.cwd()))
    try:
        app = _found(entry)
        begin, end = _lifespan(app)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.run_until_complete(begin())
        sign = _found(headers) if headers else _nobody
        send(write, {"kind": "ready"})
    except BaseException:  # noqa: BLE001 - whatever it is, it is told
        send(write, {"kind": "broken", "trace": traceback.format_exc()[-_TRACE:]})
        return
    frames = Frames(read)
    while True:
        try:
            asked = frames.next(time.monotonic() + _DAY_S)
        except Closed:
            break
        send(write, loop.run_until_complete(_answer(app, _signed(asked, app, sign))))
    loop.run_until_complete(end())


def _nobody(_app: Any, _turn: int) -> Mapping[str, str]:
    return {}


def _signed(asked: dict[str, Any], app: Any, sign: Callable[[Any, int], Mapping[str, str]]) -> Any:
    """A request with the headers of somebody who is signed in; a turn below 0 is a stranger's."""
    if asked["turn"] < 0:
        return asked
    given = {name.lower(): value for name, value in sign(app, asked["turn"]).items()}
    own = [[name, value] for name, value in asked["headers"] if name.lower() not in given]
    return {**asked, "headers": [*map(list, given.items()), *own]}


def _found(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _lifespan(app: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """What begins and what ends the application, as a server would."""
    to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    running: list[asyncio.Task[None]] = []

    async def live() -> None:
        try:
            scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
            await app(scope, to_app.get, from_app.put)
        except Exception:
            # An application without a life span may refuse the question.
            if to_app.empty():
                await from_app.put(
                    {"type": "lifespan.startup.failed", "message": traceback.format_exc()}
                )
                raise
        await from_app.put({"type": "over"})

    async def begin() -> None:
        to_app.put_nowait({"type": "lifespan.startup"})
        running.append(asyncio.ensure_future(live()))
        said = await from_app.get()
        if said["type"] == "lifespan.startup.failed":
            raise RuntimeError(f"the application did not start: {said.get('message', '')}")

    async def end() -> None:
        to_app.put_nowait({"type": "lifespan.shutdown"})
        await asyncio.wait(running, timeout=5)

    return begin, end


async def _answer(app: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """The status, headers and body of one answer, and what was raised."""
    waiting = [{"type": "http.request", "body": base64.b64decode(asked.pop("body"))}]
    said: dict[str, Any] = {"status": 500, "headers": [], "trace": ""}
    body = bytearray()
    over = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await over.wait()
        return {"type": "http.disconnect"}

    async def reply(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            said["status"] = message["status"]
            said["headers"] = [
                [name.decode("latin-1"), value.decode("latin-1")]
                for name, value in message.get("headers", [])
            ]
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                over.set()

    try:
        await app(_scope(asked), receive, reply)
    except Exception:  # noqa: BLE001 - a server would log it and answer 500
        said["trace"] = traceback.format_exc()[-_TRACE:]
    return {"kind": "answer", **said, "body": base64.b64encode(body).decode()}


def _scope(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": asked["method"],
        "scheme": asked["scheme"],
        "path": asked["path"],
        "raw_path": asked["raw_path"].encode("latin-1"),
        "query_string": asked["query"].encode("latin-1"),
        "root_path": "",
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in asked["headers"]
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
