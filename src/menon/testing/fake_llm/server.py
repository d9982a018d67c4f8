"""Who answers which path, and the fake as something that starts and stops."""

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Self

from menon.testing.fake_llm import ollama
from menon.testing.fake_llm.embeddings import texts, vector
from menon.testing.fake_llm.http import Connection, Request
from menon.testing.fake_llm.obedience import orders
from menon.testing.fake_llm.script import Body, Script, read
from menon.testing.fake_llm.stream import Stream, Wheel
from menon.testing.fake_llm.wires.anthropic import Anthropic
from menon.testing.fake_llm.wires.ollama import Ollama
from menon.testing.fake_llm.wires.openai import OpenAI
from menon.testing.fake_llm.wires.wire import Wire, obeyed, plan

_WIRES: dict[str, type[Wire]] = {
    "/v1/chat/completions": OpenAI,
    "/chat/completions": OpenAI,
    "/api/chat": Ollama,
    "/v1/messages": Anthropic,
}
_BAD_KEY = "bad-key"
"""The one key that is refused."""
_REMEMBERED = 256


class FakeLLM:
    """`async with FakeLLM() as fake:` serves on `fake.url`, a free port unless one is given.

    Args:
        host: where it listens.
        port: 0 is a free one.
        says: makes the answer of a request; where that is empty, the model's name does.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        says: Callable[[Body], str] | None = None,
    ) -> None:
        self._says = says
        self._host = host
        self._port = port
        self._wheel = Wheel()
        self._seen: Counter[str] = Counter()
        self._connections: set[Connection] = set()
        self._change = asyncio.Event()
        self._stack = contextlib.AsyncExitStack()
        self.stats: Counter[str] = Counter(requests=0, streams=0, tokens=0)
        self.requests: deque[Request] = deque(maxlen=_REMEMBERED)
        self.pulled: set[str] = set()
        """Models on the list besides `fake`: those that `/api/pull` has brought."""
        self.url = ""

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Connection(self._answer, self._changed), self._host, self._port, backlog=4096
        )
        self.url = f"http://{self._host}:{server.sockets[0].getsockname()[1]}"
        wheel = loop.create_task(self._wheel.run())
        self._stack.push_async_callback(self._stop, server, wheel)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def _stop(self, server: asyncio.Server, wheel: asyncio.Task[None]) -> None:
        server.close()
        for connection in list(self._connections):
            connection.abort()
        wheel.cancel()
        await asyncio.wait([wheel])
        await self.until(lambda: not self._connections)

    @property
    def open(self) -> int:
        """Connections that clients hold now."""
        return len(self._connections)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of the connections; looked at each time one comes or goes."""
        while not holds():
            self._change.clear()
            await self._change.wait()

    def _changed(self, connection: Connection) -> None:
        if connection.closed:
            self._connections.discard(connection)
        else:
            self._connections.add(connection)
        self._change.set()

    def _answer(self, connection: Connection, request: Request) -> None:
        self.stats["requests"] += 1
        self.requests.append(request)
        self._change.set()
        wire = _WIRES.get(request.path)
        credentials = request.headers.get("authorization", "") + request.headers.get(
            "x-api-key", ""
        )
        if _BAD_KEY in credentials:
            connection.json((wire or OpenAI).error("the key is wrong", 401), 401)
        elif wire is not None:
            self._speak(connection, wire, request.json())
        else:
            self._serve(connection, request)

    def _speak(self, connection: Connection, wire: type[Wire], body: Body) -> None:
        script = self._script(str(body["model"]))
        if said := self._says(body) if self._says else "":
            script = replace(script, said=said, tokens=1)
        if script.status:
            retry = b"retry-after: %d\r\n" % script.retry_after
            connection.json(wire.error("asked for", script.status), script.status, headers=retry)
            return
        if "err200" in script.words:
            connection.json(wire.error("asked for", 500))
            return
        if script.hang == 0:
            return
        offered = wire.offered(body) if script.rounds else []
        done = wire.rounds_done(body) if offered else 0
        again = bool(offered) and done < script.rounds
        calls = plan(script, offered, done, self.stats["requests"]) if again else []
        if "obey" in script.words:
            calls = obeyed(orders(body), self.stats["requests"])
        answer = wire(body, script)
        if not body.get("stream", wire.streams_unasked):
            _later(script.first_s, connection, answer.whole(calls))
            return
        self.stats["streams"] += 1
        connection.begin(answer.content_type)
        if head := answer.head():
            connection.chunk(head)
        if calls:
            for frame in answer.calls(calls):
                connection.chunk(frame)
            connection.end(answer.tail(8, tools=True))
            return
        self._stream(connection, answer, script)

    def _script(self, model: str) -> Script:
        """What the model's name asks for, without its faults where they have been had."""
        script = read(model)
        self._seen[model] += 1
        had = 0 <= script.faulty_requests < self._seen[model]
        return script.healthy() if had else script

    def _stream(self, connection: Connection, wire: Wire, script: Script) -> None:
        now = time.monotonic()
        stream = Stream(
            connection=connection,
            wire=wire,
            script=script,
            sent=self._count,
            due=now + script.first_s,
        )
        more = True
        while more and stream.due <= now:
            more = stream.step()
        if more:
            self._wheel.add(stream)

    def _count(self) -> None:
        self.stats["tokens"] += 1

    def _serve(self, connection: Connection, request: Request) -> None:
        path = request.path
        if path == "/v1/embeddings":
            connection.json(_embeddings(request.json()))
        elif path == "/v1/models":
            connection.json(_models(self.pulled, anthropic="anthropic-version" in request.headers))
        elif path == "/health":
            connection.json({"ok": True})
        elif path == "/stats":
            connection.json({**self.stats, "open": self.open})
        elif not ollama.serve(connection, request, self.pulled):
            connection.json({"error": {"message": "no such path", "type": "not_found"}}, 404)


def _later(seconds: float, connection: Connection, data: Any) -> None:
    def send() -> None:
        if not connection.closed:
            connection.json(data)

    if seconds:
        asyncio.get_running_loop().call_later(seconds, send)
    else:
        send()


def _models(pulled: Iterable[str], *, anthropic: bool) -> Body:
    if anthropic:
        model = {"type": "model", "id": "fake", "display_name": "Fake", "max_input_tokens": 200_000}
        return {"data": [model], "has_more": False, "first_id": "fake", "last_id": "fake"}
    models = [
        {"id": name, "object": "model", "owned_by": "fake"}
        for name in ("fake", "fake-embed", *sorted(pulled))
    ]
    return {"object": "list", "data": models}


def _embeddings(body: Body) -> Body:
    size = int(body.get("dimensions") or 64)
    rows = [
        {"object": "embedding", "index": i, "embedding": vector(text, size)}
        for i, text in enumerate(texts(body))
    ]
    usage = {"prompt_tokens": len(rows), "total_tokens": len(rows)}
    return {"object": "list", "model": body["model"], "data": rows, "usage": usage}
